"""Read one rule of a pack: every key checked, every problem noted, nothing defaulted that counts.

That records are checked and points never defaulted is the lesson of SpamAssassin's and miniflux'
rule files. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cxdigest.language import _, marked
from cxdigest.model import KINDS, Kind, Where
from cxdigest.rules.patterns.pattern import Pattern, PatternError, WordLists, parse, size
from cxdigest.rules.reading.rule import DUTIES, WHERES, Example, Rule
from cxdigest.rules.reading.strict import Sheet, Value, suggest

TIMES = (1, 9)  #: different wordings that one rule may count
MOST_PATTERNS = 5_000  #: of one pack; a shipped one has up to 113
MOST_WORDS = 50_000  #: of all of them with their word lists; a shipped pack has up to 4,000
POINTS = (-100, 100)
_REQUIRED = ("id", "kind", "match", "points", "group", "reason", "examples")
_OPTIONAL = ("title", "where", "unless", "false_positives", "source", "status", "times")
_ZERO = re.compile(r"[+-]?0+")
_ID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a rule may refer to."""

    pack: str  #: name of its pack
    lists: WordLists
    caps: Mapping[str, int]  #: of the groups


def read_pattern(sheet: Sheet, text: str, line: int, key: str, lists: WordLists) -> Pattern | None:
    """Return the pattern that *text* says, ``None`` where it is not in the language."""
    if sheet.patterns > MOST_PATTERNS or sheet.words > MOST_WORDS:
        return None  # said once
    try:
        pattern = parse(text, lists)
    except PatternError as error:
        what, _stop, instead = str(error).partition("; ")
        sheet.wrong(line, key, what, instead)
        return None
    sheet.patterns += 1
    sheet.words += size([pattern.nodes])
    if sheet.patterns > MOST_PATTERNS or sheet.words > MOST_WORDS:
        what = _(
            "the pack has more than {most_patterns} patterns or {most_words} words in them",
            most_patterns=f"{MOST_PATTERNS:,}",
            most_words=f"{MOST_WORDS:,}",
        )
        sheet.wrong(line, key, what, _("part it into several packs"))
    return pattern


def read_patterns(
    sheet: Sheet, value: Value | None, key: str, lists: WordLists
) -> tuple[Pattern, ...]:
    """Return the patterns of a list or of one text; of nothing, none."""
    if value is None:
        return ()
    found = (read_pattern(sheet, text, line, key, lists) for text, line in sheet.texts(value, key))
    return tuple(pattern for pattern in found if pattern)


def read_rule(sheet: Sheet, item: Value, key: str, around: Around) -> Rule | None:
    """Return the rule that *item* says; where a part is missing or wrong, the rest is checked."""
    known = sheet.fields(item, key, (*_REQUIRED, *_OPTIONAL))
    if not known:
        return None
    name = _id(sheet, known.get("id"), key)
    for missing in _REQUIRED:
        if missing not in known:
            sheet.wrong(item.line, name, _("{missing} is missing", missing=missing), _how(missing))
    return Rule(
        id=name,
        title=_optional(sheet, known, "title", name),
        kind=_kind(sheet, known.get("kind"), name),
        where=_where(sheet, known.get("where"), name),
        match=read_patterns(sheet, known.get("match"), f"{name}.match", around.lists),
        unless=read_patterns(sheet, known.get("unless"), f"{name}.unless", around.lists),
        points=_points(sheet, known.get("points"), name),
        times=_times(sheet, known.get("times"), name),
        group=_group(sheet, known.get("group"), name, around.caps),
        reason=_reason(sheet, known.get("reason"), name),
        false_positives=_optional(sheet, known, "false_positives", name),
        source=_optional(sheet, known, "source", name),
        status="off" if _status(sheet, known, name) == "off" else "active",
        examples=_examples(sheet, known.get("examples"), name),
        pack=around.pack,
        file=sheet.name,
        line=item.line,
    )


