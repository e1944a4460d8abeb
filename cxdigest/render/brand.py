"""A sender's own name, colours and footer: a small file of values beside people's own templates.

::

    name: Berta Lindqvist Coaching
    link: "#7a2e5d"
    footer: [Berta Lindqvist · 1 Example Street, Exampletown]

Pure: bytes in, values out. A colour that could not be read against its background is refused, so
that no brand makes a digest hard to read (the ratio is WCAG 2's).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cxdigest import yamlfile
from cxdigest.errors import ConfigError, Problem
from cxdigest.render import words

FILE = "brand.yaml"  #: its name in a folder of templates
CONTRAST = 4.5  #: between text and background, at least
_WHITE, _BLACK, _INK = "#ffffff", "#000000", "#1b2225"
_DARK_SHEET = "#1b2124"  #: the sheet where a client is dark
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_NAME, _LONGEST_LINE, _MOST_LINES = 60, 300, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What makes a digest its sender's own. Empty: as shipped."""

    name: str = ""  #: shown on top
    footer: tuple[str, ...] = ()  #: lines at the end
    link: str = ""  #: colour of links
    link_dark: str = ""  #: the same where a client is dark
    band: str = ""  #: colour behind the name
    page: str = ""  #: colour around the sheet
    problem: str = ""  #: why the file could not be used and the plain look stands in

    @property
    def band_ink(self) -> str:
        """The colour of the name on the band: white or black, one of which can be read on any."""
        behind = self.band or _INK
        return max((_WHITE, _BLACK), key=lambda ink: contrast(ink, behind))

    def painted(self, css: str) -> str:
        """Return the shipped sheet *css* with these colours after its own."""
        light, _, rest = css.partition("</style>")
        dark, last, tail = rest.rpartition("}")
        return f"{light}{self._light()}</style>{dark}{self._dark()}{last}{tail}"

    def _light(self) -> str:
        rules = [f".band {{ background-color: {self.band or _INK}; color: {self.band_ink}; }}"]
        if self.link:
            rules.append(f".link {{ color: {self.link}; }}")
        if self.page:
            rules.append(f".page {{ background-color: {self.page}; }}")
        return "".join(f"{rule}\n" for rule in rules)

    def _dark(self) -> str:
        return f"  .link {{ color: {self.link_dark} !important; }}\n" if self.link_dark else ""


PLAIN = Brand()


def read_brand(content: bytes, where: str) -> Brand:
    """Return the brand in the file *where*.

    Raises:
        ConfigError: with everything that is wrong in it, line by line.
    """
    document = yamlfile.load(content, where)
    data = {} if document.data is None else document.data
    problems = list(document.problems)
    if not isinstance(data, dict):
        what, instead = "the file holds no keys", 'write "key: value" lines, as docs/profiles.md'
        raise ConfigError([Problem(where=where, line=1, key="", what=what, instead=instead)])
    values: dict[str, Any] = {}
    for key, value in data.items():
        try:
            values[str(key)] = _READERS.get(str(key), _unknown(str(key)))(value)
        except ValueError as error:
            what, instead = error.args
            line = document.line((key,))
            problems.append(
                Problem(where=where, line=line, key=str(key), what=what, instead=instead)
            )
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: problem.line))
    return Brand(**values)


def contrast(one: str, other: str) -> float:
    """Return how well two colours stand out from each other, 1 to 21."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG's
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a name", "write it in quotes")
    return _short(value, _LONGEST_NAME)


def _footer(value: object) -> tuple[str, ...]:
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValueError("must be a list of lines", "write [first line, second line]")
    if len(lines) > _MOST_LINES:
        raise ValueError(f"has {len(lines)} lines", f"write at most {_MOST_LINES}")
    return tuple(filter(None, (_short(line, _LONGEST_LINE) for line in lines)))


def _short(text: str, most: int) -> str:
    line = words.clean(text, most + 1)
    if len(line) > most:
        raise ValueError(f"has more than {most} letters", "shorten it")
    return line


def _colour(against: str = "") -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise ValueError("is no colour", 'write six digits in quotes, such as "#7a2e5d"')
        if against and (ratio := contrast(value, against)) < CONTRAST:
            way = "darker" if against == _WHITE else "lighter"
            raise ValueError(
                f"is hard to read on {against}: the contrast is {ratio:.1f}",
                f"take a {way} one; {CONTRAST} is the least",
            )
        return value.lower()

    return read


_READERS: Mapping[str, Callable[[object], Any]] = {
    "name": _name,
    "footer": _footer,
    "link": _colour(_WHITE),
    "link_dark": _colour(_DARK_SHEET),
    "band": _colour(),
    "page": _colour(),
}


def _unknown(key: str) -> Callable[[object], str]:
    def refuse(_value: object) -> str:
        near = difflib.get_close_matches(key, _READERS, n=1)
        known = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(_READERS)}"
        raise ValueError("no such key", known)

    return refuse
