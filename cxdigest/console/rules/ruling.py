"""The rule editor: the packs that judge for somebody, one's own under the pen, and what it changes.

A draft is checked as ``cxdigest rules check`` does and compared as ``rules diff`` does. Whoever
calls knows that the editor may see the postings of the profile; here nobody is asked for leave.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cxdigest.errors import PackError, Problem, WrongUseError
from cxdigest.language import _, figure
from cxdigest.model import Kind, Profile, Verdict
from cxdigest.pipeline import Street
from cxdigest.rules import Pack, Rules, everybodys, load
from cxdigest.rules.reading.rule import Rule
from cxdigest.rules.trials.changes import Change, changes_from
from cxdigest.rules.trials.examples import check_examples
from cxdigest.rules.trials.touched import touching
from cxdigest.rules.verdicts.judge import Read
from cxdigest.store import Store, StoredPack

LATEST = 5_000  #: stored postings that a draft is tried on at first
SOON = timedelta(seconds=2)  #: for so long
WHOLE = 200_000  #: when all are asked for, the latest of them
LONG = timedelta(seconds=12)  #: well below what a request to a page may take
LARGEST = 200_000  #: bytes of a pack that is edited in a browser
_TOGETHER = 250  #: postings judged at once
_EXAMPLES = 5  #: postings named with each move
_QUOTED = re.compile(r"'([^']+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a draft, where it stands."""

    line: int  #: from 1; 0 where it has none
    column: int  #: from 1; 0 without a line
    key: str
    what: str
    instead: str  #: the way out; may be empty
    text: str  #: the line itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A pack under the pen."""

    whose: str  #: name of a profile; "" everybody's
    text: str  #: YAML, as it stands in the editor
    stored: StoredPack | None  #: as it was saved last
    faults: tuple[Fault, ...]
    now: Rules  #: in force
    rules: Rules | None  #: as they would be; None where the draft has faults

    @property
    def name(self) -> str:
        """What the pack is called in messages."""
        return name_of(self.whose)

    @property
    def version(self) -> int:
        """What was looked at, for ``save``."""
        return self.stored.version if self.stored else 0

    @property
    def is_changed(self) -> bool:
        """Tell whether it differs from what is saved."""
        return self.text.strip() != (self.stored.text if self.stored else "").strip()

    @property
    def best(self) -> Rules:
        """The rules of the draft, those in force where it has faults."""
        return self.rules or self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What rules say of a posting, as far as it is counted."""

    kind: Kind
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Postings that go from one kind to another."""

    before: Said
    after: Said
    count: int
    crosses: bool  #: from customer experience to what is set aside, or back
    examples: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a draft would change in the stored postings."""

    looked: int  #: postings that were looked at, the latest
    asked: int  #: that were to be
    moves: tuple[Move, ...]  #: the weightiest first
    all_asked: bool  #: *asked* are all that there are
    whole: bool  #: all were wished for

    @property
    def changed(self) -> int:
        """How many would change."""
        return sum(one.count for one in self.moves)

    @property
    def in_time(self) -> bool:
        """Tell whether all that were to be looked at were."""
        return self.looked == self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PackView:
    """A pack as it can be read."""

    name: str
    own: bool  #: a user wrote it
    rules: tuple[Rule, ...]


def name_of(whose: str) -> str:
    """Return what the stored pack of *whose* is called in messages."""
    return _("the stored pack of {whose}", whose=whose) if whose else _("the stored pack")


def draft(street: Street, whose: str, text: str | None = None) -> Draft:
    """Return the pack of *whose* with *text*, as it is saved for None, checked.

    Raises:
        StoreError: the store cannot be read.
    """
    stored = street.store.pack(whose)
    text = (stored.text if stored else "") if text is None else _lines(text)
    faults, rules = check(text, name_of(whose), street.packs_beside(whose))
    return Draft(
        whose=whose,
        text=text,
        stored=stored,
        faults=faults,
        now=street.rules_for(whose) if whose else street.rules,
        rules=rules,
    )


def check(text: str, name: str, beside: Sequence[Pack]) -> tuple[tuple[Fault, ...], Rules | None]:
    """Return what is wrong with the pack *text* behind *beside*; its rules where nothing is."""
    content = text.encode(errors="replace")
    if len(content) > LARGEST:
        what = _("the pack is larger than {largest} bytes", largest=figure(LARGEST))
        return (_fault(Problem(where=name, line=0, key="", what=what), ()),), None
    problems, rules = _checked((*beside, (name, content)) if text.strip() else tuple(beside))
    if not problems:
        return (), rules
    lines = text.splitlines()
    mine = [_fault(one, lines) for one in problems if one.where == name]
    others = [_elsewhere(one) for one in problems if one.where != name]
    return (*mine, *others), None


@lru_cache(maxsize=2)  # pages that only show the rules check the same ones each time
def _checked(packs: tuple[Pack, ...]) -> tuple[Sequence[Problem], Rules | None]:
    try:
        rules = load(packs)
    except PackError as error:
        return error.problems, None
    problems = check_examples(rules)
    return problems, None if problems else rules


def save(street: Street, one: Draft, *, seen: int, by: str, now: datetime) -> None:
    """Keep the draft in place of the pack in version *seen*.

    Raises:
        WrongUseError: it has faults, or somebody saved in between.
    """
    if one.faults:
        raise WrongUseError(_("It is not saved: mend what is named below first."))
    if not street.store.save_pack(one.whose, one.text, seen=seen, by=by, now=now):
        raise WrongUseError(_between(street.store.pack(one.whose)))


def take_back(street: Street, whose: str, *, seen: int, by: str, now: datetime) -> None:
    """Put back what the pack of *whose* was before its last change; again: puts that back.

    Raises:
        WrongUseError: there is nothing to put back, it cannot be used, or somebody saved.
    """
    stored = street.store.pack(whose)
    if stored is None:
        raise WrongUseError(_("Nothing was saved yet, so there is nothing to take back."))
    save(street, draft(street, whose, stored.before), seen=seen, by=by, now=now)


def effect(
    street: Street, one: Draft, profile: Profile | None, *, whole: bool, batch: int = 250
) -> Effect:
    """Return what *one* would change in the stored postings that *profile* sees, in all for None.

    Bounded in number and in time, which the clock of *street* tells after each *batch*.

    Raises:
        WrongUseError: the draft has faults.
    """
    if one.rules is None:
        raise WrongUseError(_("What would change cannot be said before the pack is mended."))
    until = street.clock() + (LONG if whole else SOON)
    sources = profile.sources if profile else None
    most = WHOLE if whole else LATEST
    ids = street.store.latest_ids(sources, most=most)
    counted = _Count(street.store, one.now, one.rules, profile)
    looked = 0
    for start in range(0, len(ids), batch):
        if start and street.clock() >= until:
            break
        looked += counted.look_at(ids[start : start + batch])
    counted.judge()
    return Effect(
        looked=looked,
        asked=len(ids),
        moves=counted.tally.moves(),
        all_asked=len(ids) < most,
        whole=whole,
    )


class _Count:
    """What changes of the postings that are looked at: as few as can be are judged."""

    def __init__(self, store: Store, now: Rules, then: Rules, profile: Profile | None) -> None:
        self._store = store
        self._now, self._then = now, then
        self._sources = profile.sources if profile else None
        self._name = profile.name if profile else ""
        self._may = touching(now, then)
        self._waiting: list[tuple[Read, bool]] = []
        self.tally = _Tally()

    def look_at(self, ids: Sequence[str]) -> int:
        """Take in the postings of *ids*; return how many there are."""
        found = self._store.postings_seen(ids, self._sources, profile=self._name)
        self._waiting += [(read, whole) for one, whole in found if (read := self._may(one))]
        if len(self._waiting) >= _TOGETHER:
            self.judge()
        return len(ids)

    def judge(self) -> None:
        """Judge what waits; together, because that takes an eighth of the time of one by one."""
        # What was judged of words that are not shown here would tell of them.
        whole = [read[0].id for read, whole in self._waiting if whole]
        known = self._store.verdicts_by(self._now.fingerprint, whole)
        readings = [read for read, _ in self._waiting]
        for change in changes_from(known, readings, self._now, self._then):
            self.tally.add(change)
        self._waiting = []


def packs_of(rules: Rules) -> tuple[PackView, ...]:
    """Return the packs of *rules* in their order, rules that are off included."""
    every = rules.all_rules
    names = dict.fromkeys(rule.pack for rule in every.rules)
    return tuple(
        PackView(
            name=name,
            own=name in every.own,
            rules=tuple(rule for rule in every.rules if rule.pack == name),
        )
        for name in names
    )


def sources_of(street: Street, whose: str, pack: PackView) -> dict[str, str]:
    """Return the rules of *pack* as they are written, by id."""
    stored = street.store.pack(whose)
    mine = [(name_of(whose), stored.text.encode())] if stored else []
    files = dict([*everybodys(), *street.packs_beside(whose), *mine])
    found = {}
    starts = sorted((rule.file, rule.line) for rule in pack.rules)
    for rule in pack.rules:
        lines = files.get(rule.file, b"").decode(errors="replace").splitlines()
        after = [line for file, line in starts if file == rule.file and line > rule.line]
        written = lines[rule.line - 1 : min(after) - 1 if after else None]
        found[rule.id] = textwrap.dedent("\n".join(written)).rstrip()
    return found


class _Tally:
    """Counts what changes, and keeps a few of each move."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Said, Said]] = Counter()
        self._shown: dict[tuple[Said, Said], list[Change]] = {}

    def add(self, change: Change) -> None:
        key = _said(change.old), _said(change.new)
        self._counts[key] += 1
        kept = self._shown.setdefault(key, [])
        if len(kept) < _EXAMPLES:
            kept.append(change)

    def moves(self) -> tuple[Move, ...]:
        def weight(key: tuple[Said, Said]) -> tuple[int, int]:
            return self._shown[key][0].rank, -self._counts[key]

        return tuple(
            Move(
                before=key[0],
                after=key[1],
                count=self._counts[key],
                crosses=self._shown[key][0].crosses,
                examples=tuple(self._shown[key]),
            )
            for key in sorted(self._counts, key=weight)
        )


