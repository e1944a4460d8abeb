"""What cxdigest makes of the same input on this machine, as one JSON object: to be set beside another's.

Runs inside a root of ``roots.py``, where cxdigest is installed and nothing of the tests is:
``python3 told.py FILE...``, each of JSON lines with a posting.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cxdigest.identity.sketch import sketch
from cxdigest.model import Posting
from cxdigest.rules import judge_many, load
from cxdigest.rules.patterns.row import Row
from cxdigest.rules.texts.fold import fold
from cxdigest.rules.trials.examples import check_examples

SAID = ("id", "title", "company", "location", "snippet", "description")


def told(files: list[Path]) -> dict[str, Any]:
    """Return what is the same wherever it is asked, and under ``machine`` what need not be."""
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    postings = [
        Posting(**{name: one[name] for name in SAID if name in one})
        for one in map(json.loads, lines)
    ]
    rules = load()
    texts = [fold(one.description or one.title).text for one in postings]
    return {
        "machine": {
            "name": platform.machine(),
            "bits": 8 * ctypes.sizeof(ctypes.c_void_p),
            "order": sys.byteorder,
            "python": platform.python_version(),
        },
        "rules": rules.fingerprint,
        "examples": sum(len(rule.examples) for rule in rules.rules),
        "broken": [str(one) for one in check_examples(rules)],
        "words": hashlib.sha256(Row(texts).hashes.astype("<u8").tobytes()).hexdigest(),
        "verdicts": {one.id: asdict(said) for one, said in zip(postings, judge_many(postings, rules), strict=True)},
        "sketches": {one.id: {"keys": sorted(sketch(one).keys), "asks": sorted(sketch(one).asks)} for one in postings},
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(told([Path(name) for name in sys.argv[1:]]), default=str))
