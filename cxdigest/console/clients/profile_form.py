"""A profile as a form: what its definition says in each field, and the definition that fields say.

What was not touched stays as it was written, also what no field shows. Nothing is checked here:
the configuration's own check is, and says of each problem which field it is of.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxdigest.console.clients.form_fields import Field
from cxdigest.errors import Problem
from cxdigest.store import Definition

Sent = Mapping[str, Sequence[str]]  #: what a form said, by the names of its fields
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::00)?")
_NUMBER = re.compile(r"-?\d{1,15}")
_FRACTION = re.compile(r"-?\d{1,15}\.\d{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """One field with what stands in it."""

    field: Field
    said: tuple[str, ...]  #: one text, or each line, or each choice
    problems: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What stands in it where it is one text."""
        return "\n".join(self.said)


def shown(fields: Iterable[Field], definition: Definition) -> dict[str, tuple[str, ...]]:
    """Return what stands in each field where the settings say *definition*."""
    return {one.key: _shown(one, definition) for one in fields}


def filled(
    fields: Iterable[Field], said: Sent, problems: Iterable[Problem], name: str
) -> tuple[list[Filled], list[str]]:
    """Return each field with its problems, and the problems that are of no field."""
    keys = [one.key for one in fields]
    of_field: dict[str, list[str]] = {}
    rest = []
    for one in problems:
        key = _field_of(one, keys, name)
        words = f"{one.what}; {one.instead}" if one.instead else one.what
        if key is None:
            at = one.key.removeprefix(f"profiles.{name}").removeprefix(".")
            rest.append(": ".join(part for part in (at, words) if part))
        else:
            of_field.setdefault(key, []).append(words)
    return [
        Filled(
            field=one, said=tuple(said.get(one.key, ())), problems=tuple(of_field.get(one.key, ()))
        )
        for one in fields
    ], rest


def sent(fields: Iterable[Field], form: Sent) -> dict[str, tuple[str, ...]]:
    """Return what a form said in each field, as ``shown`` gives it."""
    return {one.key: _cleaned(one, form.get(one.key, ())) for one in fields}


def written(fields: Iterable[Field], said: Sent, before: Definition) -> dict[str, Any]:
    """Return the definition that fields say, in which what is as *before* is left alone."""
    definition = copy.deepcopy(dict(before))
    was = shown(fields, before)
    changed = {one.key for one in fields if tuple(said[one.key]) != was[one.key]}
    for one in fields:
        if one.key in changed and not one.key.startswith(("deliver", "review")):
            _put(definition, one.key, _value(one, said[one.key]))
    if changed & {"deliver", "deliver.cc"}:
        _put(definition, "deliver", _ways(said["deliver"], said["deliver.cc"]))
    if changed & {"review", "review.wait"}:
        _put(definition, "review", _review(said))
    return definition


def _shown(one: Field, definition: Definition) -> tuple[str, ...]:
    if one.key in {"deliver", "deliver.cc"}:
        return tuple(_lines_of(definition.get("deliver"), "cc" if "." in one.key else "to"))
    if one.key == "review":
        review = definition.get("review")
        return (str(review.get("otherwise", "send")) if isinstance(review, dict) else "",)
    value = _at(definition, one.key, one.default)
    if one.widget in {"lines", "names"}:
        return tuple(str(item) for item in value) if isinstance(value, list) else ()
    if one.widget == "switch":
        return ("yes",) if value is True else ()
    if one.widget == "time" and (found := _TIME.fullmatch(str(value))):
        return (f"{int(found[1]):02}:{found[2]}",)
    return ("" if value is None else str(value),)


def _cleaned(one: Field, given: Sequence[str]) -> tuple[str, ...]:
    if one.widget in {"lines", "names", "ways"}:
        lines = (line.strip() for text in given for line in text.splitlines())
        return tuple(line for line in lines if line)
    if one.widget == "switch":
        return ("yes",) if "yes" in given else ()
    text = given[0].strip() if given else ""
    if one.widget == "time" and (found := _TIME.fullmatch(text)):
        return (f"{int(found[1]):02}:{found[2]}",)
    return (text,)


def _value(one: Field, said: Sequence[str]) -> Any:  # noqa: ANN401 - as the file would say it
    """Return what *said* is as it would stand in the file; None: the key is left out."""
    if one.widget in {"lines", "names"}:
        return list(said) or None
    if one.widget == "switch":
        return bool(said)
    text = said[0] if said else ""
    if one.widget == "number":
        return _number(text)
    return text or None


def _number(text: str) -> int | float | str | None:
    if _NUMBER.fullmatch(text):
        return int(text)
    # What is no number is told by the check, in its own words.
    return float(text) if _FRACTION.fullmatch(text) else text or None


def _ways(to: Sequence[str], copies: Sequence[str]) -> list[dict[str, Any]] | None:
    """Return what stands under ``deliver``: each channel once, in the order of the lines."""
    found: dict[str, dict[str, Any]] = {}
    for key, lines in (("to", to), ("cc", copies)):
        for line in lines:
            channel, colon, recipient = line.partition(":")
            channel, recipient = (channel.strip(), recipient.strip()) if colon else (line, line)
            way = found.setdefault(channel, {"channel": channel, "to": []})
            way.setdefault(key, []).append(recipient)
    return list(found.values()) or None


def _review(said: Sent) -> dict[str, Any] | None:
    otherwise = said["review"][0] if said["review"] else ""
    if not otherwise:
        return None
    wait = _number(said["review.wait"][0] if said["review.wait"] else "")
    return {**({} if wait is None else {"wait": wait}), "otherwise": otherwise}


def _lines_of(ways: Any, key: str) -> Iterable[str]:  # noqa: ANN401 - whatever the file says
    for way in ways if isinstance(ways, list) else ():
        if isinstance(way, dict) and isinstance(way.get(key, []), list):
            for recipient in way.get(key, []):
                yield f"{way.get('channel', '')}: {recipient}"


def _at(definition: Definition, key: str, default: Any) -> Any:  # noqa: ANN401 - as above
    value: Any = definition
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return default
        value = value[part]
    return value


def _put(definition: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 - as above
    """Put *value* in its place; None takes the key out, and its group where it was the last."""
    above, dot, last = key.rpartition(".")
    group = definition
    if dot:
        held = definition.get(above)
        group = definition[above] = held if isinstance(held, dict) else {}
    if value is None:
        group.pop(last, None)
    else:
        group[last] = value
    if dot and not group:
        del definition[above]


def _field_of(one: Problem, keys: Sequence[str], name: str) -> str | None:
    """Return the key of the field that a problem is of, None where it is of none."""
    path = one.key.removeprefix(f"profiles.{name}").removeprefix(".")
    plain = re.sub(r"\[\d+\]", "", path)
    if plain == "deliver.cc" and "deliver.cc" in keys:
        return plain
    if not plain and "profile" in keys:
        return "profile"  # the name itself
    while plain:
        if plain in keys:
            return plain
        plain = plain.rpartition(".")[0]
    # A group as a whole, such as all wishes: said where its first field stands.
    return None
