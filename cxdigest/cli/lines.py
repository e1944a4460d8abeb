"""Postings as JSON lines in, verdicts as JSON lines out; a bad line is an answer, not an end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from cxdigest.model import Posting, Verdict
from cxdigest.rules import Rules, judge

MOST_BYTES = 64_000_000  #: of one line; a longer one is named and skipped
_ENDLESS = (float("inf"), float("-inf"))  #: what JSON makes of 1e999 and cannot write again
_FIELDS = ("title", "company", "location", "snippet", "description")


class LineError(ValueError):
    """A line that is no posting; the text says why."""


def read_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, line) of *stream*, blank lines left out, memory bounded."""
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        whole = line.endswith(b"\n") or len(line) <= MOST_BYTES
        while not whole:
            rest = stream.readline(MOST_BYTES)
            whole = rest.endswith(b"\n") or not rest
        if line.strip():
            yield number, line


def read_posting(number: int, line: bytes) -> tuple[Any, Posting]:
    """Return (id as given, posting) of one line; a missing id is the line's number.

    Raises:
        LineError: it is not a posting.
    """
    record = _record(line)
    given = record.get("id", number)
    if not isinstance(given, (str, int, float)) or given in _ENDLESS:
        given = number
    texts = {}
    for field in _FIELDS:
        value = record.get(field)
        if value is not None and not isinstance(value, str):
            raise LineError(f"{field} must be text, not {type(value).__name__}", given)
        texts[field] = value or ""
    if not texts["title"].strip():
        raise LineError("there is no title", given)
    return given, Posting(
        id=str(given),
        title=texts["title"],
        company=texts["company"],
        location=texts["location"],
        snippet=texts["snippet"],
        description=texts["description"],
    )


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number in JSON")


def _record(line: bytes) -> dict[str, Any]:
    if len(line) > MOST_BYTES:
        raise LineError(f"the line is longer than {MOST_BYTES} bytes")
    try:
        record = json.loads(line, parse_constant=_no_number)
    except RecursionError:
        raise LineError("the line is nested too deeply") from None
    except ValueError as error:
        raise LineError(f"the line is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise LineError("the line is not a JSON object")
    return record


def judge_line(number: int, line: bytes, rules: Rules) -> tuple[bytes, bool]:
    """Return the answer to one line, and whether the line could be judged."""
    try:
        given, posting = read_posting(number, line)
    except LineError as error:
        given = error.args[1] if len(error.args) > 1 else number
        return encode({"id": given, "error": str(error.args[0]), "kind": "unclear"}), False
    try:
        verdict = judge(posting, rules)
    except Exception as error:  # noqa: BLE001 - a fault on one posting costs no other its verdict
        reason = f"the judge failed with {type(error).__name__}; please report it"
        return encode({"id": given, "error": reason, "kind": "unclear"}), False
    return encode(as_record(given, verdict)), True


def as_record(given: object, verdict: Verdict) -> dict[str, Any]:
    """Return *verdict* as it is printed."""
    record = {"id": given, **asdict(verdict)}
    del record["posting_id"]
    for name in ("reason", "suggests"):
        if not record[name]:
            del record[name]
    return record


def encode(record: dict[str, Any]) -> bytes:
    """Return one line of JSON; a lone surrogate leaves as it may stand in JSON, escaped."""
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
