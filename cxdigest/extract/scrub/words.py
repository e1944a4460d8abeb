"""What in a text names, reaches or follows a person, replaced letter by letter.

Pure. Lengths and kinds of letters stay, hosts and paths of links too, so that a reader of alerts
can be written to what is left. Names become x; what tells one posting from another becomes other
letters of the same kind, the same for the same, by a *salt* that is thrown away.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cxdigest.extract.mails.authenticity import aligned
from cxdigest.extract.scrub.views import in_base64_token, in_percent

_RUN = re.compile(r"[A-Za-z0-9]+")
_HEX = re.compile(r"[0-9a-f]{8,}")
_TO_HIDE = re.compile(
    r"""(?x)
      (?P<link>(?:https?|ftp)://[^\s"'<>\\^`{|}\x00-\x1f]+(?<![),.;\]]))
    | (?P<address>[\w.%+'=&!\#$*/?~-]{1,200}@[\w-]+(?:\.[\w-]+)+)
    | (?P<phone>(?<![\w.,/%#-])(?:\+|\b0|\()\d[\d\s()./-]{7,18}\d(?!\w)
        |\b\d{3}[-.\s]\d{3}[-.\s]\d{4}\b)
    | (?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F:]{1,9})
    | (?P<blob>(?<![\w+~%/-])[\w+~/-]{20,}={0,2}|(?<![\w-])[\w-]{20,})
    | (?P<run>(?<![A-Za-z0-9])[A-Za-z0-9]{8,}(?![A-Za-z0-9]))
    """
)
_LINK = re.compile(r"(\w+://)([^/?#]*)([^?#]*)(\?[^#]*)?(\#.*)?", re.DOTALL)
#: A part of a path that says what a link is for: ``jobs``, ``jobListing.htm``, ``v3``, ``rc``.
_PLAIN_STEP = re.compile(
    r"_*[A-Za-z]{1,3}\d{0,2}|[A-Za-z][a-z]*(?:[A-Z][a-z]+)*(?:[._-][A-Za-z]+)*:?|__https?:|[.:_-]*"
)
_SLUG = re.compile(
    r"(?:[a-z]+|[0-9]+|[a-z]{1,3}[0-9]{1,2})(?:[-_.,](?:[a-z]+|[0-9]+|[a-z]{1,3}[0-9]{1,2}))+",
    re.IGNORECASE,
)
#: What follows these in a path is somebody.
_PEOPLE = frozenset({"in", "u", "user", "users", "profile", "profiles", "pub", "people", "member"})
_LONG_STEP = 24
_MIXED, _DIGITS = 10, 9  #: letters of a run from which it is taken for somebody's token
_BLOB = 20
_COUNT = 2
_SHORT = 3
_DEEPEST = 8  #: links within links
_TAGS = frozenset({
    "area", "base", "body", "button", "center", "code", "col", "data", "font", "form", "head",
    "label", "link", "main", "map", "mark", "object", "small", "span", "strong", "style",
    "table", "time", "title", "track", "var",
})  # fmt: skip
#: Links that name a kind of document and lead nowhere.
_NAMESPACES = re.compile(r"https?://(?:www\.w3\.org|schema\.org|purl\.org|xmlns\.com)(?:/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is to be found nowhere in what is left."""

    words: frozenset[str] = frozenset()  #: of names, in lower case
    addresses: frozenset[str] = frozenset()  #: in lower case
    boards: frozenset[str] = frozenset()  #: addresses that may stay: the sender's
    hosts: frozenset[str] = frozenset()  #: hosts of addresses that may stay


@dataclass(slots=True, kw_only=True)
class Scrubber:
    """Replaces; counts what it replaced by kind."""

    person: Person
    salt: bytes
    counts: Counter[str] = field(default_factory=Counter)
    _names: re.Pattern[str] | None = None
    _depth: int = 0

    def __post_init__(self) -> None:
        words = sorted(self.person.words, key=len, reverse=True)
        plain = [whole(one) for one in words if one.isascii()]
        plain += [re.escape(one) for one in words if not one.isascii()]
        self._names = re.compile("|".join(plain), re.IGNORECASE) if plain else None

    def text(self, text: str) -> str:
        """Return *text* without what names, reaches or follows a person."""
        text = _TO_HIDE.sub(self._hidden, text)
        return self._names.sub(self._name, text) if self._names else text

    def everything(self, text: str) -> str:
        """Return *text* with every letter and digit replaced, for fields about people alone."""
        if any(char.isalnum() for char in text):
            self.counts["address"] += 1
        return crossed(text)

    def _hidden(self, found: re.Match[str]) -> str:
        kind, text = str(found.lastgroup), found[0]
        new = getattr(self, f"_{kind}")(text)
        if new != text:
            self.counts[{"run": "token", "blob": "token"}.get(kind, kind)] += 1
        return str(new)

    def _name(self, found: re.Match[str]) -> str:
        self.counts["name"] += 1
        return crossed(found[0])

    def _address(self, text: str) -> str:
        if text.lower() in self.person.boards:
            return text
        local, _, host = text.rpartition("@")
        kept = any(aligned(host.lower(), one) for one in self.person.hosts)
        labels, _, top = host.rpartition(".")
        return f"{crossed(local)}@{host if kept else f'{crossed(labels)}.{top}'}"

    def _phone(self, text: str) -> str:
        return self.mapped(text)

    def _ip(self, text: str) -> str:
        return self.mapped(text)

    def _blob(self, text: str) -> str:
        if (inner := in_base64_token(text, self.text)) is not None:
            return inner
        if _is_token(text, _BLOB):
            return self.mapped(text)
        return _RUN.sub(lambda found: self._run(found[0]), text)

    def _run(self, text: str) -> str:
        digits = sum(map(str.isdigit, text))
        token = digits == len(text) >= _DIGITS or (0 < digits < len(text) >= _MIXED)
        return self.mapped(text) if token else text

    def _link(self, url: str) -> str:
        if _NAMESPACES.match(url):
            return url
        found = _LINK.fullmatch(url)
        if found is None:
            return self.mapped(url)
        scheme, host, path, query, fragment = (part or "" for part in found.groups())
        user, at, host = host.rpartition("@")
        return "".join(
            (
                scheme, crossed(user), at, host, self._path(path),
                query[:1] + re.sub(r"[^&;]+", lambda pair: self._pair(pair[0]), query[1:]),
                fragment[:1] + self._value(fragment[1:]),
            )
        )  # fmt: skip

    def _path(self, path: str) -> str:
        steps = path.split("/")
        return "/".join(
            crossed(step) if before.lower() in _PEOPLE else self._step(step)
            for before, step in zip(["", *steps], steps, strict=False)
        )

    def _step(self, step: str) -> str:
        if _PLAIN_STEP.fullmatch(step) and (len(step) <= _LONG_STEP or "-" in step):
            return step
        if _SLUG.fullmatch(step):
            return _RUN.sub(lambda run: self.mapped(run[0]) if run[0].isdigit() else run[0], step)
        return self._value(step)

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        return f"{name}={self._value(value)}" if equals else self._value(pair)

    def _value(self, value: str) -> str:
        if self._depth >= _DEEPEST:
            return self.mapped(value)
        self._depth += 1
        try:
            inner = in_base64_token(value, self.text)
            return in_percent(value, self._plain_value) if inner is None else inner
        finally:
            self._depth -= 1

    def _plain_value(self, value: str) -> str:
        if _LINK.match(value) or value.startswith("//"):
            return self._link(value) if _LINK.match(value) else self._path(value)
        if "%" in value and re.search("%[0-9a-fA-F]{2}", value):
            return self._value(value)
        if value.startswith("/"):
            return self._link(f"x://x{value}")[len("x://x") :]
        return self.mapped(value)

    def mapped(self, text: str) -> str:
        """Return *text* in other letters of the same kind, the same run always in the same."""
        return "".join(
            _RUN.sub(lambda found: self._other(found[0]), piece)
            if piece.isascii()
            else crossed(piece)
            for piece in re.split(r"([^\x00-\x7f]+)", text)
        )

    def _other(self, run: str) -> str:
        if run.isalpha() and len(run) < _BLOB:
            return crossed(run)
        if run.isdigit() and len(run) <= _COUNT:
            return run  # it counts things and names nobody
        size = 0
        noise = b""
        while len(noise) < len(run):
            seed = f"{size}:{run}".encode()
            noise += hashlib.blake2b(seed, key=self.salt[:64]).digest()
            size += 1
        letters = "abcdef" if _HEX.fullmatch(run) else "abcdefghijklmnopqrstuvwxyz"
        return "".join(map(_other_char(letters), run, noise, range(len(run))))


def whole(word: str) -> str:
    """Return the pattern of *word* by itself, unless it is a tag: some people are called Strong.

    A short one is a name only where it is written as one.
    """
    found = re.escape(word)
    if len(word) <= _SHORT:
        found = f"(?-i:{re.escape(word.capitalize())}|{re.escape(word.upper())})"
    tag = r"(?<!<)(?<!</)" if word in _TAGS else ""
    return rf"(?<![^\W_]){tag}{found}(?![^\W_])"


def _other_char(letters: str) -> Callable[[str, int, int], str]:
    def other(char: str, noise: int, at: int) -> str:
        if char.isdigit():
            return str(noise % 9 + 1) if at == 0 and char != "0" else str(noise % 10)
        new = letters[noise % len(letters)]
        return new.upper() if char.isupper() else new

    return other


def _is_token(text: str, least: int) -> bool:
    """Tell whether *text* is no words: letters of both cases and digits, as base64 has them."""
    kinds = (str.isdigit, str.islower, str.isupper)
    mixed = all(any(map(kind, text)) for kind in kinds)
    return len(text) >= least and mixed and not _SLUG.fullmatch(text)


def crossed(text: str) -> str:
    """Return *text* with x for each letter and another digit for each digit, as long as before."""
    return "".join(map(_cross, text))


def _cross(char: str) -> str:
    if char.isdigit():
        return "7" if char != "7" else "3"
    if not char.isalpha():
        return char
    if char.isascii():
        return "X" if char.isupper() else "x"
    # As many bytes as before, in UTF-8 and in the charsets of one byte.
    return ("Ø" if char.isupper() else "ø") if ord(char) < 0x800 else "某"  # noqa: PLR2004 - two bytes of UTF-8


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Return the words of *names* that tell who somebody is."""
    found = {word.lower() for name in names for word in re.findall(r"[^\W\d_]+", name)}
    return frozenset(word for word in found if word not in _COMMON and len(word) > 1)


_COMMON = frozenset({
    "jobs", "job", "info", "mail", "mails", "email", "alerts", "alert", "admin", "me", "hello",
    "test", "contact", "office", "post", "team", "all", "there", "candidate", "customer",
    "applicant", "member", "user", "subscriber", "subscribers", "colleague", "friend", "my",
    "inbox", "hiring", "search", "work", "career", "careers", "the", "and", "for", "via", "von",
    "van", "de", "da", "la", "le", "del", "der", "di", "reply", "noreply", "no", "not", "bounce",
    "bounces", "com", "net", "org", "co", "uk", "example", "gmail", "googlemail", "outlook",
    "hotmail", "yahoo",
})  # fmt: skip
