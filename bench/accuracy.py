"""``python -m bench accuracy LABELS``: print docs/accuracy.md.

Judges labelled postings with the packs as they ship and, cross-validated by employer, with points
fitted without the employer at hand; sets three other methods beside them. Quotes no posting.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import figures, hand, labelled, mistakes
from bench.figures import Verdicts, cell, table
from bench.labelled import TIERS, Labels
from cxdigest.model import Kind, Tier, Verdict
from cxdigest.rules import Rules, load
from cxdigest.rules.trials.accuracy import Figure, Labelled, folds, kappa, rows

FOLDS = 5
#: What is aimed at, in percent: figure -> (at least or at most, how much).
GOALS = {
    "genuine kept in sight": (">=", 98),
    "genuine said genuine": (">=", 90),
    "misleading titles flagged": (">=", 92),
    "flagged and is service/support/store": (">=", 95),
    "set aside and is not genuine": (">=", 98),
    "exact kind, of those decided": (">=", 90),
    "said unclear": ("<=", 8),
}
#: With less than the duties to see.
SHORT_GOALS = {
    "genuine kept in sight": (">=", 99),
    "flagged and is service/support/store": (">=", 95),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything the document is written from."""

    labels: Labels
    rules: Rules
    shipped: Verdicts  #: of the packs as they ship
    crossed: Verdicts  #: by points that were fitted without the posting's employer
    peers: Sequence[tuple[str, Sequence[Kind]]]  #: (name, what it says of each posting)
    held_out: bool  #: the fifth that nobody reads is counted

    @property
    def postings(self) -> Sequence[Labelled]:
        return self.labels.postings


def main(arguments: Sequence[str]) -> None:
    """Print the document."""
    options = _options().parse_args(arguments)
    labels = labelled.read(options.labels)
    if not options.held_out:
        labels = labelled.without_held_out(labels)
    rules = load()
    shipped = figures.judged(labels.postings, rules)
    if options.quick:
        print(figures.SHIPPED, "\n")
        print(*figures.tier_tables(labels.postings, shipped), sep="\n")
        return
    print("fitting the points without each fold …", file=sys.stderr)
    crossed = _crossed(labels.postings)
    print("asking the peers …", file=sys.stderr)
    measured = Measured(
        labels=labels,
        rules=rules,
        shipped=shipped,
        crossed=crossed,
        peers=_peers(labels.postings, crossed["full"], options.cache),
        held_out=options.held_out,
    )
    print(document(measured), end="")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench accuracy", description=__doc__)
    parser.add_argument("labels", type=Path, help="the folder that has dev.jsonl")
    parser.add_argument(
        "--held-out", action="store_true",
        help="count the fifth that was never read too: once, when the rules are done",
    )  # fmt: skip
    parser.add_argument("--cache", type=Path, help="a folder that keeps the embeddings")
    parser.add_argument(
        "--quick", action="store_true", help="only the figures of the packs as they ship"
    )
    return parser


def _crossed(postings: Sequence[Labelled]) -> dict[Tier, list[Verdict]]:
    """Return verdicts by points that were fitted without the posting's employer."""
    from cxdigest.rules.fitting.fit import held_out

    found: dict[Tier, dict[str, Verdict]] = {tier: {} for tier in TIERS}
    for out, fitted in held_out(postings, hand.rules(), count=FOLDS):
        for tier, verdicts in figures.judged(out, fitted).items():
            found[tier] |= {verdict.posting_id: verdict for verdict in verdicts}
    return {tier: [found[tier][one.posting.id] for one in postings] for tier in TIERS}


