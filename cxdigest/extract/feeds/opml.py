"""A list of feeds in OPML, as feed readers export it -> the feeds in it, in their order.

OPML: http://opml.org/spec2.opml. The bytes are a stranger's: a document that declares entities is
refused before any of them unfolds, so is one that nests deeper or lists more than any person's
does. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from cxdigest.errors import AlertError
from cxdigest.text import squash

LARGEST = 5_000_000  #: bytes
MOST = 2_000  #: feeds
DEEPEST = 50  #: folders in folders
_TITLE = 200  #: letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list."""

    line: int  #: in the file, from 1
    title: str  #: in one line; may be empty
    url: str  #: as it stands there


def read_opml(data: bytes) -> list[Outline]:
    """Return the feeds in *data*; what has no address is a folder and left aside.

    Raises:
        AlertError: it is no OPML, broken, or larger than such a list can be.
    """
    if len(data) > LARGEST:
        raise AlertError(f"it is larger than {LARGEST:,} bytes, which no list of feeds is")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise AlertError(f"line {error.lineno}: it is broken ({what}); export it again") from error
    except (LookupError, ValueError) as error:
        raise AlertError(f"its encoding cannot be read ({error}); save it as UTF-8") from error
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found: list[Outline] = []
        self._depth = 0
        self.parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.buffer_text = True

    def _refuse(self, *_: object) -> None:
        raise AlertError("it declares a document type, as no list of feeds needs; it is not read")

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name.lower() != "opml":
            raise AlertError(f"it is no OPML: it begins with <{name[:40]}>")
        if self._depth > DEEPEST:
            raise AlertError(f"its folders are nested deeper than {DEEPEST}; it is not read")
        if name.lower() != "outline":
            return
        said = {key.lower(): value for key, value in attributes.items()}
        url = said.get("xmlurl", "").strip()
        if not url:
            return
        if len(self.found) == MOST:
            raise AlertError(f"more than {MOST:,} feeds are in it; take them in in parts")
        title = squash(said.get("title") or said.get("text") or "")[:_TITLE]
        self.found.append(Outline(line=self.parser.CurrentLineNumber, title=title, url=url))

    def _end(self, _: str) -> None:
        self._depth -= 1
