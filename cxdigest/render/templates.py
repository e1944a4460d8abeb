"""The templates: the shipped ones, styles inlined once, and people's own before them.

Reads templates and nothing else. People's own run in Jinja2's sandbox and fail with their name and
line.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

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
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cxdigest.errors import RenderError
from cxdigest.render import words
from cxdigest.render.styles import Sheet, inlined, sheet_in, without_sheet
from cxdigest.render.view import RECORDS

HTML, TEXT, REST = "digest.html.j2", "digest.txt.j2", "digest.rest.html.j2"
_CSS = "digest.css.j2"
#: What a template that somebody wrote may raise, and a posting that cannot be put into words.
FAULTS = (
    TemplateError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, which need not be asked about our own plain records: half the time."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        if type(obj) in RECORDS:
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)


class _Inlined(Extension):
    """Writes the shipped sheet into the shipped templates as they are loaded."""

    _sheet: Sheet | None = None

    def preprocess(
        self,
        source: str,
        name: str | None,
        filename: str | None = None,  # noqa: ARG002 - Jinja2 names it
    ) -> str:
        if name == _CSS:
            return without_sheet(source)
        if name and name.endswith(".html.j2") and name != REST:
            return self._shipped_sheet().inlined(source)
        return source

    def _shipped_sheet(self) -> Sheet:
        if self._sheet is None:
            loader = self.environment.loader
            assert loader is not None, "environment() gives it one"
            self._sheet = sheet_in(loader.get_source(self.environment, _CSS)[0])
        return self._sheet


def environment(folder: Path | None) -> Environment:
    """Return the templates: those in *folder* first, then the shipped ones."""
    shipped = FileSystemLoader(_shipped(Path(str(resources.files("cxdigest")))))
    if folder is None:
        return _environment(Environment, shipped, [_Inlined])
    return _environment(_Sandbox, ChoiceLoader([FileSystemLoader(folder), shipped]))


def _environment(
    kind: type[Environment], loader: BaseLoader, extensions: Sequence[type[Extension]] = ()
) -> Environment:
    templates = kind(
        loader=loader,
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=extensions,
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


def fill(templates: Environment, name: str, **values: object) -> str:
    """Return what the template *name* makes of *values*, fit to be encoded.

    Raises:
        RenderError: it is missing or wrong; names it and the line.
    """
    try:
        written = templates.get_template(name).render(**values)
        written.encode()
    except FAULTS as error:
        raise RenderError(_told(name, error)) from error
    # The shipped ones hold their styles since they were loaded.
    return inlined(written, name) if name == HTML and isinstance(templates, _Sandbox) else written


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
