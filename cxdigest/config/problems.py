"""Turn what pydantic finds into problems for a person: line, key, what is wrong, what to write.

No value of a secret key ever stands in a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cxdigest.config.shape import all_sections, keys_at, secrets
from cxdigest.config.wording import did_you_mean, nearest, shown
from cxdigest.errors import Problem
from cxdigest.language import _, marked
from cxdigest.yamlfile import Document, Path, dotted

Location = tuple[str | int, ...]  #: as pydantic counts: a source's type stands behind its name
_Saying = Callable[[ErrorDetails, Location], tuple[str, str]]  #: what is wrong, what to write

NO_SUCH_KEY = marked("no such key")


def problem(document: Document, path: Path, what: str, instead: str = "") -> Problem:
    """Return a problem of the entry at *path*, or of the nearest entry above it."""
    return Problem(
        where=document.where,
        line=document.line(path),
        key=dotted(path),
        what=what,
        instead=instead,
    )


def from_validation(
    document: Document, error: ValidationError, at: Location = ()
) -> Iterator[Problem]:
    """Yield what *error* says about the part of *document* that stands *at* a place."""
    details = error.errors(include_url=False)
    for detail in details:
        detail["loc"] = (*at, *detail["loc"])
    misspelt = {
        (*detail["loc"][:-1], nearest(detail["loc"][-1], keys_at(detail["loc"][:-1])))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    for detail in details:
        location = detail["loc"]
        if _follows(detail) or (detail["type"] == "missing" and location in misspelt):
            continue
        what, instead = _say(detail, location)
        yield problem(document, _path(location), what, instead)


def _follows(detail: ErrorDetails) -> bool:
    """Tell whether this only follows from something that is named on its own."""
    if detail["type"] == "too_short":
        return bool(len(detail["input"]) >= detail["ctx"]["min_length"])
    return detail["type"] == "default_factory_not_called"


def _path(location: Location) -> Path:
    if location[-1] == "[key]":
        return location[:-1]
    if len(location) > 2 and location[0] in ("sources", "channels"):  # noqa: PLR2004 - the type
        return (*location[:2], *location[3:])
    return location


def _say(detail: ErrorDetails, location: Location) -> tuple[str, str]:
    if detail["input"] is None:
        return _("has no value"), _fill(location)
    if say := _SAYINGS.get(str(detail["type"])):
        return say(detail, location)
    return str(detail["msg"]).replace("Input should be", "must be"), ""


def _fill(location: Location) -> str:
    field = keys_at(location[:-1]).get(str(location[-1]))
    if field is None:
        return _("write what belongs to it below it, indented, or remove it")
    return _example(location) + ("" if field.is_required() else _(", or remove the key"))


def _wrong_type(detail: ErrorDetails, location: Location) -> tuple[str, str]:
    known = [pattern[-1] for pattern, _ in all_sections() if pattern[:-1] == (location[0], "*")]
    said = detail["input"].get("type")
    if said is None:
        return _("type is missing"), _("write type: {names}", names=" or ".join(known))
    return _("has no known type: {said}", said=shown(said)), did_you_mean(said, known)


def _choose(detail: ErrorDetails, _at: Location) -> tuple[str, str]:
    known = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    near = nearest(detail["input"], known)
    what = _("{input} is not one of {names}", input=shown(detail["input"]), names=", ".join(known))
    return what, _('did you mean "{near}"?', near=near) if near else _("write one of them")


def _limit(words: str, name: str) -> _Saying:
    return lambda detail, _at: (
        _("{input} is out of range", input=shown(detail["input"])),
        _(words, limit=detail["ctx"][name]),
    )


def _must(what: str, instead: str = "") -> _Saying:
    return lambda _detail, location: (
        _("must be {what}", what=_(what)),
        _(instead) if instead else _example(location),
    )


def _write(_detail: ErrorDetails, location: Location) -> tuple[str, str]:
    return _("is missing"), _example(location)


def _example(location: Location) -> str:
    """Say what could be written at *location*, by the example of its field."""
    name = str(location[-1])
    field = keys_at(location[:-1]).get(name)
    if name == "profiles":
        return _(
            "add a person who gets a digest; config.example.yaml shows one; or "
            "write profiles: {}, and add people with `cxdigest profile add`"
        )
    if field is None or name in secrets():
        return _("write a value")
    return _(
        "write {value}",
        value=as_yaml({name: field.examples[0] if field.examples else field.default}),
    )


def _own_words(detail: ErrorDetails, _at: Location) -> tuple[str, str]:
    return str(detail["ctx"]["what"]), str(detail["ctx"]["instead"])


def _no_such_key(_detail: ErrorDetails, location: Location) -> tuple[str, str]:
    return _(NO_SUCH_KEY), did_you_mean(location[-1], keys_at(location[:-1]))


def _not_empty(_detail: ErrorDetails, location: Location) -> tuple[str, str]:
    return _("is empty"), _example(location)


_GROUP = _must(
    marked("a group of keys"), marked('write each as "key: value" on its own line, indented')
)
_WHOLE = _must(marked("a whole number"), marked("write digits alone, without quotes"))
_SAYINGS: dict[str, _Saying] = {
    "wrong": _own_words,
    "missing": _write,
    "extra_forbidden": _no_such_key,
    "union_tag_not_found": _wrong_type,
    "union_tag_invalid": _wrong_type,
    "bool_type": _must(marked("true or false"), marked("write it without quotes")),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "string_type": _must(marked("text")),
    "tuple_type": _must(marked("a list")),
    "dict_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "literal_error": _choose,
    "greater_than_equal": _limit(marked("write at least {limit}"), "ge"),
    "less_than_equal": _limit(marked("write at most {limit}"), "le"),
    "too_short": _not_empty,
}


def as_yaml(value: object) -> str:
    """Return *value* on one line as it would stand in the file."""
    flow = yaml.safe_dump(
        value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
    )
    flow = flow.removesuffix("...\n").strip()
    return flow[1:-1] if isinstance(value, dict) else flow
