"""Render a digest: subject, text part, HTML part with its styles inlined.

Pure apart from reading templates. People's own templates run in Jinja2's sandbox and fail with
their name and line. Gmail clips a mail near 102 KB, so the HTML part never passes ``HTML_LIMIT``:
rows of the less wanted sections give way first, and what gives way is counted.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import css_inline
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cxdigest.errors import RenderError
from cxdigest.model import Digest, Rendered
from cxdigest.render import words
from cxdigest.render.row import Row
from cxdigest.render.view import RECORDS, Section, rows_of, section, subject, view

HTML_LIMIT = 80_000  #: bytes of UTF-8
#: Stands in a frozen digest for the link that ends the mails; each delivery puts in its own.
UNSUBSCRIBE = "https://unsubscribe.invalid/"
TEXT_LIMIT = 2_000_000  #: bytes; the text part lists what the HTML part counts

_HTML, _TEXT = "digest.html.j2", "digest.txt.j2"
_ORDER = ("genuine", "unclear", "flagged", "others")
#: So many of the lesser sections keep a place while the wanted ones still stand in full.
_FEW = 10
#: Bytes. Rows are hardly smaller than the first, so no more need be tried; hardly larger than the
#: second, so a day that fits at that size is tried whole first.
_LEAST_ROW, _USUAL_ROW = 160, 700
#: What a template that somebody wrote may raise.
_FAULTS = (
    TemplateError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip

_INLINER = css_inline.CSSInliner(
    keep_style_tags=False,
    keep_at_rules=False,  # they would be moved above the charset; templates mark them to keep
    load_remote_stylesheets=False,
    minify_css=True,
)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, which need not be asked about our own plain records: half the time."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        if type(obj) in RECORDS:
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)


def environment(folder: Path | None) -> Environment:
    """Return the templates: those in *folder* first, then the shipped ones."""
    loaders: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    templates = _Sandbox(
        loader=ChoiceLoader(
            [*loaders, FileSystemLoader(_shipped(Path(str(resources.files("cxdigest")))))]
        ),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["count"] = words.count
    templates.filters["quoted"] = words.quoted
    templates.filters["upfirst"] = words.upfirst
    templates.filters["wrapped"] = words.wrapped
    return templates


def _shipped(package: Path) -> Path:
    """Find the shipped templates: inside the installed *package*, or beside it in a checkout."""
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def render(digest: Digest, templates: Environment) -> Rendered:
    """Write *digest* as a mail.

    Raises:
        RenderError: a template is missing or wrong; names it and the line.
    """
    rows = rows_of(digest)

    def html(plan: Plan) -> str:
        return _inlined(_fill(templates, _HTML, digest, rows, plan))

    def text(plan: Plan) -> str:
        return _fill(templates, _TEXT, digest, rows, plan)

    sizes = [len(rows[key]) for key in _ORDER]
    return Rendered(
        subject=subject(digest),
        text=_fit(text, sizes, TEXT_LIMIT),
        html=_fit(html, sizes, HTML_LIMIT),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many rows of each section are shown, and in which form."""

    shown: Mapping[str, int]
    compact: bool  #: one line a posting, on a day whose wanted rows would not fit otherwise


def _plan(sizes: Sequence[int], length: int, *, compact: bool) -> Plan:
    """Give *length* rows away: wanted sections, a few of the lesser ones, then the rest."""
    genuine, unclear, flagged, others = sizes
    few = [min(flagged, _FEW), min(others, _FEW)]
    turns = [
        ("genuine", genuine), ("unclear", unclear), ("flagged", few[0]), ("others", few[1]),
        ("flagged", flagged - few[0]), ("others", others - few[1]),
    ]  # fmt: skip
    shown = dict.fromkeys(_ORDER, 0)
    for key, wanted in turns:
        taken = min(wanted, length)
        shown[key] += taken
        length -= taken
    return Plan(shown=shown, compact=compact)


def _fit(write: Callable[[Plan], str], sizes: Sequence[int], limit: int) -> str:
    """Return what *write* makes of the roomiest plan that stays below *limit* bytes.

    Rows are given away in one order of worth, so a plan is a form and a length: the roomiest form
    in which the wanted rows fit is taken, then as many rows as fit.
    """
    genuine, unclear, flagged, others = sizes
    most = min(sum(sizes), limit // _LEAST_ROW)
    wanted = min(genuine + unclear + min(flagged, _FEW) + min(others, _FEW), most)

    def form(*, compact: bool) -> Callable[[int], str]:
        return lambda length: write(_plan(sizes, length, compact=compact))

    for attempt in (form(compact=False), form(compact=True)):
        if most * _USUAL_ROW <= limit and _size(whole := attempt(most)) <= limit:
            return whole
        if _size(least := attempt(wanted)) <= limit:
            return _grown(attempt, least, wanted, most, limit)
    return _grown(attempt, attempt(0), 0, wanted, limit)


def _grown(attempt: Callable[[int], str], best: str, low: int, high: int, limit: int) -> str:
    """Return the longest attempt that fits; *best* is the one of *low* rows, *high* the most.

    Writing is the dear part, so the next length is guessed from the size of a row so far.
    """
    size, row, beyond = _size(best), _USUAL_ROW, high + 1
    while beyond - low > 1 and limit - size >= row:
        middle = min(low + (limit - size) // row, beyond - 1)
        longer = attempt(middle)
        row = max(1, (_size(longer) - size) // (middle - low))
        if _size(longer) <= limit:
            low, best, size = middle, longer, _size(longer)
        else:
            beyond = middle
    return best


def _size(written: str) -> int:
    return len(written.encode())


def _fill(
    templates: Environment,
    name: str,
    digest: Digest,
    rows: Mapping[str, Sequence[Row]],
    plan: Plan,
) -> str:
    sections: list[Section] = [
        section(key, rows[key], plan.shown[key], compact=plan.compact) for key in _ORDER
    ]
    mail = view(digest, sections)
    try:
        return templates.get_template(name).render(mail=mail)
    except _FAULTS as error:
        raise RenderError(_told(name, error)) from error


def _told(name: str, error: Exception) -> str:
    """Name the template, the line and what is wrong with it."""
    if isinstance(error, TemplateNotFound):
        return f"{error.name or name}: there is no such template"
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or name}:{error.lineno}: {error.message}"
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if frame.filename.endswith(".j2"):
            return f"{frame.filename}:{frame.lineno}: {error}"
    return f"{name}: {error}"


def _inlined(html: str) -> str:
    try:
        return _INLINER.inline(html)
    except css_inline.InlineError as error:
        raise RenderError(f"{_HTML}: its styles cannot be inlined: {error}") from error
