"""``docs/reference/packs.md`` and ``shipped-rules.md``: what a pack may say, and what the shipped ones say.

The keys are those that the reader of packs knows: one without its sentence here ends the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from cxdigest.model import KIND_WORDS, KINDS
from cxdigest.rules import shipped
from cxdigest.rules.patterns import expression, pattern
from cxdigest.rules.reading import pack, read_rule, strict
from cxdigest.rules.reading.rule import DUTIES, SECTIONS, TIERS, WHERES, RuleSet

_TOP = {
    "pack": "The name of the pack. Required.",
    "about": "One sentence for people.",
    "language": "Whose words its patterns are: two letters, or a list of them.",
    "young": "`true`: it was not measured on labelled postings yet, so it sorts and sets nothing aside.",
    "also": "More `claims`, `negation`, `headings` and `cues`, beside those of the settings: what another language needs.",
    "lists": "Lists of phrases by name, for `<name>` in patterns. A name that another pack has adds to its list.",
    "groups": "The most points that all rules of a group may give together, by the group's name.",
    "settings": "How points become a verdict; see below. Only what is named changes.",
    "rules": "The rules, as a list.",
}
_RULE = {
    "id": "Dotted and readable, small letters, digits and hyphens. An id of a shipped rule takes its place.",
    "kind": f"The kind it speaks for: {', '.join(f'`{kind}`' for kind in KINDS[:-1])}.",
    "match": "Patterns, of which one must be found in a sentence.",
    "points": "A whole number; a negative one excuses. There is no default.",
    "group": "A group that has a cap under `groups`, in this pack or a shipped one.",
    "reason": "One sentence, shown to the reader as it stands.",
    "examples": "`hit`: texts on which it must fire; `miss`: texts on which it must not. One of each at least.",
    "title": "What it looks for, in a few words.",
    "where": f"Where it looks: {', '.join(f'`{where}`' for where in WHERES)}. Unless said: {', '.join(DUTIES)}.",
    "unless": "Patterns, none of which may stand in the same sentence.",
    "false_positives": "Where it is known to fire wrongly.",
    "source": "Where the idea comes from.",
    "status": "`active` or `off`. Unless said, active.",
    "times": "How many different wordings count, each with these points. Unless said, 1.",
}
_SETTINGS = {
    "threshold": "Points that the leading kind needs, for each tier.",
    "margin": "Points that it must be ahead of the next, for each tier.",
    "genuine_margin": "Points that another kind must be ahead of `genuine`, for each tier and kind.",
    "supporting": "Groups that say how somebody works, not at what.",
    "weights": "Percent of a rule's points that count in each place.",
    "week": "Points that a kind gets if every sentence with telling words speaks of it most.",
    "confidence": "Percent of verdicts that were right, by how many points they were ahead; the first is 0.",
    "claims": "Patterns of titles that say customer experience.",
    "negation": "Patterns that turn round what follows them.",
    "headings": f"Patterns that open a part of a description: {', '.join(SECTIONS)}.",
    "cues": "Patterns that place a single sentence in such a part.",
}
_BEGIN = """# Packs of rules

This page is made from the reader of packs. [Write a rule](../how-to/write-a-rule.md) shows how one comes to be,
[Rules](../rules.md) how a posting is judged by them.

A pack is one YAML file. What it does not know, it refuses, with the line and what to write instead.
"""
_SHIPPED = """# The shipped rules

