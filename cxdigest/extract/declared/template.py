"""Two small languages of declared formats: how a line reads, and where a link leads.

A line: ``{company} - {location}``; words in braces are facts, ``*`` is anything, the rest must
stand there. A link: ``seek.com.au/job/*``; the host and all below it, ``#`` is a number. Both are
matched without backtracking, so no mail can make them slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

FACTS = ("title", "company", "location", "salary", "posted", "facts")
_HOLE = re.compile(r"\{([^{}]*)\}|\*")
_MAX_LINE = 400
_MAX_LINK = 2_000
_TITLE = "{title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How one line reads."""

    names: tuple[str, ...]  #: of its holes, ``""`` for ``*``
    joints: tuple[re.Pattern[str], ...]  #: what stands between them
    head: str  #: what the line begins with, in lower case
    tail: str  #: what it ends with, in lower case
    spaced: bool  #: it has a double blank, which counts

    def read(self, line: str) -> dict[str, str] | None:
        """Return the facts that *line* states, None where it does not read so.

        A joint's first place counts, of a single joint its last: places have fewer of them.
        """
        folded = line.lower()
        if len(line) > _MAX_LINE or len(line) < len(self.head) + len(self.tail):
            return None
        if not (folded.startswith(self.head) and folded.endswith(self.tail)):
            return None
        at, end = len(self.head), len(line) - len(self.tail)
        values: list[str] = []
        for joint in self.joints:
            places = list(joint.finditer(line, at, end))
            if not places:
                return None
            place = places[-1 if len(self.joints) == 1 else 0]
            values.append(line[at : place.start()])
            at = place.end()
        values = [value.strip() for value in (*values, line[at:end])]
        named = dict(zip(self.names, values, strict=True)) if self.names else {}
        named.pop("", None)
        return named if all(named.values()) and (self.names or at == end) else None


def read_template(text: str) -> Template | str:
    """Return the template that *text* says, or what is wrong with it."""
    holes = list(_HOLE.finditer(text))
    for hole in holes:
        if hole[0] != "*" and hole[1] not in FACTS:
            return f"{{{hole[1]}}} is no fact; known are {', '.join(FACTS)}"
    edges = [0, *(place for hole in holes for place in hole.span()), len(text)]
    literals = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    between = literals[1:-1]
    if not all(between):
        return "nothing stands between two of its facts, so it cannot be told where one ends"
    if not holes:
        literals = [text, ""]
    return Template(
        names=tuple(hole[1] or "" for hole in holes),
        joints=tuple(re.compile(re.escape(joint), re.IGNORECASE) for joint in between),
        head=literals[0].lower(),
        tail=literals[-1].lower(),
        spaced="  " in text,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShape:
    """Where a link leads."""

    host: re.Pattern[str]
    path: re.Pattern[str]  #: with the query where the shape names one
    queried: bool
    anywhere: bool  #: it names no host

    def read(self, url: str) -> re.Match[str] | None:
        """Return the match where *url* has this shape; a group ``title`` holds the link's words."""
        try:
            parts = urlsplit(url[:_MAX_LINK])
            host = (parts.hostname or "").rstrip(".")
        except ValueError:
            return None
        if not self.host.fullmatch(host):
            return None
        return self.path.match(f"{parts.path}?{parts.query}" if self.queried else parts.path)


def read_link_shape(text: str) -> LinkShape | str:
    """Return the shape that *text* says, or what is wrong with it."""
    host, slash, path = text.partition("/")
    if "://" in text or not slash:
        return "it must be a host and a path, without https://"
    if not re.fullmatch(r"\*|(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.[a-z0-9-]+|\.\*)", host):
        return f"{host} is no host in lower case; * stands for all of it, its start or its end"
    below = "" if host == "*" else r"(?:[\w.-]+\.)?"
    named = re.escape(host).replace(r"\*", r"[\w.-]+")
    if path.count(_TITLE) > 1:
        return "it may have one {title}"
    first, *later = [_pattern(piece) for piece in (slash + path).split("*")]
    # Atomic: the first place of each piece is kept, so that a long link costs no more than itself.
    pattern = first + "".join(f"(?>.*?{piece})" for piece in later if piece)
    return LinkShape(
        host=re.compile(below + named),
        path=re.compile(pattern, re.IGNORECASE),
        queried="?" in path,
        anywhere=host == "*",
    )


def _pattern(piece: str) -> str:
    """Return what a link's piece without ``*`` matches."""
    parts = re.split(r"(\{title\}|#)", piece)
    known = {_TITLE: r"(?P<title>[^/?]+)", "#": r"\d+"}
    return "".join(known.get(part) or re.escape(part) for part in parts)
