"""``python -m bench published DAY``: print cxdigest/rules/published.json from docs/accuracy.md."""

from __future__ import annotations

import argparse
import json
import re
from datetime import date
from pathlib import Path

from bench import figures
from bench.labelled import TIERS
from cxdigest.rules.trials.published import PARTS

DOCUMENT = Path(__file__).parents[1] / "docs" / "accuracy.md"


def main(arguments: list[str]) -> None:
    """Print what ships, counted on the day that is given."""
    parser = argparse.ArgumentParser(prog="python -m bench published", description=__doc__)
    parser.add_argument("day", type=date.fromisoformat, help="when docs/accuracy.md was counted")
    day = parser.parse_args(arguments).day
    found = shipped(DOCUMENT.read_text("utf-8"), day.isoformat())
    print(json.dumps(found, indent=1))


def shipped(document: str, day: str) -> dict[str, object]:
    """Return what ships of *document*, which was counted on *day*."""
    (fingerprint,) = re.findall(r"with the\s+fingerprint `(\w+)`", document)[:1]
    crossed = figures.published(document, section="## Cross-validated")
    names = list(dict.fromkeys(name for _, _, name in crossed))
    return {
        "day": day,
        "fingerprint": fingerprint,
        "figures": [
            {"tier": tier, "part": part, "name": name, "hits": hits, "n": n}
            for tier in TIERS
            for part in PARTS
            for name in names
            for hits, n in [crossed[figures.TIER_NAMES[tier], part, name]]
        ],
    }
