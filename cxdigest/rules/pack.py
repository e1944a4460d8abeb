"""Read rule packs: YAML in, checked rules out, or every problem at once.

A pack with one mistake is refused whole, because a rule that is silently missing changes verdicts.
A user's pack adds, or overrides a shipped rule by its id. Opens nothing. That records are checked
and points never defaulted is the lesson of SpamAssassin's and miniflux' rule files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cxdigest.errors import PackError, Problem
from cxdigest.model import KINDS, Kind, Where
from cxdigest.rules import strict
from cxdigest.rules.pattern import Pattern, PatternError, WordLists, parse
from cxdigest.rules.rule import DUTIES, SECTIONS, TIERS, WHERES, Example, Rule, RuleSet, Settings
from cxdigest.rules.strict import Sheet, Value

ENGINE = "4"  #: raised whenever the same packs could give other verdicts
SET_ASIDE = KINDS[1:-1]  #: kinds that hide a posting from who looks for genuine ones
MOST_TIMES = 9  #: different wordings that one rule may count
_TOP = ("pack", "about", "language", "lists", "groups", "settings", "rules")
_REQUIRED = ("id", "kind", "match", "points", "group", "reason", "examples")
_OPTIONAL = ("title", "where", "unless", "false_positives", "source", "status", "times")
_SETTINGS = (
    "threshold", "margin", "genuine_margin", "supporting", "weights", "confidence", "claims",
    "negation", "headings", "cues",
)  # fmt: skip
_ID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")


@dataclass(slots=True)
class _Draft:
    """What the packs have said so far."""

    rules: dict[str, Rule] = field(default_factory=dict)
    caps: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)


def read_packs(
    shipped: Sequence[tuple[str, bytes]], user: Sequence[tuple[str, bytes]] = ()
) -> RuleSet:
    """Read packs given as (name, content); those of *user* may override by rule id.

    Raises:
        PackError: with every problem of every pack.
    """
    sheets = [(strict.read(*pack), False) for pack in shipped]
    sheets += [(strict.read(*pack), True) for pack in user]
    problems: list[Problem] = []
    draft = _Draft()
    tops = [(sheet, sheet.fields(value, "", _TOP), own) for (sheet, value), own in sheets if value]
    for sheet, top, _ in tops:
        _read_lists(sheet, top, draft)
    lists = WordLists(draft.lists)
    for sheet, top, own in tops:
        _read_pack(sheet, top, draft, lists, own=own)
    for (sheet, _), _own in sheets:
        problems += sorted(sheet.problems, key=lambda problem: problem.line)
    problems += _still_missing(draft, sheets[-1][0][0].name if sheets else "packs")
    if problems:
        raise PackError(problems)
    content = [ENGINE.encode(), *(part for name, body in [*shipped, *user] for part in (body,))]
    digest = hashlib.sha256(b"\0".join(hashlib.sha256(each).digest() for each in content))
    return RuleSet(
        rules=tuple(draft.rules.values()),
        caps=draft.caps,
        settings=Settings(**draft.settings),  # type: ignore[arg-type]  # each was read as its type
        fingerprint=digest.hexdigest()[:16],
    )


def _still_missing(draft: _Draft, name: str) -> list[Problem]:
    missing = [key for key in _SETTINGS if key not in draft.settings]
    return [
        Problem(where=name, line=0, key=f"settings.{key}", what="no pack says this")
        for key in missing
    ]


def _read_lists(sheet: Sheet, top: dict[str, Value], draft: _Draft) -> None:
    if "pack" not in top:
        sheet.wrong(1, "pack", "the pack has no name", "write pack: NAME in the first line")
    lists = top["lists"].data if "lists" in top else {}
    for name, value in lists.items() if isinstance(lists, dict) else ():
        phrases = tuple(text for text, _ in sheet.texts(value, f"lists.{name}"))
        # A user's list of the same name adds to the shipped one.
        draft.lists[name] = tuple(dict.fromkeys((*draft.lists.get(name, ()), *phrases)))


def _read_pack(
    sheet: Sheet, top: dict[str, Value], draft: _Draft, lists: WordLists, *, own: bool
) -> None:
    if "lists" in top:
        _check_lists(sheet, top["lists"], lists)
    if "groups" in top:
        draft.caps |= _caps(sheet, top["groups"])
    if "settings" in top:
        draft.settings |= _settings(sheet, top["settings"], lists)
    pack = sheet.text(top["pack"], "pack") if "pack" in top else sheet.name
    items = top["rules"].data if "rules" in top else []
    if not isinstance(items, list):
        sheet.wrong(top["rules"].line, "rules", "this must be a list", "write - id: … for each")
        return
    _read_rules(sheet, items, draft, lists, pack, own=own)


def _caps(sheet: Sheet, value: Value) -> dict[str, int]:
    caps = {}
    for group, item in sheet.mapping(value, "groups").items():
        caps[group] = sheet.number(item, f"groups.{group}")
        if caps[group] < 1:
            sheet.wrong(item.line, f"groups.{group}", "a cap is 1 or more", "write 6")
    return caps


def _read_rules(
    sheet: Sheet, items: Sequence[Value], draft: _Draft, lists: WordLists, pack: str, *, own: bool
) -> None:
    mine: dict[str, int] = {}
    for number, item in enumerate(items, 1):
        rule = _rule(sheet, item, f"rules.{number}", lists, pack)
        if rule is None:
            continue
        if rule.id in mine or (rule.id in draft.rules and not own):
            first = mine.get(rule.id) or f"in pack {draft.rules[rule.id].pack}"
            sheet.wrong(item.line, rule.id, f"this id is taken, first {first}", "choose another")
        if rule.group not in draft.caps:
            sheet.wrong(
                item.line, rule.id, f"the group {rule.group!r} has no cap",
                f"write {rule.group}: 6 under groups",
            )  # fmt: skip
        mine[rule.id] = item.line
        draft.rules[rule.id] = rule


def _check_lists(sheet: Sheet, value: Value, lists: WordLists) -> None:
    for name, item in sheet.mapping(value, "lists").items():
        for text, line in sheet.texts(item, f"lists.{name}"):
            _pattern(sheet, text, line, f"lists.{name}", lists)


def _pattern(sheet: Sheet, text: str, line: int, key: str, lists: WordLists) -> Pattern | None:
    try:
        return parse(text, lists) if text else None
    except PatternError as error:
        what, _, instead = str(error).partition("; ")
        sheet.wrong(line, key, what, instead)
        return None


def _patterns(sheet: Sheet, value: Value, key: str, lists: WordLists) -> tuple[Pattern, ...]:
    found = (_pattern(sheet, text, line, key, lists) for text, line in sheet.texts(value, key))
    return tuple(pattern for pattern in found if pattern)


def _rule(sheet: Sheet, item: Value, key: str, lists: WordLists, pack: str) -> Rule | None:
    known = sheet.fields(item, key, (*_REQUIRED, *_OPTIONAL))
    if not known:
        return None
    name = sheet.text(known["id"], key) if "id" in known else key
    if "id" in known and not _ID.fullmatch(name):
        sheet.wrong(known["id"].line, name, "not a rule id", 'write "kind.what-it-sees"')
    for missing in _REQUIRED:
        if missing not in known:
            sheet.wrong(item.line, name, f"{missing} is missing", _HOW[missing])
    if any(missing not in known for missing in _REQUIRED):
        return None
    return Rule(
        id=name,
        title=_optional(sheet, known, "title"),
        kind=_kind(sheet, known["kind"], name),
        where=_where(sheet, known.get("where"), name),
        match=_patterns(sheet, known["match"], name, lists),
        unless=_patterns(sheet, known["unless"], name, lists) if "unless" in known else (),
        points=_points(sheet, known["points"], name),
        times=_times(sheet, known.get("times"), name),
        group=sheet.text(known["group"], name),
        reason=_reason(sheet, known["reason"], name),
        false_positives=_optional(sheet, known, "false_positives"),
        source=_optional(sheet, known, "source"),
        status="off" if _status(sheet, known, name) == "off" else "active",
        examples=_examples(sheet, known["examples"], name),
        pack=pack,
        line=item.line,
    )


_HOW = {
    "id": 'write id: "service.handles-calls"',
    "kind": f"write kind: one of {', '.join(KINDS[:-1])}",
    "match": 'write match: ["answer* ..3 calls"]',
    "points": "write points: and a whole number; there is no default",
    "group": "write group: and a name that has a cap under groups",
    "reason": "write reason: and one sentence for the reader",
    "examples": 'write examples: with hit: ["…"] and miss: ["…"]',
}


def _optional(sheet: Sheet, known: Mapping[str, Value], key: str) -> str:
    return sheet.text(known[key], key) if key in known else ""


def _kind(sheet: Sheet, value: Value, name: str) -> Kind:
    text = sheet.text(value, name)
    for kind in KINDS[:-1]:
        if kind == text:
            return kind
    sheet.wrong(value.line, f"{name}.kind", f"no such kind: {text!r}", _HOW["kind"])
    return "other"


def _where(sheet: Sheet, value: Value | None, name: str) -> tuple[Where, ...]:
    if value is None:
        return DUTIES
    places = [text for text, _ in sheet.texts(value, f"{name}.where")]
    for text in places:
        if text not in WHERES:
            instead = f"write one of {', '.join(WHERES)}"
            sheet.wrong(value.line, f"{name}.where", f"no such place: {text!r}", instead)
    return tuple(where for where in WHERES if where in places)


def _points(sheet: Sheet, value: Value, name: str) -> int:
    points = sheet.number(value, f"{name}.points")
    if points == 0 and value.data in ("0", "-0", "+0"):
        sheet.wrong(value.line, f"{name}.points", "0 points count for nothing", "write status: off")
    return points


def _times(sheet: Sheet, value: Value | None, name: str) -> int:
    times = sheet.number(value, f"{name}.times") if value else 1
    if value and not 0 < times <= MOST_TIMES:
        sheet.wrong(
            value.line, f"{name}.times", "not a number of times", f"write 1 to {MOST_TIMES}"
        )
    return times


def _reason(sheet: Sheet, value: Value, name: str) -> str:
    reason = sheet.text(value, f"{name}.reason")
    if reason and not reason.endswith("."):
        sheet.wrong(value.line, f"{name}.reason", "this must be one sentence", "end it with a stop")
    return reason


def _status(sheet: Sheet, known: Mapping[str, Value], name: str) -> str:
    # YAML reads a plain off as false; here it is the word that was written.
    status = str(known["status"].data) if "status" in known else "active"
    if status not in ("active", "off"):
        sheet.wrong(known["status"].line, f"{name}.status", "no such status", "write active or off")
    return status


def _examples(sheet: Sheet, value: Value, name: str) -> tuple[Example, ...]:
    known = sheet.fields(value, f"{name}.examples", ("hit", "miss"))
    examples = []
    for side in ("hit", "miss"):
        texts = sheet.texts(known[side], f"{name}.examples.{side}") if side in known else []
        if not texts:
            sheet.wrong(
                value.line, f"{name}.examples", f"no {side} example", f'write {side}: ["…"]'
            )
        examples += [Example(text=text, hit=side == "hit", line=line) for text, line in texts]
    return tuple(examples)


def _settings(sheet: Sheet, value: Value, lists: WordLists) -> dict[str, object]:
    known = sheet.fields(value, "settings", _SETTINGS)
    settings: dict[str, object] = {}
    for key, item in known.items():
        path = f"settings.{key}"
        if key in ("threshold", "margin"):
            settings[key] = _numbers(sheet, item, path, TIERS)
        elif key == "genuine_margin":
            tiers = sheet.fields(item, path, TIERS)
            _complete(sheet, item, path, tiers, TIERS)
            settings[key] = {
                tier: _numbers(sheet, each, f"{path}.{tier}", SET_ASIDE)
                for tier, each in tiers.items()
            }
        elif key == "supporting":
            settings[key] = frozenset(text for text, _ in sheet.texts(item, path))
        elif key == "weights":
            settings[key] = _numbers(sheet, item, path, WHERES)
        elif key == "confidence":
            settings[key] = _table(sheet, item, path)
        elif key in ("headings", "cues"):
            sections = sheet.fields(item, path, SECTIONS)
            settings[key] = {
                name: _patterns(sheet, each, f"{path}.{name}", lists)
                for name, each in sections.items()
            }
        else:
            settings[key] = _patterns(sheet, item, path, lists)
    return settings


def _numbers(sheet: Sheet, value: Value, key: str, names: Sequence[str]) -> dict[str, int]:
    known = sheet.fields(value, key, names)
    _complete(sheet, value, key, known, names)
    return {name: sheet.number(item, f"{key}.{name}") for name, item in known.items()}


def _complete(
    sheet: Sheet, value: Value, key: str, known: Mapping[str, Value], names: Sequence[str]
) -> None:
    for name in names:
        if name not in known:
            sheet.wrong(value.line, key, f"{name} is missing", f"write {name}: 5")


def _table(sheet: Sheet, value: Value, key: str) -> tuple[tuple[int, int], ...]:
    if not isinstance(value.data, dict):
        sheet.wrong(value.line, key, "this must be margins with percents", "write 0: 50")
        return ()
    rows = []
    for margin, item in value.data.items():
        if not margin.isdecimal():
            sheet.wrong(item.line, f"{key}.{margin}", "a margin is a whole number", "write 5: 80")
            continue
        rows.append((int(margin), sheet.number(item, f"{key}.{margin}")))
    if rows != sorted(rows) or [row[1] for row in rows] != sorted(row[1] for row in rows):
        sheet.wrong(value.line, key, "margins and percents must both ascend", "put them in order")
    return tuple(rows)
