"""The records of the rule engine: a rule, the settings of the judge, a pack.

A rule is one thing a posting may say, which kind it speaks for and with how many points. Nothing
has a default that could change a verdict. Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from cxdigest.model import Kind, Tier, Where
from cxdigest.rules.patterns.pattern import Pattern

Section = Literal["duties", "summary", "requirements", "benefits", "about"]
SECTIONS: tuple[Section, ...] = get_args(Section)
WHERES: tuple[Where, ...] = get_args(Where)
TIERS: tuple[Tier, ...] = get_args(Tier)
#: Where a rule looks unless it says so: all that speaks of the work.
DUTIES: tuple[Where, ...] = ("snippet", "duties", "summary", "requirements")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text a rule must fire on, or must not."""

    text: str
    hit: bool
    line: int  #: in the pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing a posting may say, and what it counts."""

    id: str  #: dotted and readable, e.g. ``service.handles-calls``
    title: str  #: what it looks for, in a few words; may be empty
    kind: Kind  #: the kind it speaks for
    where: tuple[Where, ...]  #: where it looks
    match: tuple[Pattern, ...]  #: any of these, in one sentence
    unless: tuple[Pattern, ...]  #: none of these in the same sentence
    points: int  #: whole number; negative excuses
    times: int  #: how many different wordings count, each with these points
    group: str  #: rules that say much the same share a group and its cap
    reason: str  #: one sentence, shown to the reader as it stands
    false_positives: str  #: where it is known to fire wrongly
    source: str  #: where the idea comes from
    status: Literal["active", "off"]
    examples: tuple[Example, ...]
    pack: str  #: name of the pack it stands in
    file: str  #: the pack's file as the person knows it
    line: int  #: in that file


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How points become a verdict."""

    threshold: Mapping[Tier, int]  #: points the winning kind needs
    margin: Mapping[Tier, int]  #: points it must be ahead of the next
    #: Points another kind must be ahead of *genuine*: a kind that is easily mistaken needs more.
    genuine_margin: Mapping[Tier, Mapping[Kind, int]]
    supporting: frozenset[str]  #: groups that say how somebody works, not at what
    weights: Mapping[Where, int]  #: percent of a rule's points that count there
    week: int  #: points a kind gets if every sentence speaks of it most
    confidence: tuple[tuple[int, int], ...]  #: (margin in points, percent), ascending
    claims: tuple[Pattern, ...]  #: titles that say customer experience
    headings: Mapping[Section, tuple[Pattern, ...]]  #: what opens a section of a description
    cues: Mapping[Section, tuple[Pattern, ...]]  #: what places a single sentence, heading or not
    negation: tuple[Pattern, ...]  #: words that turn what follows round


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything the packs say, checked and merged."""

    rules: tuple[Rule, ...]  #: in the order of the packs
    caps: Mapping[str, int]  #: most points a group gives
    settings: Settings
    own: frozenset[str]  #: names of the packs that the user wrote
    languages: frozenset[str]  #: codes of the languages that the packs read, e.g. ``en``
    measured: frozenset[str]  #: those of packs that are not young
    young: frozenset[str]  #: names of packs that sort and set nothing aside
    fingerprint: str  #: changes whenever a verdict could
