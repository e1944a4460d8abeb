"""Labelled postings as JSON lines in, for ``rules fit`` and ``rules stats``."""

from __future__ import annotations

import json
from collections.abc import Container
from pathlib import Path
from typing import get_args

from cxdigest.cli.rules.lines import LineError, read_lines, read_posting
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.model import KINDS, Kind
from cxdigest.rules.trials.accuracy import Labelled

_SHOWN = 10  #: bad lines that are named; of more, only how many


def read_labels(path: Path) -> list[Labelled]:
    """Return the labelled postings of *path*, one JSON object a line.

    Raises:
        WrongUseError: it cannot be read, has a bad line (all are counted, the first are named) or
            no line at all.
    """
    labels: dict[str, Labelled] = {}
    problems = []
    try:
        with path.open("rb") as stream:
            for number, line in read_lines(stream):
                try:
                    one = _labelled(number, line, labels)
                except LineError as error:
                    problems.append(f"{path}:{number}: {error.args[0]}")
                else:
                    labels[one.posting.id] = one
    except OSError as error:
        raise WrongUseError(
            _(
                "{path}: {strerror}; name a file of JSON lines with id, kind, title, "
                "company and description",
                path=path,
                strerror=error.strerror,
            )
        ) from error
    if problems:
        more = (
            [_("and {number} more", number=len(problems) - _SHOWN)]
            if len(problems) > _SHOWN
            else []
        )
        raise WrongUseError("\n".join([_("bad labels:"), *problems[:_SHOWN], *more]))
    if not labels:
        raise WrongUseError(_("{path}: there is no labelled posting in it", path=path))
    return list(labels.values())


def _labelled(number: int, line: bytes, earlier: Container[str]) -> Labelled:
    posting = read_posting(number, line)[1]
    if posting.id in earlier:
        raise LineError(_("the id {id} stood in an earlier line", id=f"{posting.id!r}"))
    record = json.loads(line)
    if "kind" not in record:
        raise LineError(_("there is no kind; write one of {kinds}", kinds=", ".join(KINDS)))
    part = record.get("part") or ""
    if not isinstance(part, str):
        raise LineError(_("part must be text, not {name}", name=type(part).__name__))
    return Labelled(posting=posting, kind=_kind(record["kind"]), part=part)


def _kind(given: object) -> Kind:
    for kind in get_args(Kind):
        if kind == given:
            known: Kind = kind
            return known
    raise LineError(
        _("no such kind: {given}; write one of {kinds}", given=f"{given!r}", kinds=", ".join(KINDS))
    )
