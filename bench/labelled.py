"""Read labelled postings; part off the fifth of the employers that nobody reads."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cxdigest.model import KINDS, Posting, Tier
from cxdigest.rules.accuracy import Labelled, Pair

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
        ValueError: a label that is no kind.
    """
    records = [json.loads(line) for line in (folder / FILE).read_bytes().splitlines()]
    for record in records:
        if record["kind"] not in KINDS:
            raise ValueError(f"{folder / FILE}: {record['id']}: no such kind: {record['kind']}")
    return Labels(
        [_labelled(record) for record in records],
        [tuple(record["readers"]) for record in records],
    )


def _labelled(record: dict[str, str]) -> Labelled:
    known = {name: record.get(name) or "" for name in ("id", "title", "company", "description")}
    return Labelled(posting=Posting(**known), kind=record["kind"], part=record.get("part", ""))


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