_HOW = {
    "id": marked('write id: "service.handles-calls"'),
    "kind": marked("write kind: one of {kinds}"),
    "match": marked('write match: ["answer* ..3 calls"]'),
    "points": marked("write points: and a whole number; there is no default"),
    "group": marked("write group: and a name that has a cap under groups"),
    "reason": marked("write reason: and one sentence for the reader"),
    "examples": marked('write examples: with hit: ["…"] and miss: ["…"]'),
}


def _how(missing: str) -> str:
    if missing == "kind":
        return _(_HOW[missing], kinds=", ".join(KINDS[:-1]))
    return _(_HOW[missing])


def _optional(sheet: Sheet, known: Mapping[str, Value], key: str, name: str) -> str:
    return sheet.text(known[key], f"{name}.{key}") if key in known else ""


def _id(sheet: Sheet, value: Value | None, key: str) -> str:
    name = sheet.text(value, f"{key}.id") if value else ""
    if value and name and not _ID.fullmatch(name):
        sheet.wrong(value.line, name, _("not a rule id"), _('write "kind.what-it-sees"'))
    return name or key


def _group(sheet: Sheet, value: Value | None, name: str, caps: Mapping[str, int]) -> str:
    group = sheet.text(value, f"{name}.group") if value else ""
    if value and group and group not in caps:
        instead = suggest(group, caps, _("write {group}: 6 under groups", group=group))
        sheet.wrong(
            value.line,
            f"{name}.group",
            _("the group {group} has no cap", group=repr(group)),
            instead,
        )
    return group


def _kind(sheet: Sheet, value: Value | None, name: str) -> Kind:
    text = sheet.text(value, f"{name}.kind") if value else ""
    for kind in KINDS[:-1]:
        if kind == text:
            return kind
    if value and text:
        instead = suggest(text, KINDS[:-1], _how("kind"))
        sheet.wrong(value.line, f"{name}.kind", _("no such kind: {text}", text=repr(text)), instead)
    return "other"


def _where(sheet: Sheet, value: Value | None, name: str) -> tuple[Where, ...]:
    if value is None:
        return DUTIES
    places = dict(sheet.texts(value, f"{name}.where"))
    for text, line in places.items():
        if text not in WHERES:
            instead = suggest(text, WHERES, _("write one of {names}", names=", ".join(WHERES)))
            sheet.wrong(line, f"{name}.where", _("no such place: {text}", text=repr(text)), instead)
    return tuple(where for where in WHERES if where in places)


def _points(sheet: Sheet, value: Value | None, name: str) -> int:
    points = sheet.number(value, f"{name}.points", POINTS) if value else 0
    if value and isinstance(value.data, str) and _ZERO.fullmatch(value.data):
        sheet.wrong(
            value.line, f"{name}.points", _("0 points count for nothing"), _("write status: off")
        )
    return points


def _times(sheet: Sheet, value: Value | None, name: str) -> int:
    return sheet.number(value, f"{name}.times", TIMES) if value else 1


def _reason(sheet: Sheet, value: Value | None, name: str) -> str:
    reason = sheet.text(value, f"{name}.reason") if value else ""
    if value and reason and not reason.endswith("."):
        sheet.wrong(
            value.line, f"{name}.reason", _("this must be one sentence"), _("end it with a stop")
        )
    return reason


def _status(sheet: Sheet, known: Mapping[str, Value], name: str) -> str:
    # YAML reads a plain off as false; here it is the word that was written.
    status = str(known["status"].data) if "status" in known else "active"
    if status not in ("active", "off"):
        sheet.wrong(
            known["status"].line, f"{name}.status",
            _("no such status: {status}", status=repr(status)),
            _("write active or off"),
        )  # fmt: skip
    return status


def _examples(sheet: Sheet, value: Value | None, name: str) -> tuple[Example, ...]:
    if value is None:
        return ()
    known = sheet.fields(value, f"{name}.examples", ("hit", "miss"))
    examples = []
    for side in ("hit", "miss"):
        if side not in known:
            sheet.wrong(
                value.line,
                f"{name}.examples",
                _("no {side} example", side=side),
                _('write {side}: ["…"]', side=side),
            )
            continue
        texts = sheet.texts(known[side], f"{name}.examples.{side}")
        examples += [Example(text=text, hit=side == "hit", line=line) for text, line in texts]
    return tuple(examples)
