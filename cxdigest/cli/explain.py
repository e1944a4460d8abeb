"""``cxdigest explain``: one posting's verdict for a person, with its reasons and the words."""

from __future__ import annotations

import importlib
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from cxdigest.cli.lines import LineError, as_record, encode, read_lines, read_posting
from cxdigest.cli.packs import load_rules
from cxdigest.errors import CxdigestError
from cxdigest.model import Evidence, Kind, Posting, Tier, Verdict
from cxdigest.rules import judge
from cxdigest.text import printable

#: CODEBOOK's words for readers; no word accuses an employer.
_KINDS: dict[Kind, str] = {
    "genuine": "customer experience",
    "service": "customer service",
    "support": "technical support",
    "store": "shop floor or front desk",
    "success": "customer success",
    "sales": "sales",
    "other": "another trade",
    "unclear": "cannot tell yet",
}
_TIERS: dict[Tier, str] = {
    "title": "the title alone",
    "snippet": "the title and a short text",
    "full": "the title and the description",
}
_MOST_REASONS = 12


class NoPostingError(CxdigestError):
    """There is nothing to explain."""


def explain(config: Path, posting: str, *, packs: list[Path], json: bool) -> int:
    """Explain the posting in a file, on standard input (``-``) or in the store, by its id.

    Raises:
        PackError: a pack cannot be used.
        NoPostingError: there is no such posting.
    """
    given, found = _find(config, posting)
    verdict = judge(found, load_rules(packs))
    if json:
        sys.stdout.buffer.write(encode(as_record(given, verdict)))
        sys.stdout.buffer.flush()
    else:
        _show(found, verdict)
    return 0


def _find(config: Path, posting: str) -> tuple[object, Posting]:
    if posting == "-":
        return _first(sys.stdin.buffer.read(), "standard input")
    if Path(posting).is_file():
        return _first(Path(posting).read_bytes(), posting)
    stored = _stored(config, posting)
    if stored is None:
        raise NoPostingError(f"{posting}: no such file, and no posting with this id is stored")
    return stored.id, stored


def _first(content: bytes, name: str) -> tuple[object, Posting]:
    """Return the posting of *content*: one JSON object, or the first line of several."""
    for number, line in [(1, content), *read_lines(BytesIO(content))]:
        try:
            return read_posting(number, line)
        except LineError as error:
            reason = error.args[0]
    raise NoPostingError(f"{name}: {reason}; write one JSON object with at least a title")


def _stored(config: Path, posting_id: str) -> Posting | None:
    app: Any = importlib.import_module("cxdigest.app")
    with app.open_stored(app.configuration(config)) as store:
        found: Posting | None = store.posting(posting_id)
    return found


def _show(posting: Posting, verdict: Verdict) -> None:
    # Text, never markup: a title may hold square brackets.
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(printable(posting.title.strip()), style="bold"))
    if posting.company:
        console.print(Text(printable(posting.company)))
    console.print(Text(_sentence(verdict)))
    console.print(Text(f"Judged from {_TIERS[verdict.tier]}."))
    shown = [item for item in verdict.evidence if verdict.kind in ("unclear", item.kind)]
    rest = [item for item in verdict.evidence if item not in shown]
    _show_evidence(console, "Because:", shown)
    _show_evidence(console, "Against it:", rest)
    console.print(Text(f"Rules {verdict.rules}", style="dim"))


def _sentence(verdict: Verdict) -> str:
    if verdict.kind == "unclear":
        return f"Cannot tell yet. {verdict.reason}"
    sentence = f"This is {_KINDS[verdict.kind]} ({verdict.confidence:.0%} sure)."
    if verdict.flagged:
        return f"Called customer experience; the duties say something else. {sentence}"
    return sentence


def _show_evidence(console: Console, heading: str, items: list[Evidence]) -> None:
    if not items:
        return
    console.print()
    console.print(Text(heading))
    for item in items[:_MOST_REASONS]:
        console.print(Text(f"  {item.points:+d}  {_KINDS[item.kind]}: {item.reason}"))
        quote = printable(item.quote)
        console.print(Text(f"      “{quote}” ({item.where}; {item.rule})", style="dim"))
    if len(items) > _MOST_REASONS:
        console.print(Text(f"  and {len(items) - _MOST_REASONS} more"))
