"""The text or HTML of a mail that somebody forwarded -> the text and the fields of the original.

Mail programs print the original's fields as a block of ``Label: value`` lines, in the reader's
language. Recognised by shape and by a table of labels; the program itself does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from cxdigest.text import squash, unescaped

_FROM = "from von de da van från fra od mittente remitente expéditeur afzender absender lähettäjä"
_SUBJECT = "subject betreff objet asunto oggetto onderwerp assunto ämne emne temat aihe konu"
_DATE = "date sent datum gesendet envoyé enviado fecha data verzonden skickat sendt inviato"
_TO = "to an à para a aan till til do cc kopie reply-to antwort"
_LABELS = {
    word: field
    for field, words in (("from", _FROM), ("subject", _SUBJECT), ("date", _DATE), ("to", _TO))
    for word in words.split()
}
_LINE = re.compile(r"^[>\s*]*([^\W\d_][\w -]{0,14}?)\s?[*]?\s?:[*]?\s*(.*?)\s*$")
_MAX_SEARCHED = 400  # lines: a forward starts near the top, below a note at most
_MAX_BLOCK = 40  # lines: a long list of recipients
_FIELDS = frozenset(_LABELS.values())
_MIN_FIELDS = 3
_FIRST = "|".join(f"{_FROM} {_SUBJECT}".split())
_SUBJECTS = tuple(word.capitalize() for word in _SUBJECT.split())
#: Where a block may begin in HTML: a label that its element starts with.
_START = re.compile(
    rf">\s*(?:{_FIRST})(?:\s|&nbsp;|&#160;|<[^<>]{{0,300}}>){{0,4}}:", re.IGNORECASE
)
_LINE_END = re.compile(r"<(?:br|/?(?:div|p|tr|li|table|blockquote|h\d))\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MAX_HTML = 100_000  # characters in which a forward starts
_MAX_FIELDS_HTML = 12_000  # characters of the block itself, with its styles
_MAX_STARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What a forwarded text says of the mail it holds."""

    sender: str  #: as printed
    subject: str
    date: str  #: as printed
    text: str  #: the original's own text


def unforward(text: str) -> Original | None:
    """Return the first mail forwarded in *text*, None where there is none."""
    lines = text.split("\n")
    for at in range(min(len(lines), _MAX_SEARCHED)):
        if _label(lines[at])[0] != "from":
            continue
        fields, end = _block(lines, _top(lines, at))
        if _is_complete(fields):
            return Original(
                sender=_mailto(fields["from"]),
                subject=fields["subject"],
                date=fields.get("date", ""),
                text="\n".join(_unquoted(lines[end:])),
            )
    return None


def _top(lines: list[str], at: int) -> int:
    """Return where the block around line *at* begins: Thunderbird prints the subject first."""
    while at and _label(lines[at - 1])[0] in _FIELDS:
        at -= 1
    return at


def _is_complete(fields: dict[str, str]) -> bool:
    """Tell whether *fields* are a mail's: with an address, or all of them (Outlook drops it)."""
    if "subject" not in fields or "from" not in fields or len(fields) < _MIN_FIELDS:
        return False
    return "@" in fields["from"] or len(fields) == len(_FIELDS)


def unforward_html(html: str) -> Original | None:
    """Return the fields of the first mail forwarded in *html*, without its text."""
    head = html[:_MAX_HTML]
    if not any(word in head for word in _SUBJECTS):
        return None
    for start in islice(_START.finditer(head), _MAX_STARTS):
        found = unforward(_lines_of(html[start.start() + 1 :][:_MAX_FIELDS_HTML]))
        if found:
            return found
    return None


def _lines_of(html: str) -> str:
    """Return the words of *html*, a line for each that a reader sees; no line is empty.

    The fields of one mail may each stand in a paragraph of its own.
    """
    lines = _LINE_END.sub("\n", " ".join(html.split()))
    words = (squash(unescaped(_TAG.sub("", line))) for line in lines.split("\n"))
    return "\n".join(filter(None, words))


def _label(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    return (_LABELS.get(found[1].lower(), "other"), found[2]) if found else ("", "")


def _block(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """Read the labelled lines from *start*; a line without a label continues the one before."""
    fields: dict[str, str] = {}
    last, at = "", start
    while at < min(len(lines), start + _MAX_BLOCK) and lines[at].strip(" >\t"):
        name, value = _label(lines[at])
        if name in {"", "other"}:
            if len(fields) == len(_FIELDS):
                break
            fields[last] += " " + lines[at].strip(" >\t")
        else:
            last = name
            fields.setdefault(name, value)
        at += 1
    return fields, at


def _mailto(value: str) -> str:
    """``Jobs <a@b.example<mailto:a@b.example>>`` and ``a@b.example [mailto:…]`` -> an address."""
    return re.sub(r"[<\[]mailto:[^>\]]*[>\]]", "", value)


def _unquoted(lines: list[str]) -> list[str]:
    filled = [line for line in lines if line.strip()]
    quoted = sum(line.startswith(">") for line in filled)
    if quoted * 2 <= len(filled):
        return lines
    return [re.sub(r"^>+ ?", "", line) for line in lines]
