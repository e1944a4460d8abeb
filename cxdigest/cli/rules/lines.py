"""Postings as JSON lines in, verdicts as JSON lines out; a bad line is an answer, not an end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import IO, Any

from cxdigest.model import Evidence, Posting, Verdict
from cxdigest.rules import Rules, judge, judge_many

MOST_BYTES = 64_000_000  #: of one line; a longer one is named and skipped
_ENDLESS = (float("inf"), float("-inf"))  #: what JSON makes of 1e999 and cannot write again
_ENCODER = json.JSONEncoder(ensure_ascii=False)
#: ``asdict`` would copy every value; with many verdicts that costs more than the JSON.
_OF_VERDICT = tuple(each.name for each in fields(Verdict) if each.name != "posting_id")
_OF_EVIDENCE = tuple(each.name for each in fields(Evidence))
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
        # Decoded here, because json would take some bytes for UTF-16 and complain about that.
        record = json.loads(line.decode("utf-8-sig", "surrogatepass"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise LineError("the line is not UTF-8 text; save the file as UTF-8") from error
    except RecursionError:
        raise LineError("the line is nested too deeply") from None
    except ValueError as error:
        raise LineError(f"the line is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise LineError("the line is not a JSON object")
    return record


def judge_lines(lines: Sequence[tuple[int, bytes]], rules: Rules) -> tuple[bytes, bool]:
    """Return the answers to numbered *lines*, and whether all of them could be judged."""
    read = [_read(number, line) for number, line in lines]
    verdicts = _verdicts([posting for _, posting in read if isinstance(posting, Posting)], rules)
    answers = [_answer(given, next(verdicts) if isinstance(found, Posting) else found)
               for given, found in read]  # fmt: skip
    return b"".join(answer for answer, _ in answers), all(good for _, good in answers)


def _read(number: int, line: bytes) -> tuple[Any, Posting | str]:
    """Return the id as given, and the posting or why there is none."""
    try:
        return read_posting(number, line)
    except LineError as error:
        return error.args[1] if len(error.args) > 1 else number, str(error.args[0])


def _verdicts(postings: Sequence[Posting], rules: Rules) -> Iterator[Verdict | str]:
    """Yield each verdict, or why there is none: a fault on one posting costs no other its own."""
    try:
        return iter(list(judge_many(postings, rules)))
    except Exception:  # noqa: BLE001 - one of them has a fault; each is judged alone
        return (_verdict(posting, rules) for posting in postings)


def _verdict(posting: Posting, rules: Rules) -> Verdict | str:
    try:
        return judge(posting, rules)
    except Exception as error:  # noqa: BLE001 - see _verdicts
        return f"the judge failed with {type(error).__name__}; please report it"


def _answer(given: object, verdict: Verdict | str) -> tuple[bytes, bool]:
    if isinstance(verdict, str):
        return encode({"id": given, "error": verdict, "kind": "unclear"}), False
    return encode(as_record(given, verdict)), True


def as_record(given: object, verdict: Verdict) -> dict[str, Any]:
    """Return *verdict* as it is printed."""
    record: dict[str, Any] = {"id": given}
    record |= {name: getattr(verdict, name) for name in _OF_VERDICT}
    record["evidence"] = [
        {name: getattr(item, name) for name in _OF_EVIDENCE} for item in verdict.evidence
    ]
    for name in ("reason", "suggests"):
        if not record[name]:
            del record[name]
    return record


def encode(record: dict[str, Any]) -> bytes:
    """Return one line of JSON; a lone surrogate leaves as it may stand in JSON, escaped."""
    return _ENCODER.encode(record).encode("utf-8", "backslashreplace") + b"\n"
