"""The tables of docs/accuracy.md as Markdown, and the figures read back from them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bench.labelled import PARTS, TIERS
from cxdigest.model import KINDS, Kind, Tier, Verdict
from cxdigest.rules import Rules, judge
from cxdigest.rules.trials.accuracy import (
    Figure,
    Labelled,
    Pair,
    confusion,
    kappa,
    posting_at,
    rows,
    wilson,
)

COLUMNS = (*PARTS, "all")
SHIPPED = "## The packs as they ship"  #: the heading whose figures a test compares
TIER_NAMES: dict[Tier, str] = {
    "full": "Tier full: title and duties",
    "snippet": "Tier snippet: title and the first 160 characters",
    "title": "Tier title: the title alone",
}
Verdicts = Mapping[Tier, Sequence[Verdict]]
Figures = dict[tuple[str, str, str], tuple[int, int]]  #: (tier, part, figure): (hits, n)


def judged(postings: Sequence[Labelled], rules: Rules) -> dict[Tier, list[Verdict]]:
    """Return the verdicts of *rules* at every tier."""
    return {
        tier: [judge(posting_at(one.posting, tier), rules) for one in postings] for tier in TIERS
    }


def pairs(
    postings: Sequence[Labelled], said: Sequence[Verdict] | Sequence[Kind], part: str = "all"
) -> list[Pair]:
    """Return (label, said) of the postings of *part*."""
    kinds = [one.kind if isinstance(one, Verdict) else one for one in said]
    return [
        (one.kind, kind)
        for one, kind in zip(postings, kinds, strict=True)
        if part in (one.part, "all")
    ]


def counted(postings: Sequence[Labelled], verdicts: Verdicts) -> Figures:
    """Return the figures of every tier and part."""
    return {
        (TIER_NAMES[tier], part, figure.name): (figure.hits, figure.n)
        for tier in TIERS
        for part in COLUMNS
        for figure in rows(pairs(postings, verdicts[tier], part))
    }


def published(document: str, *, section: str = SHIPPED) -> Figures:
    """Return the figures that *document* states under *section*: for the packs as they ship."""
    section = document.partition(f"{section}\n")[2].partition("\n## ")[0]
    found: Figures = {}
    tier, columns = "", []
    for line in section.splitlines():
        if line.startswith("### "):
            tier = line.removeprefix("### ")
        elif line.startswith("| figure"):
            columns = _cells(line)
        elif line.startswith("| ") and columns:
            name, *cells = _cells(line)
            for column, cell in zip(columns[1:], cells, strict=True):
                if exact := re.search(r"(\d+)/(\d+)", cell):
                    found[tier, column, name] = (int(exact[1]), int(exact[2]))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def tier_tables(postings: Sequence[Labelled], verdicts: Verdicts) -> Iterator[str]:
    """Yield a table a tier: figures by part, the kappa of the eight kinds last."""
    parts = [part for part in COLUMNS if any(part in (one.part, "all") for one in postings)]
    for tier in TIERS:
        by_part = [pairs(postings, verdicts[tier], part) for part in parts]
        figures = list(zip(*map(rows, by_part), strict=True))
        body = [[row[0].name, *map(cell, row)] for row in figures]
        body.append(["kappa, eight kinds", *(f"{kappa(found):.3f}" for found in by_part)])
        yield f"### {TIER_NAMES[tier]}\n\n{table(['figure', *parts], body)}"


def cell(figure: Figure) -> str:
    """Return e.g. ``94.7 % (75.4 to 99.1), 18/19``."""
    return ratio(figure.hits, figure.n)


def ratio(hits: int, n: int) -> str:
    if not n:
        return "n/a, 0/0"
    low, high = wilson(hits, n)
    return f"{100 * hits / n:.1f} % ({100 * low:.1f} to {100 * high:.1f}), {hits}/{n}"


def confusion_table(found: Sequence[Pair]) -> str:
    """Return how often each label was said to be what."""
    counts = confusion(found)
    body = [
        [f"**{label}**", *(str(counts[label][said] or ".") for said in KINDS),
         str(sum(counts[label].values()))]
        for label in KINDS
    ]  # fmt: skip
    return table(["label, then said:", *KINDS, "all"], body)


def reliability_table(
    postings: Sequence[Labelled], verdicts: Sequence[Verdict], *, band: int
) -> str:
    """Return how many of the decided verdicts are right, by the percents they say, *band* wide."""
    right: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one, verdict in zip(postings, verdicts, strict=True):
        if verdict.kind != "unclear":
            percent = round(100 * verdict.confidence)
            right[percent // band].append((verdict.confidence, verdict.kind == one.kind))
    body = [_reliability(said) for _, said in sorted(right.items())]
    every = [each for said in right.values() for each in said]
    body.append(["**all decided**", *_reliability(every)[1:]])
    return table(["says", "on average", "is right"], body)


def _reliability(said: Sequence[tuple[float, bool]]) -> list[str]:
    percents = [100 * confidence for confidence, _ in said]
    low, high = round(min(percents, default=0)), round(max(percents, default=0))
    span = f"{low} %" if low == high else f"{low} to {high} %"
    mean = sum(percents) / max(1, len(said))
    return [span, f"{mean:.1f} %", ratio(sum(hit for _, hit in said), len(said))]


def kinds_table(postings: Sequence[Labelled]) -> str:
    """Return how many postings of each kind each part has."""
    body = []
    for part in COLUMNS:
        kinds = Counter(one.kind for one in postings if part in (one.part, "all"))
        body.append([part, *(str(kinds[kind]) for kind in KINDS), str(kinds.total())])
    return table(["part", *KINDS, "all"], body)
