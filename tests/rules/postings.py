"""The invented postings with their labels, and what the judge says of them.

A label is what a careful reader says. Where the judge says something else today, the posting keeps
its label and carries ``said``: the set pins every verdict, and its misses stay in sight. After a
change that was meant, ``python -m tests.rules.postings`` lists what differs and renews ``said``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cxdigest.model import Posting, Verdict
from cxdigest.rules import Rules, judge, load

SETS = ("invented", "unseen")
Record = dict[str, Any]


def read(name: str) -> list[Record]:
    """Return the records of the set *name*, in their order."""
    return [json.loads(line) for line in _path(name).read_text("utf-8").splitlines()]


def posting(record: Record) -> Posting:
    names = ("id", "title", "company", "snippet", "description")
    return Posting(**{name: record[name] for name in names})


def label(record: Record) -> Record:
    """Return what a careful reader says."""
    return {"kind": record["kind"], "flagged": record["flagged"]}


def expected(record: Record) -> Record:
    """Return what the judge says: the label, or the miss that is known."""
    return record.get("said", label(record))


def said(verdict: Verdict) -> Record:
    return {"kind": verdict.kind, "flagged": verdict.flagged}


def _path(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.jsonl")


def _renew(name: str, rules: Rules) -> None:
    records = read(name)
    right = 0
    for record in records:
        now = said(judge(posting(record), rules))
        if now != expected(record):
            print(f"{record['id']}: {record['kind']}, said {expected(record)['kind']}, now {now}")
        record.pop("said", None)
        if now != label(record):
            record["said"] = now
        right += now == label(record)
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    _path(name).write_text("".join(lines), "utf-8")
    print(f"{name}: {right} of {len(records)} as labelled")


if __name__ == "__main__":
    shipped = load()
    for each in SETS:
        _renew(each, shipped)
