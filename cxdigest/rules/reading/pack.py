"""Read rule packs: YAML in, checked rules out, or every problem at once.

A pack with one mistake is refused whole, because a rule that is silently missing changes verdicts.
A user's pack adds, or overrides a shipped rule by its id. Opens nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxdigest.errors import PackError, Problem
from cxdigest.language import _
from cxdigest.model import KINDS
from cxdigest.rules.patterns.pattern import WordLists
from cxdigest.rules.reading import strict
from cxdigest.rules.reading.read_rule import Around, read_pattern, read_patterns, read_rule
from cxdigest.rules.reading.rule import SECTIONS, TIERS, WHERES, Rule, RuleSet, Settings
from cxdigest.rules.reading.strict import Sheet, Value
from cxdigest.rules.texts.language import LANGUAGES

ENGINE = "6"  #: raised whenever the same packs could give other verdicts
SET_ASIDE = KINDS[1:-1]  #: kinds that hide a posting from who looks for genuine ones
MOST_RULES = 1_000  #: of one pack; a shipped one has up to 26
_CAPS = (1, 1000)
_PERCENTS = (0, 100)
#: Between what the numbers of each setting lie.
_BOUNDS = {"threshold": (1, 1000), "margin": (0, 1000), "genuine_margin": (0, 1000),
           "weights": _PERCENTS, "week": (0, 100)}  # fmt: skip
_MARGIN = re.compile(r"[0-9]{1,3}")
_TOP = ("pack", "about", "language", "young", "lists", "groups", "settings", "also", "rules")
_SETTINGS = (
    "threshold", "margin", "genuine_margin", "supporting", "weights", "week", "confidence",
    "claims", "negation", "headings", "cues",
)  # fmt: skip
#: What a pack in another language says beside the settings, without repeating them.
_ALSO = ("claims", "negation", "headings", "cues")
_YES_OR_NO = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(slots=True)
class _Draft:
    """What the packs have said so far."""

    rules: dict[str, Rule] = field(default_factory=dict)
    caps: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    also: list[dict[str, object]] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)
    measured: set[str] = field(default_factory=set)  #: languages of packs that are not young
    young: set[str] = field(default_factory=set)  #: names of packs
    packs: dict[str, bool] = field(default_factory=dict)  #: by name, whether the user wrote it


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
    # Rules may lean on lists and groups of any pack, whatever their order.
    for sheet, top, _own in tops:
        _read_lists(sheet, top, draft)
        draft.caps |= _caps(sheet, top["groups"]) if "groups" in top else {}
    lists = WordLists(draft.lists)
    for sheet, top, own in tops:
        _read_pack(sheet, top, draft, lists, own=own)
    for (sheet, _value), _own in sheets:
        # What is read twice is told once.
        problems += dict.fromkeys(sorted(sheet.problems, key=lambda problem: problem.line))
    problems += _still_missing(draft, sheets[-1][0][0].name if sheets else "packs")
    if problems:
        raise PackError(problems)
    content = [ENGINE.encode(), *(part for name, body in [*shipped, *user] for part in (body,))]
    digest = hashlib.sha256(b"\0".join(hashlib.sha256(each).digest() for each in content))
    return RuleSet(
        rules=tuple(draft.rules.values()),
        caps=draft.caps,
        settings=Settings(**_with_also(draft)),  # type: ignore[arg-type]  # each read as its type
        languages=frozenset(draft.languages),
        measured=frozenset(draft.measured),
        young=frozenset(draft.young),
        own=frozenset(name for name, own in draft.packs.items() if own),
        fingerprint=digest.hexdigest()[:16],
    )


def _still_missing(draft: _Draft, name: str) -> list[Problem]:
    missing = [key for key in _SETTINGS if key not in draft.settings]
    return [
        Problem(where=name, line=0, key=f"settings.{key}", what=_("no pack says this"))
        for key in missing
    ]


def _read_lists(sheet: Sheet, top: dict[str, Value], draft: _Draft) -> None:
    if "pack" not in top:
        sheet.wrong(1, "pack", _("the pack has no name"), _("write pack: NAME in the first line"))
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
    if "settings" in top:
        draft.settings |= _settings(sheet, top["settings"], lists, "settings", _SETTINGS)
    if "also" in top:
        draft.also.append(_settings(sheet, top["also"], lists, "also", _ALSO))
    pack = _name(sheet, top, draft)
    draft.packs[pack] = own
    spoken = {*_languages(sheet, top["language"])} if "language" in top else set()
    draft.languages |= spoken
    if "young" in top and _yes(sheet, top["young"], "young"):
        draft.young.add(pack)
    else:
        draft.measured |= spoken
    items = top["rules"].data if "rules" in top else []
    if not isinstance(items, list):
        sheet.wrong(
            top["rules"].line, "rules", _("this must be a list"), _("write - id: … for each")
        )
        return
    around = Around(pack=pack, lists=lists, caps=draft.caps)
    _read_rules(sheet, items, draft, around, own=own)


def _name(sheet: Sheet, top: Mapping[str, Value], draft: _Draft) -> str:
    """Return the pack's name; one that another pack has is told apart by its file."""
    name = sheet.text(top["pack"], "pack") if "pack" in top else sheet.name
    return f"{name} ({sheet.name})" if name in draft.packs else name


def _languages(sheet: Sheet, value: Value) -> Iterator[str]:
    for text, line in sheet.texts(value, "language"):
        if text in LANGUAGES:
            yield text
            continue
        codes = [code for code, name in LANGUAGES.items() if name.casefold() == text.casefold()]
        instead = (
            _("write {codes}", codes=codes[0]) if codes else _("write two letters, for example en")
        )
        sheet.wrong(
            line, "language", _("not the code of a language: {text}", text=repr(text)), instead
        )


