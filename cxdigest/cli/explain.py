"""``cxdigest explain``: one posting's verdict for a person, with its reasons and the words."""

from __future__ import annotations

import sys
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cxdigest import app
from cxdigest.cli.lines import LineError, as_record, encode, read_lines, read_posting
from cxdigest.cli.packs import load_rules
from cxdigest.config import load
from cxdigest.errors import CxdigestError
from cxdigest.links import clean
from cxdigest.model import KIND_WORDS, Evidence, Posting, Tier, Verdict
from cxdigest.rules import judge
from cxdigest.text import printable

_TIERS: dict[Tier, str] = {
    "title": "the title alone",
    "snippet": "the title and a short text",
    "full": "the title and the description",
}
_MOST_REASONS = 12


class NoPostingError(CxdigestError):
    """There is nothing to explain."""


def explain(config: Path, posting: str, *, packs: list[Path], json: bool) -> int:
    """Explain the posting in a file, on standard input (``-``) or in the store, by its link or id.

    Raises:
        ConfigError: the store is asked, and the configuration cannot be used.
        PackError: a pack cannot be used.
        NoPostingError: there is no such posting.
    """
    if posting == "-":
        given, found = _first(sys.stdin.buffer.read(), "standard input")
    elif Path(posting).is_file():
        given, found = _first(Path(posting).read_bytes(), posting)
    else:
        found, packs = _stored(config, posting, packs)
        given = found.id
    rules = load_rules(packs)
    verdict = judge(found, rules)
    if json:
        sys.stdout.buffer.write(encode(as_record(given, verdict)))
        sys.stdout.buffer.flush()
    else:
        _show(found, verdict, rules.all_rules.own)
    return 0


def _first(content: bytes, name: str) -> tuple[object, Posting]:
    """Return the posting of *content*: one JSON object, or the first line of several."""
    for number, line in [(1, content), *read_lines(BytesIO(content))]:
        try:
            return read_posting(number, line)
        except LineError as error:
            reason = error.args[0]
    raise NoPostingError(
        f"{name}: {reason}; write one JSON object with at least a title (the postings of a saved"
        " alert: cxdigest extract FILE | cxdigest judge -)"
    )


def _stored(config: Path, wanted: str, packs: list[Path]) -> tuple[Posting, list[Path]]:
    """Return a stored posting, and the packs it is judged by: the configured ones and *packs*."""
    if not config.is_file():
        raise NoPostingError(
            f"{wanted}: no such file, and without a configuration ({config}) there is no store"
            " to look into; name it with --config"
        )
    settings = load(config)
    with app.open_stored(settings) as store:
        found = store.posting(wanted) or store.posting_at(clean(wanted).url)
    if found is None:
        raise NoPostingError(f"{wanted}: no such file, and no stored posting has this link or id")
    return found, [*settings.rules.packs, *packs]


def _show(posting: Posting, verdict: Verdict, own: Collection[str]) -> None:
    """Show *verdict*, and of evidence from the reader's *own* packs which of them spoke."""
    # Text, never markup: a title may hold square brackets.
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(printable(posting.title.strip()), style="bold"))
    if posting.company:
        console.print(Text(printable(posting.company)))
    console.print(Text(_sentence(verdict)))
    if verdict.suggests:
        console.print(Text(f"A plainer title: {printable(verdict.suggests)}"))
    console.print(Text(f"Judged from {_TIERS[verdict.tier]}."))
    shown = [item for item in verdict.evidence if verdict.kind in ("unclear", item.kind)]
    rest = [item for item in verdict.evidence if item not in shown]
    _show_evidence(console, "Because:", shown, own)
    _show_evidence(console, "Against it:", rest, own)
    console.print(Text(f"Rules {verdict.rules}", style="dim"))


def _sentence(verdict: Verdict) -> str:
    if verdict.kind == "unclear":
        return f"Cannot tell yet. {verdict.reason}"
    sentence = f"This is {KIND_WORDS[verdict.kind]} ({verdict.confidence:.0%} sure)."
    if verdict.flagged:
        return f"Called customer experience; the duties say something else. {sentence}"
    return sentence


def _show_evidence(
    console: Console, heading: str, items: list[Evidence], own: Collection[str]
) -> None:
    if not items:
        return
    console.print()
    console.print(Text(heading))
    for item in items[:_MOST_REASONS]:
        quote = printable(item.quote)
        console.print(Text(f"  {item.points:+d}  {KIND_WORDS[item.kind]}: {item.reason}"))
        speaker = f"{printable(item.pack)}: {item.rule}" if item.pack in own else item.rule
        console.print(Text(f"      “{quote}” ({item.where}; {speaker})", style="dim"))
    if len(items) > _MOST_REASONS:
        console.print(Text(f"  and {len(items) - _MOST_REASONS} more"))
