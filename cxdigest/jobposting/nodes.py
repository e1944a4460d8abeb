"""Values of a JobPosting node, each in the spellings that it is met in. Opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cxdigest.language import marked
from cxdigest.model import Workplace
from cxdigest.text import squash, unescaped

Node = dict[str, Any]
_MOST = 20  #: values of one property that are read
MAX_MARKUP = 200_000  #: characters; the longest duties have 20,000
_NOTHING = frozenset({"", "-", "n/a", "na", "none", "null", "undefined", "unavailable", "unknown"})
_EMPLOYMENT = {
    "fulltime": marked("full-time"),
    "parttime": marked("part-time"),
    "contractor": marked("contract"),
    "contract": marked("contract"),
    "freelance": marked("contract"),
    "temporary": marked("temporary"),
    "temp": marked("temporary"),
    "intern": marked("internship"),
    "internship": marked("internship"),
    "volunteer": marked("volunteer"),
    "perdiem": marked("per diem"),
    "permanent": marked("permanent"),
    "apprenticeship": marked("apprenticeship"),
    "seasonal": marked("seasonal"),
    "other": "",
}
_TAG = re.compile(r"<[^<>]{0,2000}>")
_REMOTE = re.compile(
    r"telecommute|\bremote\b|\bhome[- ]?office\b|work from home|\btélétravail|\bteletrabajo\b",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\s*[(\[]\s*(?:fully |100 ?% )?(?:hybrid|remote|on-?site|in[- ]office)\b[^()\[\]]{0,30}[)\]]"
    r"|^(?:hybrid|remote|on-?site)\b\s*(?:in\b|[-\u2013\u2014,:|/])\s*"
    r"|\s*[-\u2013\u2014,|/]\s*(?:hybrid|remote|on-?site)$"
    r"|^(?:hybrid|remote|on-?site|anywhere|home ?office|work from home)$",
    re.IGNORECASE,
)
_HYBRID = re.compile(r"\bhybrid|\bhíbrid|\bibrid", re.IGNORECASE)
_ONSITE = re.compile(r"on-?_?site|in[- ]office|in[- ]person|\bvor ort\b|présentiel", re.IGNORECASE)


def listed(value: object) -> list[Any]:
    """Return *value* as a list: JSON-LD lets one value stand without its brackets."""
    if isinstance(value, list):
        return value[:_MOST]
    return [] if value is None else [value]


def words(value: object) -> str:
    """Return *value* as one line of plain text, ``""`` where it is none or says nothing."""
    for one in listed(value):
        if isinstance(one, dict):
            one = one.get("@value") or one.get("name") or one.get("value")  # noqa: PLW2901 - unwrapped
        if isinstance(one, int | float) and not isinstance(one, bool):
            return f"{one:g}" if isinstance(one, float) else str(one)[:40]
        if isinstance(one, str):
            text = squash(unescaped(unescaped(_TAG.sub(" ", one[:2000]))))
            if text.casefold() not in _NOTHING:
                return text
    return ""


def markup(value: object) -> str:
    """Return *value* as written, HTML or text; entities that stand for its tags are read."""
    texts = [one for one in map(_written, listed(value)) if one.strip()]
    text = "\n".join(texts).strip()[:MAX_MARKUP]
    if "&lt;" in text and "<" not in text:
        text = unescaped(text)
    return text


def _written(one: object) -> str:
    if isinstance(one, dict):
        one = one.get("@value") or one.get("text") or one.get("value")
    return one if isinstance(one, str) else ""


def inside(node: Mapping[str, Any], key: str, named: Mapping[str, Node]) -> Iterator[Node]:
    """Yield the nodes under *key*; one that only refers to another by its ``@id`` is that one."""
    for one in listed(node.get(key)):
        if isinstance(one, dict):
            name = one.get("@id")
            referred = named.get(name) if isinstance(name, str) else None
            yield referred if referred and len(one) <= len(("@id", "@type")) else one


def employment_of(value: object) -> str:
    """Return the types of employment in *value*, ``full-time, contract``."""
    stated = [
        part for one in listed(value) for part in re.split(r"[,;|]", words(one)) if part.strip()
    ]
    read = (
        _EMPLOYMENT.get(re.sub(r"[\W_]+", "", part).casefold(), squash(part)) for part in stated
    )
    return ", ".join(dict.fromkeys(filter(None, read)))


def without_workplace(place: str) -> str:
    """Return *place* without the words that say where the work is done: ``Leeds (Hybrid)``."""
    return _AROUND.sub("", place).strip()


def workplace_of(*values: object) -> Workplace:
    """Return where the work is done, as the first of *values* that states it says."""
    for text in (words(one) for value in values for one in listed(value)):
        if _HYBRID.search(text):
            return "hybrid"
        if _REMOTE.search(text):
            return "remote"
        if _ONSITE.search(text):
            return "onsite"
    return ""
