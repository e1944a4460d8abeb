"""What one turn did, as a person reads it in a terminal of any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest.console.instance.standing import OUTCOMES
from cxdigest.language import _, marked, spoken
from cxdigest.model import KIND_WORDS, Candidate, Digest, PageOutcome
from cxdigest.pipeline import Composed, Delivered, Turn
from cxdigest.render import words
from cxdigest.render.row import row_of
from cxdigest.render.view import subject
from cxdigest.text import printable

#: So many of the set-aside postings are shown with their words.
SHOWN = 3

_PAGES: dict[PageOutcome, str] = {
    "read": marked("duties read"),
    "unchanged": marked("as it was"),
    "empty": marked("no duties found"),
    "closed": marked("closed"),
    "unreadable": marked("not readable"),
    "auth": marked("only for people who log in"),
    "robots": marked("may not be asked"),
    "network": marked("not reached"),
    "throttled": marked("host wants to be left alone"),
    "gone": marked("gone"),
}
#: What a folder channel writes beside the HTML that it names.
_FILES = {
    ".html": marked("for a browser"),
    ".txt": marked("plain text"),
    ".eml": marked("for a mail program"),
}


def show(
    done: Turn, *, once: bool, written: set[str], waiting: dict[str, str], taken: Sequence[str] = ()
) -> None:
    """Print what *done* did.

    *written* are the channels that write files; *waiting* says for each profile when its next
    digest is due; *taken* says which sources another worker has.
    """
    console = Console(highlight=False)
    if done.polled:
        console.print(_polls(done))
    for sentence in taken:
        console.print(Text(sentence))
    if done.pages:
        console.print(_pages(done))
    for composed in done.composed:
        _show_composed(console, composed)
    for delivered in done.delivered:
        if delivered.state == "sent":
            _show_delivered(console, delivered, written)
    if once and not done.composed:
        console.print(_("Nobody gets a digest now; `cxdigest profile list` shows who would."))
    if not once and not done.composed:
        console.print(_("No digest is due now."))
        for profile, moment in waiting.items():
            console.print(
                Text(_("  {profile}: the next is due on {moment}", profile=profile, moment=moment))
            )


def _polls(done: Turn) -> Table:
    table = _table(_("Sources"), (_("source"), _("outcome")))
    for name in (_("alerts read"), _("not readable"), _("postings found")):
        table.add_column(name, justify="right")
    for polled in done.polled:
        table.add_row(
            Text(polled.source),
            _(OUTCOMES[polled.outcome]),
            str(polled.alerts - polled.unread),
            str(polled.unread),
            str(polled.sightings),
        )
    return table


def _pages(done: Turn) -> Table:
    table = _table(_("Pages"), (_("outcome of asking"),))
    table.add_column(_("postings"), justify="right")
    for outcome, number in Counter(page.outcome for page in done.pages).most_common():
        table.add_row(_(_PAGES[outcome]), str(number))
    return table


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name)
    return table


def _show_composed(console: Console, composed: Composed) -> None:
    if composed.quiet:
        day = words.short_day(composed.day, spoken())
        console.print(
            Text(
                _(
                    "{profile}: nothing new on {day}, and its settings want no mail then.",
                    profile=composed.profile,
                    day=day,
                )
            )
        )
    elif composed.digest:
        _show_digest(console, composed.digest)
        if composed.until:
            until = words.local(composed.until, composed.digest.zone)
            day = words.short_day(until.date(), spoken())
            when = _(
                "{until} on {day} ({zone} time)",
                until=f"{until:%H:%M}",
                day=day,
                zone=composed.digest.zone,
            )
            console.print(
                Text(
                    _(
                        "It waits for its coach until {when}; `cxdigest review show {profile}` "
                        "shows it.",
                        when=when,
                        profile=composed.profile,
                    )
                )
            )
    elif not composed.message:
        day = words.short_day(composed.day, spoken())
        console.print(
            Text(
                _(
                    "{profile}: the digest of {day} was made before; nothing is sent "
                    "twice. New postings wait for the next one.",
                    profile=composed.profile,
                    day=day,
                )
            )
        )


def _show_digest(console: Console, digest: Digest) -> None:
    if not any((digest.genuine, digest.unclear, digest.flagged, digest.others)):
        console.print(
            Text(
                _(
                    "Digest for {heading}: {digest}",
                    heading=digest.heading,
                    digest=subject(replace(digest, locale=spoken())),
                )
            )
        )
        return
    table = _table(
        _(
            "Digest for {heading}, {day}",
            heading=digest.heading,
            day=words.short_day(digest.day, spoken()),
        ),
        (_("what they are"),),
    )
    table.add_column(_("postings"), justify="right")
    for row in _counted(digest):
        table.add_row(*row)
    console.print(table)
    if digest.flagged:
        console.print(_("Set aside, for example:"))
    for candidate in digest.flagged[:SHOWN]:
        _show_set_aside(console, candidate, digest)


def _counted(digest: Digest) -> Iterator[tuple[str, str]]:
    """Yield what and how many: the sections, and below those set aside their kinds."""
    yield _("customer experience"), str(len(digest.genuine))
    yield _("worth a look (cannot tell yet)"), str(len(digest.unclear))
    for name, group in (
        (_("called customer experience; the duties say something else"), digest.flagged),
        (_("other trades"), digest.others),
    ):
        yield name, str(len(group))
        kinds = Counter(found.verdict.kind for found in group if found.verdict)
        for kind, number in kinds.most_common():
            yield f"  {_(KIND_WORDS[kind])} {number}", ""


def _show_set_aside(console: Console, candidate: Candidate, digest: Digest) -> None:
    row = row_of(candidate, digest)
    employer = f" ({row.employer})" if row.employer else ""
    said = _("  {kind}, because it says {quotes}", kind=row.kind, quotes=words.quoted(row.quotes))
    console.print(Text(f"- {row.title}{employer}"))
    # Wrapped here, so that what goes on in the next line stays under its title.
    for line in Text(said.strip()).wrap(console, max(20, console.width - 2)):
        console.print(Text("  ") + line)


def _show_delivered(console: Console, delivered: Delivered, written: set[str]) -> None:
    console.print()
    if delivered.channel not in written:
        # The server's answer, which may hold anything.
        answer = printable(delivered.detail)
        console.print(
            Text(
                _(
                    "Sent to {recipient} over {channel}: {answer}",
                    recipient=delivered.recipient,
                    channel=delivered.channel,
                    answer=answer,
                )
            )
        )
        return
    console.print(
        Text(
            _(
                "{profile} for {recipient} lies in",
                profile=_mail(delivered.profile),
                recipient=delivered.recipient,
            )
        )
    )
    for ending, purpose in _FILES.items():
        path = shortest(Path(delivered.detail).with_suffix(ending))
        console.print(Text(f"  {path}  ({_(purpose)})"), soft_wrap=True)


def _mail(stream: str) -> str:
    """Name what goes to *stream*: a digest, or one of the mails to a coach."""
    kind, slash, name = stream.partition("/")
    if not slash:
        return _("The digest")
    review = _("The request to review the digest of {name}", name=name)
    return review if kind == "review" else _("The mail over all clients")


def shortest(path: Path) -> Path:
    """Return *path* as it is written from the folder that the person stands in, if it is there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