def _caps(sheet: Sheet, value: Value) -> dict[str, int]:
    caps = {}
    for group, item in sheet.mapping(value, "groups").items():
        caps[group] = sheet.number(item, f"groups.{group}", _CAPS)
    return caps


def _read_rules(
    sheet: Sheet, items: Sequence[Value], draft: _Draft, around: Around, *, own: bool
) -> None:
    mine: set[str] = set()
    if len(items) > MOST_RULES:
        what = _("the pack has more than {most_rules} rules", most_rules=f"{MOST_RULES:,}")
        sheet.wrong(items[MOST_RULES].line, "rules", what, _("part it into several packs"))
    for number, item in enumerate(items[:MOST_RULES], 1):
        rule = read_rule(sheet, item, f"rules[{number}]", around)
        if rule is None:
            continue
        if rule.id in mine or (rule.id in draft.rules and not own):
            other = draft.rules[rule.id]
            first = (
                _("in line {line}", line=other.line)
                if rule.id in mine
                else _("in pack {pack}", pack=other.pack)
            )
            sheet.wrong(
                rule.line,
                rule.id,
                _("this id is taken, first {first}", first=first),
                _("choose another"),
            )
        mine.add(rule.id)
        draft.rules[rule.id] = rule


def _check_lists(sheet: Sheet, value: Value, lists: WordLists) -> None:
    for name, item in sheet.mapping(value, "lists").items():
        for text, line in sheet.texts(item, f"lists.{name}"):
            read_pattern(sheet, text, line, f"lists.{name}", lists)


def _yes(sheet: Sheet, value: Value, key: str) -> bool:
    said = _YES_OR_NO.get(value.data.casefold()) if isinstance(value.data, str) else None
    if said is None:
        sheet.wrong(value.line, key, _("this must be true or false"), _("write true, or remove it"))
    return bool(said)


def _with_also(draft: _Draft) -> dict[str, object]:
    """Return the settings with what packs say beside them."""
    settings = dict(draft.settings)
    for more in draft.also:
        for key, added in more.items():
            settings[key] = _joined(settings[key], added)
    return settings


def _joined(there: Any, added: Any) -> object:  # noqa: ANN401 - patterns, or patterns by section
    if isinstance(there, dict):
        names = dict.fromkeys((*there, *added))
        return {name: _joined(there.get(name, ()), added.get(name, ())) for name in names}
    return tuple(dict.fromkeys((*there, *added)))


def _settings(
    sheet: Sheet, value: Value, lists: WordLists, under: str, may_say: Sequence[str]
) -> dict[str, object]:
    known = sheet.fields(value, under, may_say)
    settings: dict[str, object] = {}
    for key, item in known.items():
        path = f"{under}.{key}"
        if key in ("threshold", "margin"):
            settings[key] = _numbers(sheet, item, path, TIERS, _BOUNDS[key])
        elif key == "genuine_margin":
            tiers = sheet.fields(item, path, TIERS)
            _complete(sheet, item, path, tiers, TIERS)
            settings[key] = {
                tier: _numbers(sheet, each, f"{path}.{tier}", SET_ASIDE, _BOUNDS[key])
                for tier, each in tiers.items()
            }
        elif key == "supporting":
            settings[key] = frozenset(text for text, _ in sheet.texts(item, path, least=0))
        elif key == "weights":
            settings[key] = _numbers(sheet, item, path, WHERES, _BOUNDS[key])
        elif key == "week":
            settings[key] = sheet.number(item, path, _BOUNDS[key])
        elif key == "confidence":
            settings[key] = _table(sheet, item, path)
        elif key in ("headings", "cues"):
            sections = sheet.fields(item, path, SECTIONS)
            settings[key] = {
                name: read_patterns(sheet, each, f"{path}.{name}", lists)
                for name, each in sections.items()
            }
        else:
            settings[key] = read_patterns(sheet, item, path, lists)
    return settings


def _numbers(
    sheet: Sheet, value: Value, key: str, names: Sequence[str], bounds: tuple[int, int]
) -> dict[str, int]:
    known = sheet.fields(value, key, names)
    _complete(sheet, value, key, known, names)
    return {name: sheet.number(item, f"{key}.{name}", bounds) for name, item in known.items()}


def _complete(
    sheet: Sheet, value: Value, key: str, known: Mapping[str, Value], names: Sequence[str]
) -> None:
    for name in names:
        if name not in known:
            sheet.wrong(
                value.line, key, _("{name} is missing", name=name), _("write {name}: 5", name=name)
            )


def _table(sheet: Sheet, value: Value, key: str) -> tuple[tuple[int, int], ...]:
    if not isinstance(value.data, dict):
        sheet.wrong(value.line, key, _("this must be margins with percents"), _("write 0: 50"))
        return ()
    rows = []
    for margin, item in value.data.items():
        if _MARGIN.fullmatch(margin):
            rows.append((int(margin), sheet.number(item, f"{key}.{margin}", _PERCENTS)))
        else:
            what = _("a margin is a whole number from 0 to 999")
            sheet.wrong(item.line, key, what, _("write 5: 80"))
    if not rows or rows[0][0]:
        sheet.wrong(value.line, key, _("the first margin must be 0"), _("write 0: 50"))
    if rows != sorted(rows) or [row[1] for row in rows] != sorted(row[1] for row in rows):
        sheet.wrong(
            value.line, key, _("margins and percents must both ascend"), _("put them in order")
        )
    return tuple(rows)
