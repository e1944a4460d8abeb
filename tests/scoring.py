"""Found postings against the truth for the same alerts: recall, precision, share of right fields.

Truth is a folder of JSON files: ``file``, ``format``, ``postings``; in a posting ``accept`` lists
further right answers for a field, and ``is_posting: false`` marks news, which must not be found.
A posting is paired by the board's id, else by link, else by title and company, else by title.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

FIELDS = ("title", "company", "location", "workplace", "salary", "url", "native_id")
Row = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Counts for one format."""

    true: int = 0
    found: int = 0
    paired: int = 0
    stated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.paired / self.true if self.true else 1.0

    @property
    def precision(self) -> float:
        return self.paired / self.found if self.found else float(not self.true)

    def share(self, name: str) -> float:
        return self.right[name] / self.stated[name] if self.stated[name] else 1.0

    def __iadd__(self, other: Score) -> Self:
        self.true += other.true
        self.found += other.found
        self.paired += other.paired
        for name in FIELDS:
            self.stated[name] += other.stated[name]
            self.right[name] += other.right[name]
        self.wrong += other.wrong
        return self


def folded(value: object) -> str:
    """Return *value* as it is compared: width, case, white space and a cut end do not matter."""
    text = unicodedata.normalize("NFKC", str(value or "")).casefold()
    return " ".join(text.split()).rstrip("/ .…")


def _keys(row: Row) -> list[str]:
    title = folded(row.get("title"))
    return [
        row.get("native_id") and "id:" + folded(row["native_id"]),
        row.get("url") and "url:" + folded(row["url"]),
        f"both:{title}|{folded(row.get('company'))}",
        f"title:{title}",
    ]


def pairs(true: list[Row], found: list[Row]) -> list[tuple[Row, Row]]:
    """Pair each true posting with at most one found posting, the surest key first."""
    made: list[tuple[Row, Row]] = []
    true, found = list(true), list(found)
    for level in range(4):
        for one in list(true):
            key = _keys(one)[level]
            match = next((row for row in found if key and _keys(row)[level] == key), None)
            if match is not None:
                made.append((one, match))
                true = [row for row in true if row is not one]
                found = [row for row in found if row is not match]
    return made


def score_one(name: str, true: Iterable[Row], found: Iterable[Row]) -> Score:
    """Score the postings *found* in the alert *name*."""
    wanted = [row for row in true if row.get("is_posting", True)]
    given = [row for row in found if row.get("title") and row.get("is_posting") is not False]
    score = Score(true=len(wanted), found=len(given))
    for one, match in pairs(wanted, given):
        score.paired += 1
        for key in FIELDS:
            accepted = [one.get(key), *one.get("accept", {}).get(key, [])]
            if any(accepted) or match.get(key):
                score.stated[key] += 1
                if folded(match.get(key)) in map(folded, accepted):
                    score.right[key] += 1
                else:
                    score.wrong.append(f"{name}: {key}: {match.get(key)!r}, not {one.get(key)!r}")
    if not len(wanted) == len(given) == score.paired:
        counts = f"{len(wanted)} true, {len(given)} found, {score.paired} paired"
        score.wrong.append(f"{name}: {counts}")
    return score


def score_all(truth: Path, found: Mapping[str, list[Row]]) -> dict[str, Score]:
    """Return the score of each format in the folder *truth*; *found* has rows by file name."""
    scores: dict[str, Score] = defaultdict(Score)
    for path in sorted(truth.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        scores[told["format"]] += score_one(
            told["file"], told["postings"], found.get(told["file"], [])
        )
    return dict(scores)
