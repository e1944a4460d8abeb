"""Present points against fitted ones on employers that were not fitted to.

    python -m bench.fit LABELS [--price N …] [--pull N …] [--pack FILE …] [--seeds N] [--tier full]

Every figure is of verdicts of the real engine, each by rules that were fitted without the posting's
employer; with several seeds, the folds are dealt so often anew and the counts are added up. The
present points are judged on everything: where they were written on these very postings, their
figures flatter them.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

from bench import hand
from cxdigest.cli.rules.labels import read_labels
from cxdigest.cli.rules.packs import read_packs
from cxdigest.rules import judge, load
from cxdigest.rules.fitting.fit import PRICE, PULL, held_out
from cxdigest.rules.trials.accuracy import posting_at, rows

HEADS = ("kept", "genuine", "is-gen", "flagged", "is-flag", "aside", "is-aside", "decided")
HEADS += ("exact", "unclear")


def verdicts(labelled, rules, tier):
    return [(one, judge(posting_at(one.posting, tier), rules).kind) for one in labelled]


def show(name, said):
    for part in ["", *dict.fromkeys(one.part for one, _ in said if one.part)]:
        pairs = [(one.kind, kind) for one, kind in said if part in ("", one.part)]
        cells = (f"{100 * row.share:8.1f}" if row.n else "       -" for row in rows(pairs))
        print(f"{name:26s} {part or 'all':10s}", *cells, flush=True)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("labels", type=Path)
    args.add_argument("--price", type=float, nargs="+", default=[PRICE])
    args.add_argument("--pull", type=float, nargs="+", default=[PULL])
    args.add_argument("--pack", type=Path, nargs="+", default=[])
    args.add_argument("--seeds", type=int, default=1)
    args.add_argument("--tier", default="full", choices=["full", "snippet", "title"])
    args.add_argument("--points-only", action="store_true", help="leave the decision as it is")
    opt = args.parse_args()
    labelled = read_labels(opt.labels)
    rules = load(read_packs(opt.pack)) if opt.pack else hand.rules()
    print(" " * 37, *(f"{head:>8s}" for head in HEADS))
    show("before fitting", verdicts(labelled, rules, opt.tier))
    for price, pull in product(opt.price, opt.pull):
        said = []
        for seed in range(opt.seeds):
            for out, fitted in held_out(
                labelled, rules, price=price, pull=pull, numbers=not opt.points_only, seed=seed
            ):
                said += verdicts(out, fitted, opt.tier)
        show(f"price {price:g}, pull {pull:g}", said)


if __name__ == "__main__":
    main()
