"""``cxdigest feedback export --labels``: readers' words as labelled postings, without the readers.

What leaves is fit to be shown: no profile, no sender, no link, and of the postings' texts nothing
that reaches a person. One line a posting; where readers disagree it is left out and counted.
"""

from __future__ import annotations

import secrets
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from cxdigest import app
from cxdigest.cli.people.feedback import chosen_profile
from cxdigest.cli.rules.lines import encode
from cxdigest.cli.terminal.new_file import refuse_existing, write_new
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.extract.scrub.words import Person, Scrubber
from cxdigest.feedback import FeedbackRow
from cxdigest.language import _, ngettext
from cxdigest.model import Json, Kind, Posting
from cxdigest.store import Store

_LABELS = frozenset({"genuine", "not-genuine"})
#: What stands under ``part``, by which ``rules stats`` shows figures.
_GENUINE, _KNOWN, _UNKNOWN = "said genuine", "said not genuine", "said not genuine, kind unknown"


def export(config: Path, *, labels: bool, profile: str, out: Path | None) -> int:
    """Write the labels to *out*, or standard output; return the exit code.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: not labels are asked for, nobody is called *profile*, or *out* exists.
    """
    if not labels:
        raise WrongUseError(
            _("write --labels; the whole record is what cxdigest feedback list --json shows")
        )
    refuse_existing(out)
    settings = load(config)
    with app.open_stored(settings) as store:
        whose = chosen_profile(settings, store, profile) if profile else None
        lines, unsettled = _lines(store, store.feedback_rows(whose))
    content = b"".join(map(encode, lines))
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_new(out, content)
    print(_told(len(lines), unsettled, out), file=sys.stderr)
    return 0


def _told(labels: int, unsettled: int, out: Path | None) -> str:
    told = ngettext("{n} label", "{n} labels", labels) if labels else _("no labels")
    if out:
        told = _("{labels} in {out}", labels=told, out=out)
    if unsettled:
        told += ngettext(
            "; {n} posting left out: their readers disagree",
            "; {n} postings left out: their readers disagree",
            unsettled,
        )
    return f"{told}."


def _lines(store: Store, rows: Iterable[FeedbackRow]) -> tuple[list[dict[str, Json]], int]:
    """Return the records, oldest word first, and of how many postings readers disagree."""
    said: dict[str, list[FeedbackRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.made, one.id)):
        if row.holds and row.word in _LABELS:
            said[row.posting_id].append(row)
    scrubber = Scrubber(person=Person(), salt=secrets.token_bytes(32))
    lines, unsettled = [], 0
    for posting_id, words in said.items():
        posting = store.posting(posting_id)
        if len({row.word for row in words}) > 1:
            unsettled += 1
        elif posting is not None:
            lines.append(_record(posting, words[-1], scrubber))
    return lines, unsettled


def _record(posting: Posting, row: FeedbackRow, scrubber: Scrubber) -> dict[str, Json]:
    kind, part = _label(row)
    texts = {
        name: scrubber.text(getattr(posting, name))
        for name in ("title", "company", "location", "snippet", "description")
    }
    return {"id": posting.id, "kind": kind, "part": part, **texts}


def _label(row: FeedbackRow) -> tuple[Kind, str]:
    """Return kind and part; what is not genuine is of the kind that the judge saw, if it saw one.

    Where it saw none, that stands under ``part``, because a label must be of some kind.
    """
    if row.word == "genuine":
        return "genuine", _GENUINE
    judged = row.verdict.kind if row.verdict else "unclear"
    if judged in {"genuine", "unclear"}:
        return "other", _UNKNOWN
    return judged, _KNOWN