def _said(verdict: Verdict) -> Said:
    return Said(kind=verdict.kind, flagged=verdict.flagged)


def _fault(problem: Problem, lines: Sequence[str]) -> Fault:
    text = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    return Fault(
        line=problem.line,
        column=_column(problem, text) if text else 0,
        key=problem.key,
        what=problem.what,
        instead=problem.instead,
        text=text,
    )


def _column(problem: Problem, text: str) -> int:
    """Return where in its line the thing stands that *problem* names, else where it begins."""
    named = [*_QUOTED.findall(problem.what), problem.key.rpartition(".")[2]]
    places = [text.find(each) for each in named if each]
    found = next((place for place in places if place >= 0), -1)
    return 1 + (found if found >= 0 else len(text) - len(text.lstrip()))


def _elsewhere(problem: Problem) -> Fault:
    """Return what a draft does to a pack beside it."""
    file = problem.where.replace("\\", "/").rpartition("/")[2]  # where it lies is nobody's business
    place = f"{file}:{problem.line}" if problem.line else file
    what = _(
        "with this pack, {rule} in {place} {what}",
        rule=problem.key or _("a rule"),
        place=place,
        what=problem.what,
    )
    return Fault(line=0, column=0, key="", what=what, instead=problem.instead, text=problem.text)


def _lines(text: str) -> str:
    # A browser sends the ends of lines as two characters.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _between(stored: StoredPack | None) -> str:
    who = stored.changed_by if stored else _("somebody")
    return _(
        "It is not saved: {who} saved another version since you opened this page. "
        "Yours is still below; open the page anew beside it to see what changed, and "
        "save again there.",
        who=who,
    )


def as_lines(one: Draft) -> Mapping[int, tuple[str, tuple[Fault, ...]]]:
    """Return the lines of a draft around its faults, by number, each with the faults it has."""
    lines = one.text.splitlines()
    wrong = {fault.line for fault in one.faults if fault.line}
    near = {each for line in wrong for each in (line - 1, line, line + 1)}
    return {
        number: (lines[number - 1], tuple(f for f in one.faults if f.line == number))
        for number in sorted(near)
        if 0 < number <= len(lines)
    }
