"""The numbers that a hand gave the shipped packs, before any were fitted to labels.

    python -m bench.hand keep       take today's numbers as the hand's, for rules that are new
    python -m bench.hand restore    write the hand's numbers into the packs, to fit them anew

Fitting pulls towards the numbers it starts from. Were those fitted themselves, every fold would
start from what its own postings taught, and cross-validation would flatter; and each release would
drift further from what a person would defend. So cross-validation and every release start here.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from cxdigest.cli.rules.fit import flat
from cxdigest.rules import Rules, shipped
from cxdigest.rules.fitting.rewrite import Numbers, rewritten
from cxdigest.rules.reading.pack import read_packs

FILE = Path(__file__).with_suffix(".json")
PACKS = Path(__file__).parent.parent / "cxdigest" / "rules" / "packs"


def rules() -> Rules:
    """Return the shipped rules with the hand's numbers."""
    packs = shipped()
    texts = rewritten([content.decode() for _, content in packs], _kept())
    named = [(name, text.encode()) for (name, _), text in zip(packs, texts, strict=True)]
    return Rules(read_packs(named))


def keep() -> None:
    """Add the numbers of rules that are not known yet, and the settings where none are."""
    today = Rules(read_packs(shipped()))
    kept = asdict(_kept()) if FILE.exists() else {"points": {}, "settings": {}, "confidence": []}
    for rule in today.all_rules.rules:
        kept["points"].setdefault(rule.id, rule.points)
    kept["settings"] = kept["settings"] or flat(today.settings)
    kept["confidence"] = kept["confidence"] or today.settings.confidence
    FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def restore() -> None:
    """Write the hand's numbers into the packs of this checkout."""
    paths = sorted(PACKS.glob("*.yaml"))
    texts = rewritten([path.read_text("utf-8") for path in paths], _kept())
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")


def _kept() -> Numbers:
    kept = json.loads(FILE.read_text("utf-8"))
    table = tuple((margin, percent) for margin, percent in kept["confidence"])
    return Numbers(points=kept["points"], settings=kept["settings"], confidence=table)


if __name__ == "__main__":
    {"keep": keep, "restore": restore}[sys.argv[1]]()
