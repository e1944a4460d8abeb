"""Read labelled postings; part off the fifth of the employers that nobody reads."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cxdigest.cli.rules.labels import read_labels
from cxdigest.model import Tier
from cxdigest.rules.trials.accuracy import Labelled, Pair

FILE = "dev.jsonl"
TIERS: tuple[Tier, ...] = ("full", "snippet", "title")
PARTS = ("real", "retitled", "written")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled postings, and what each of two readers said of them."""

    postings: list[Labelled]
    readers: list[Pair]


def read(folder: Path) -> Labels:
    """Return what ``dev.jsonl`` in *folder* says, in its order.

    Raises:
        WrongUseError: it cannot be read, or a line of it is no labelled posting.
    """
    postings = read_labels(folder / FILE)
    lines = (folder / FILE).read_bytes().splitlines()
    return Labels(postings, [tuple(json.loads(line)["readers"]) for line in lines])


def is_held_out(one: Labelled) -> bool:
    """Return whether the employer is of the fifth that was never read while rules were written."""
    return int(hashlib.sha256(one.group.encode()).hexdigest(), 16) % 5 == 0


def without_held_out(labels: Labels) -> Labels:
    """Return *labels* without the employers that nobody reads."""
    kept = [not is_held_out(one) for one in labels.postings]
    return Labels(
        [one for one, keep in zip(labels.postings, kept, strict=True) if keep],
        [pair for pair, keep in zip(labels.readers, kept, strict=True) if keep],
    )