def _peers(
    postings: Sequence[Labelled], verdicts: Sequence[Verdict], cache: Path | None
) -> list[tuple[str, list[Kind]]]:
    from bench import peers

    fold_of = folds([one.group for one in postings], FOLDS)
    texts = [f"{one.posting.title}\n{one.posting.description}" for one in postings]
    kept = rows(figures.pairs(postings, verdicts))[0].share or 0.0
    learners = [
        peers.tfidf(postings, texts, fold_of),
        peers.embeddings(postings, texts, fold_of, cache),
    ]
    return [
        ("title keywords", [peers.keywords(one.posting.title) for one in postings]),
        *((learner.name, learner.said()) for learner in learners),
        *((f"{learner.name} made to keep as many", learner.keeping(kept)) for learner in learners),
    ]


def document(measured: Measured) -> str:
    """Return docs/accuracy.md."""
    return "\n".join(_sections(measured))


def _sections(measured: Measured) -> Iterator[str]:
    full = measured.crossed["full"]
    yield _head(measured)
    yield _goals_section(measured)
    yield f"""\
## Cross-validated

Each of {FOLDS} folds is judged with points and thresholds that were fitted to the other folds, from
the numbers that a hand gave the rules before any fitting (`bench/hand.json`); all postings of an
employer are in one fold. The wording of the rules is the same in every fold: it was written with
four fifths of the employers in view.
"""
    yield from figures.tier_tables(measured.postings, measured.crossed)
    yield f"""\
{figures.SHIPPED}

Judged with the packs of this version. They were made with these very postings in view, so these
figures flatter; they stand here because they can be computed again in seconds: a test compares them
wherever the labels are.
"""
    yield from figures.tier_tables(measured.postings, measured.shipped)
    yield _held_out_section(measured)
    yield _peers_section(measured)
    yield "## What is taken for what\n\nCross-validated, tier full.\n"
    yield figures.confusion_table(figures.pairs(measured.postings, full))
    yield "## What a confidence means\n\nTier full, verdicts that are decided. Cross-validated:\n"
    yield figures.reliability_table(measured.postings, full, band=5)
    yield "With the packs as they ship, by each percent that they can say:\n"
    yield figures.reliability_table(measured.postings, measured.shipped["full"], band=1)
    yield _mistakes_section(measured)
    yield _labels_section(measured)


def _head(measured: Measured) -> str:
    command = "python -m bench accuracy LABELS" + (" --held-out" if measured.held_out else "")
    return f"""\
# Accuracy

How often the judge is right, as `{command}` printed it for the
packs with the fingerprint `{measured.rules.fingerprint}`. Each figure has its Wilson interval of
95 % and the postings it was counted on. `real` is the headline: postings as employers published
them. `written` is a challenge set of invented ones. `retitled` are real postings that were given a
customer-experience title; they supply service and other duties, and no genuine role. The last
section says who labelled them.
"""


def _goals_section(measured: Measured) -> str:
    """Return whether each goal is reached, on the real part and on all."""
    body = []
    for tier in TIERS:
        for name, (sign, percent) in (GOALS if tier == "full" else SHORT_GOALS).items():
            cells = []
            for part in ("real", "all"):
                figure = _named(
                    name, rows(figures.pairs(measured.postings, measured.crossed[tier], part))
                )
                cells.append(f"{cell(figure)}, {_verdict(figure, sign, percent)}")
            body.append([tier, name, f"{sign} {percent} %", *cells])
    told = table(["tier", "figure", "goal", "real", "all"], body)
    return f"## Goals\n\nCross-validated by employer.\n\n{told}"


def _named(name: str, found: Sequence[Figure]) -> Figure:
    (figure,) = [figure for figure in found if figure.name == name]
    return figure


def _verdict(figure: Figure, sign: str, percent: int) -> str:
    if figure.share is None:
        return "nothing to count"
    share = 100 * figure.share
    return "reached" if (share >= percent if sign == ">=" else share <= percent) else "**missed**"


