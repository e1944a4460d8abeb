"""``cxdigest explain``: one posting's verdict for a person, with its reasons and the words."""

from __future__ import annotations

import sys
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cxdigest import app
from cxdigest.cli.postings.duties import paste
from cxdigest.cli.postings.sightings import Seen, records_of, said_of, seen_of, stored_posting
from cxdigest.cli.rules.lines import LineError, as_record, encode, read_lines, read_posting
from cxdigest.cli.rules.packs import load_rules, read_packs, stored_packs
from cxdigest.config import load
from cxdigest.errors import CxdigestError
from cxdigest.language import _, marked
from cxdigest.model import KIND_WORDS, Evidence, Posting, Tier, Verdict
from cxdigest.rules import Pack, judge
from cxdigest.store.people.packs import EVERYBODY
from cxdigest.text import printable

_TIERS: dict[Tier, str] = {
    "title": marked("the title alone"),
    "snippet": marked("the title and a short text"),
    "full": marked("the title and the description"),
}
_MOST_REASONS = 12


class NoPostingError(CxdigestError):
    """There is nothing to explain."""


def explain(config: Path, posting: str, *, packs: list[Path], json: bool, duties: str = "") -> int:
    """Explain the posting in a file, on standard input (``-``) or in the store, by its link or id.

    *duties* names a file (``-``: standard input) with what the reader pasted for a stored one.

    Raises:
        ConfigError: the store is asked, and the configuration cannot be used.
        PackError: a pack cannot be used.
        NoPostingError: there is no such posting.
    """
    seen: Seen | None = None
    stored: list[Pack] = []
    if duties:
        paste(config, posting, duties)
    if posting == "-":
        given, found = _first(sys.stdin.buffer.read(), _("standard input"))
    elif Path(posting).is_file():
        given, found = _first(Path(posting).read_bytes(), posting)
    else:
        seen, stored = _stored(config, posting, packs)
        given, found = seen.posting.id, seen.posting
    rules = load_rules([] if seen else packs, stored)
    verdict = judge(found, rules)
    if json:
        told = {"sightings": records_of(seen)} if seen else {}
        sys.stdout.buffer.write(encode(as_record(given, verdict) | told))
        sys.stdout.buffer.flush()
    else:
        _show(found, verdict, rules.all_rules.own)
        if seen:
            _show_sightings(seen)
    return 0


def _first(content: bytes, name: str) -> tuple[object, Posting]:
    """Return the posting of *content*: one JSON object, or the first line of several."""
    for number, line in [(1, content), *read_lines(BytesIO(content))]:
        try:
            return read_posting(number, line)
        except LineError as error:
            reason = error.args[0]
    raise NoPostingError(
        _(
            "{name}: {reason}; write one JSON object with at least a title (the "
            "postings of a saved alert: cxdigest extract FILE | cxdigest judge -)",
            name=name,
            reason=reason,
        )
    )


def _stored(config: Path, wanted: str, packs: list[Path]) -> tuple[Seen, list[Pack]]:
    """Return a stored posting with its sightings, and the packs that judge it.

    *wanted* is its link or its id, also one that was merged into it.
    """
    if not config.is_file():
        raise NoPostingError(
            _(
                "{wanted}: no such file, and without a configuration ({config}) there is "
                "no store to look into; name it with --config",
                wanted=wanted,
                config=config,
            )
        )
    settings = load(config)
    with app.open_stored(settings) as store:
        found = stored_posting(store, wanted)
        if found is None:
            raise NoPostingError(
                _(
                    "{wanted}: no such file, and no stored posting has this link or id",
                    wanted=wanted,
                )
            )
        everybodys = [*read_packs(settings.rules.packs), *stored_packs(store, EVERYBODY)]
        return seen_of(store, found, asked=wanted), [*everybodys, *read_packs(packs)]


def _show(posting: Posting, verdict: Verdict, own: Collection[str]) -> None:
    """Show *verdict*, and of evidence from the reader's *own* packs which of them spoke."""
    console = Console(highlight=False, soft_wrap=True)
    _say(console, printable(posting.title.strip()), style="bold")
    facts = (posting.company, posting.location, posting.salary)
    if known := " · ".join(fact for fact in facts if fact):
        _say(console, printable(known))
    _say(console, _sentence(verdict))
    if verdict.suggests:
        _say(console, _("A plainer title: {suggests}", suggests=printable(verdict.suggests)))
    _say(console, _("Judged from {tier}.", tier=_(_TIERS[verdict.tier])))
    for heading, items in _sides(verdict):
        _show_evidence(console, heading, items, own)
    _say(console, _("Rules {rules}", rules=verdict.rules), style="dim")


def _show_sightings(seen: Seen) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    for line in said_of(seen):
        told = line.lstrip()
        _say(console, printable(told), first=line[: len(line) - len(told)])


def _say(console: Console, text: str, *, first: str = "", style: str = "") -> None:
    """Print *text* behind *first*; a terminal gets lines that end at words, a pipe one line."""
    # Text, never markup: a title may hold square brackets.
    if not console.is_terminal:
        console.print(Text(first + text, style=style))
        return
    for line in Text(text, style=style).wrap(console, max(console.width - len(first), 20)):
        line.rstrip()
        console.print(Text(first) + line)
        first = " " * len(first)


def _sentence(verdict: Verdict) -> str:
    if verdict.kind == "unclear":
        return _("Cannot tell yet. {reason}", reason=_(verdict.reason) if verdict.reason else "")
    sentence = _(
        "This is {kind} ({confidence} sure).",
        kind=_(KIND_WORDS[verdict.kind]),
        confidence=f"{verdict.confidence:.0%}",
    )
    if verdict.flagged:
        return _(
            "Called customer experience; the duties say something else. {sentence}",
            sentence=sentence,
        )
    return sentence


def _sides(verdict: Verdict) -> list[tuple[str, list[Evidence]]]:
    """Return the evidence under its headings: what made the verdict, and what spoke against it."""
    if verdict.kind == "unclear":
        return [(_("Because:"), [*verdict.evidence])]
    because: list[Evidence] = []
    against: list[Evidence] = []
    excused: list[Evidence] = []
    for item in verdict.evidence:
        if item.kind == verdict.kind:
            (because if item.points > 0 else against).append(item)
        else:
            (against if item.points > 0 else excused).append(item)
    return [
        (_("Because:"), because),
        (_("Against it:"), against),
        (_("Speaks against the other kinds:"), excused),
    ]


def _show_evidence(
    console: Console, heading: str, items: list[Evidence], own: Collection[str]
) -> None:
    if not items:
        return
    console.print()
    _say(console, heading)
    for item in items[:_MOST_REASONS]:
        points = f"  {item.points:+d}  "
        _say(console, f"{_(KIND_WORDS[item.kind])}: {_(item.reason)}", first=points)
        speaker = f"{printable(item.pack)}: {item.rule}" if item.pack in own else item.rule
        words = _("“{quote}”", quote=printable(item.quote)) + f" ({item.where}; {speaker})"
        _say(console, words, first=" " * 6, style="dim")
    if len(items) > _MOST_REASONS:
        _say(console, _("  and {number} more", number=len(items) - _MOST_REASONS))
