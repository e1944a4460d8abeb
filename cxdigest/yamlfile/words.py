"""How strict YAML reads an unquoted word, and which words it refuses as surprising.

The patterns are those of YAML 1.1 as PyYAML has them; a word that is accepted means the same to
both, and a word on which programs disagree is not accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cxdigest.language import _, marked

_LONGEST = 300  #: characters of a number; Python itself reads no whole number of thousands
Surprise = tuple[str, str]  #: what is wrong, what to write instead


def read_word(text: str) -> tuple[Any, Surprise | None]:
    """Return the value of an unquoted word, and what is surprising about it."""
    for pattern, read in _PLAIN:
        if pattern.fullmatch(text):
            return read(text) if len(text) <= _LONGEST else _endless(text)
    return text, None


def _endless(text: str) -> tuple[str, Surprise]:
    what = _("these {text} characters read as a number or a date", text=f"{len(text):,}")
    return text, (what, _("write fewer, or put them in quotes"))


def _sure(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, None]]:
    return lambda text: (read(text), None)


def _word(text: str) -> tuple[bool, Surprise]:
    value = text.lower() in ("yes", "on")
    shown = str(value).lower()
    return value, (
        _("{text} reads as {shown}", text=text, shown=shown),
        _('write {shown}, or "{text}" in quotes for the word itself', shown=shown, text=text),
    )


def _clock(text: str) -> tuple[str, Surprise]:
    total = 0.0
    for part in text.lstrip("+-").replace("_", "").split(":"):
        total = total * 60 + float(part)
    number = f"{-total if text.startswith('-') else total:.10g}"
    quoted = f"0{text}" if re.fullmatch(r"\d:\d\d", text) else text
    return text, (
        _("{text} reads as the number {number}", text=text, number=number),
        _('write "{quoted}" in quotes', quoted=quoted),
    )


def _odd_number(text: str) -> tuple[str, Surprise]:
    plain = text.lstrip("+-").replace("_", "").lower()
    try:
        base = {"0x": 16, "0b": 2}.get(plain[:2], 8 if plain[0] == "0" and plain != "0" else 10)
        reads = int(plain[2:] if base in (2, 16) else plain, base)
    except ValueError:  # 089, 1e3, 1_0.5: programs do not agree whether it is a number
        what = _("{text} is text to one program and a number to another", text=text)
        return text, (what, _('write the number in plain digits, or "{text}" in quotes', text=text))
    meant = plain.lstrip("0") if base == 8 else str(reads)  # noqa: PLR2004 - octal
    sign = "-" if text.startswith("-") else ""
    return text, (
        _("{text} reads as the number {sign}{reads}", text=text, sign=sign, reads=reads),
        _('write {sign}{value}, or "{text}" in quotes', sign=sign, value=meant or 0, text=text),
    )


def _quoted(reads: str) -> Callable[[str], tuple[str, Surprise]]:
    return lambda text: (
        text,
        (
            _("{text} reads as {reads}", text=text, reads=_(reads)),
            _('write "{text}" in quotes', text=text),
        ),
    )


#: How unquoted words are read; the first pattern that matches decides, everything else is text.
_PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], tuple[Any, Surprise | None]]], ...] = (
    (re.compile(r"|~|null|Null|NULL"), _sure(lambda _: None)),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), _sure(lambda text: text.lower() == "true")),
    (re.compile(r"[-+]?(0|[1-9]\d*)", re.ASCII), _sure(int)),
    (re.compile(r"[-+]?(0|[1-9]\d*)\.\d*|\.\d+", re.ASCII), _sure(float)),
    (re.compile(r"=|<<"), _quoted(marked("a sign of YAML's own"))),
    (re.compile(r"[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF"), _word),
    (re.compile(r"[-+]?[1-9][\d_]*(:[0-5]?\d)+", re.ASCII), _clock),
    (re.compile(r"[-+]?\d[\d_]*(:[0-5]?\d)+\.[\d_]*", re.ASCII), _clock),
    (re.compile(r"[-+]?(0x[\da-fA-F_]+|0b[01_]+|\d[\d_]*)", re.ASCII), _odd_number),
    (re.compile(r"[-+]?(\d[\d_]*\.?|\d*\.\d)[\d_]*([eE][-+]?\d+)?", re.ASCII), _odd_number),
    (re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*\d:\d\d:\d\d.*)?", re.ASCII), _quoted(marked("a date"))),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), _quoted(marked("a number without end"))),
)