def _held_out_section(measured: Measured) -> str:
    text = """\
## Never read while the rules were written

One fifth of the employers, chosen by a hash of their names before anything was read, was never
looked at: neither for wording a rule nor for understanding a mistake.
"""
    if not measured.held_out:
        return text + "It is not counted anywhere in this document.\n"
    postings = measured.postings
    kept = [row for row, one in enumerate(postings) if labelled.is_held_out(one)]
    fifth = [postings[row] for row in kept]
    text += f"\n{len(fifth)} of the {len(postings)} postings. Cross-validated:\n\n"
    text += "\n".join(figures.tier_tables(fifth, _only(measured.crossed, kept)))
    text += "\nWith the packs as they ship:\n\n"
    return text + next(figures.tier_tables(fifth, _only(measured.shipped, kept)))


def _only(verdicts: Verdicts, kept: Sequence[int]) -> dict[Tier, list[Verdict]]:
    return {tier: [verdicts[tier][row] for row in kept] for tier in TIERS}


def _peers_section(measured: Measured) -> str:
    ours = _kinds(measured.crossed["full"])
    methods = [
        ("**rules, cross-validated**", ours),
        ("rules, as they ship", _kinds(measured.shipped["full"])),
        *measured.peers,
    ]
    text = """\
## Beside other methods

Tier full, the same postings and the same folds. The keywords are those somebody would write into a
mail filter. TF-IDF counts words and pairs of words; the embeddings are of all-MiniLM-L6-v2, the
mean over a text's pieces; both learn with logistic regression, kinds weighted alike. They hardly
ever say `unclear`. "Made to keep as many": the bar for genuine is lowered until they keep as large
a share of the genuine as the cross-validated rules, on the very postings that are counted.
"""
    for part in ("all", "real"):
        found = [rows(figures.pairs(measured.postings, said, part)) for _, said in methods]
        body = [[row[0].name, *map(cell, row)] for row in zip(*found, strict=True)]
        head = ["figure", *(name for name, _ in methods)]
        text += f"\n### Peers, {part}\n\n{table(head, body)}"
    return text + "\n" + _ahead(measured.postings, ours, measured.peers)


def _kinds(verdicts: Sequence[Verdict]) -> list[Kind]:
    return [verdict.kind for verdict in verdicts]


def _ahead(
    postings: Sequence[Labelled],
    ours: Sequence[Kind],
    peers: Sequence[tuple[str, Sequence[Kind]]],
) -> str:
    def of(said: Sequence[Kind]) -> tuple[float, float]:
        found = rows(figures.pairs(postings, said))
        exact, kept = (_named(n, found) for n in ("exact kind, of all", "genuine kept in sight"))
        return exact.share or 0.0, kept.share or 0.0

    exact, kept = of(ours)
    behind = [name for name, said in peers if of(said)[0] >= exact or of(said)[1] > kept]
    told = f"not ahead of {', '.join(behind)}" if behind else "ahead of every one of them"
    return (
        "Exact kind of all postings, at an equal or better share of the genuine kept: "
        f"the cross-validated rules are {told}.\n"
    )


def _mistakes_section(measured: Measured) -> str:
    full = measured.crossed["full"]
    return f"""\
## The worst mistakes

Cross-validated, tier full: hidden genuine roles first, then the surest. Postings are named by the
beginning of their id in the labels, because their texts are their employers'.

{mistakes.worst(measured.postings, full)}
Everything that is not said as it is labelled:

{mistakes.in_the_way(measured.postings, full)}
Postings that nobody reads are never listed, only counted.
"""


def _labels_section(measured: Measured) -> str:
    readers = measured.labels.readers
    agree = sum(first == second for first, second in readers)
    counted = "with" if measured.held_out else "without"
    return f"""\
## The labels

{len(measured.postings)} postings, {counted} the fifth that was never read:

{figures.kinds_table(measured.postings)}
Two readers labelled each posting alone, by the same definitions, from the duties. Here they agree
on {figures.ratio(agree, len(readers))}, Cohen's kappa {kappa(readers):.3f}. Postings they differed
on were left out or settled by a third reading, so this is an upper bound.

The labels are not distributed: the texts belong to the employers who published them. An invented
set with labels ships with the tests instead (`tests/rules/invented.jsonl`), every known miss
marked.
"""