This page is made from the packs that come with cxdigest. A rule of yours with the same id
[takes its place](packs.md). How often each is right, on postings that you labelled, says
[`cxdigest rules stats`](commands.md#cxdigest-rules-stats).
"""


def page() -> str:
    """Return the page about the format."""
    rules = pack.read_packs(shipped())
    lines = [
        _BEGIN,
        *_table("The file", _TOP, pack._TOP),
        *_table("A rule", _RULE, (*read_rule._REQUIRED, *read_rule._OPTIONAL), read_rule._REQUIRED),
        *_table("Settings", _SETTINGS, pack._SETTINGS),
        *_values(rules),
        *_limits(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def shipped_page() -> str:
    """Return the page of all shipped rules."""
    rules = pack.read_packs(shipped())
    lines = [_SHIPPED]
    for name, group in groupby(rules.rules, lambda rule: rule.pack):
        lines += [f"## {name}", "", "| rule | speaks for | points | reason |", "|---|---|--:|---|"]
        for rule in group:
            points = f"{rule.points:+}" + (f", {rule.times} times" if rule.times > 1 else "")
            kind = KIND_WORDS[rule.kind]
            lines.append(f"| `{rule.id}` | {kind} | {points} | {_cell(rule.reason)} |")
        lines.append("")
    lines += ["## Groups", "", "| group | at most |", "|---|--:|"]
    lines += [f"| `{group}` | {cap} |" for group, cap in rules.caps.items()]
    return "\n".join(lines) + "\n"


def _table(
    heading: str, told: Mapping[str, str], known: Iterable[str], required: Iterable[str] = ()
) -> Iterator[str]:
    known, must = tuple(known), set(required)
    differ = sorted(set(told) ^ set(known))
    assert not differ, f"{heading}: tests/docs/packs.py and the reader of packs differ in {differ}"
    yield from (f"## {heading}", "", "| key | what it says |", "|---|---|")
    for key in known:
        yield f"| `{key}` | {told[key]}{' Required.' if key in must else ''} |"
    yield ""


def _values(rules: RuleSet) -> Iterator[str]:
    settings = rules.settings
    yield from (
        "As shipped:",
        "",
        "| number | " + " | ".join(TIERS) + " |",
        "|---|" + "--:|" * len(TIERS),
    )
    for name in ("threshold", "margin"):
        numbers = getattr(settings, name)
        yield f"| `{name}` | " + " | ".join(str(numbers[tier]) for tier in TIERS) + " |"
    for kind in pack.SET_ASIDE:
        numbers = [str(settings.genuine_margin[tier][kind]) for tier in TIERS]
        yield f"| `genuine_margin`, {KIND_WORDS[kind]} | {' | '.join(numbers)} |"
    yield ""
    weights = ", ".join(f"{where} {percent}" for where, percent in settings.weights.items())
    yield (
        f"`weights`: {weights}. `week`: {settings.week}. `supporting`: "
        + ", ".join(f"`{group}`" for group in sorted(settings.supporting))
        + ". `confidence`: "
        + ", ".join(f"{percent} % from {margin}" for margin, percent in settings.confidence)
        + "."
    )
    yield ""


def _limits() -> Iterator[str]:
    yield from ("## Limits", "", "| what | limit |", "|---|--:|")
    rows: dict[str, object] = {
        "size of the file": f"{strict.LARGEST:,} bytes",
        "rules in a pack": pack.MOST_RULES,
        "patterns in a pack": read_rule.MOST_PATTERNS,
        "words in them, with those of their lists": read_rule.MOST_WORDS,
        "words in a pattern, with those of its lists": pattern.MAX_WORDS,
        "words in a row": pattern.MAX_IN_A_ROW,
        "words in a gap (`..4`)": pattern.MAX_GAP,
        "groups in groups": pattern.MAX_DEPTH,
        "letters of a word that an expression reads": expression.LONGEST_WORD,
        "points of a rule": read_rule.POINTS,
        "`times`": read_rule.TIMES,
        "caps of groups": pack._CAPS,
        **{f"`{name}`": bounds for name, bounds in pack._BOUNDS.items()},
    }
    for what, limit in rows.items():
        if isinstance(limit, tuple):
            limit = f"{limit[0]:,} to {limit[1]:,}"  # noqa: PLW2901 - as it is shown
        yield f"| {what} | {limit:,} |" if isinstance(limit, int) else f"| {what} | {limit} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
