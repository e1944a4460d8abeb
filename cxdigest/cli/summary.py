"""What one turn did, as a person reads it in a terminal of any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest.console.standing import OUTCOMES
from cxdigest.model import KIND_WORDS, Candidate, Digest, PageOutcome
from cxdigest.pipeline import Composed, Delivered, Turn
from cxdigest.render import words
from cxdigest.render.row import row_of
from cxdigest.render.view import subject
from cxdigest.text import printable

#: So many of the set-aside postings are shown with their words.
SHOWN = 3

_PAGES: dict[PageOutcome, str] = {
    "read": "duties read",
    "unchanged": "as it was",
    "empty": "no duties found",
    "closed": "closed",
    "unreadable": "not readable",
    "auth": "only for people who log in",
    "robots": "may not be asked",
    "network": "not reached",
    "throttled": "host wants to be left alone",
    "gone": "gone",
}
#: What a folder channel writes beside the HTML that it names.
_FILES = {".html": "for a browser", ".txt": "plain text", ".eml": "for a mail program"}


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
        console.print("Nobody gets a digest now; `cxdigest profile list` shows who would.")
    if not once and not done.composed:
        console.print("No digest is due now.")
        for profile, moment in waiting.items():
            console.print(Text(f"  {profile}: the next is due on {moment}"))


def _polls(done: Turn) -> Table:
    table = _table("Sources", ("source", "outcome"))
    for name in ("alerts read", "not readable", "postings found"):
        table.add_column(name, justify="right")
    for polled in done.polled:
        table.add_row(
            Text(polled.source),
            OUTCOMES[polled.outcome],
            str(polled.alerts - polled.unread),
            str(polled.unread),
            str(polled.sightings),
        )
    return table


def _pages(done: Turn) -> Table:
    table = _table("Pages", ("outcome of asking",))
    table.add_column("postings", justify="right")
    for outcome, number in Counter(page.outcome for page in done.pages).most_common():
        table.add_row(_PAGES[outcome], str(number))
    return table


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name)
    return table


def _show_composed(console: Console, composed: Composed) -> None:
    if composed.quiet:
        day = words.short_day(composed.day)
        console.print(
            Text(f"{composed.profile}: nothing new on {day}, and its settings want no mail then.")
        )
    elif composed.digest:
        _show_digest(console, composed.digest)
        if composed.until:
            until = words.local(composed.until, composed.digest.zone)
            day = words.short_day(until.date())
            when = f"{until:%H:%M} on {day} ({composed.digest.zone} time)"
            console.print(
                Text(
                    f"It waits for its coach until {when}; `cxdigest review show "
                    f"{composed.profile}` shows it."
                )
            )
    elif not composed.message:
        day = words.short_day(composed.day)
        console.print(
            Text(
                f"{composed.profile}: the digest of {day} was made before; nothing is sent twice."
                " New postings wait for the next one."
            )
        )


def _show_digest(console: Console, digest: Digest) -> None:
    if not any((digest.genuine, digest.unclear, digest.flagged, digest.others)):
        console.print(Text(f"Digest for {digest.heading}: {subject(digest)}"))
        return
    table = _table(
        f"Digest for {digest.heading}, {words.short_day(digest.day)}", ("what they are",)
    )
    table.add_column("postings", justify="right")
    for row in _counted(digest):
        table.add_row(*row)
    console.print(table)
    if digest.flagged:
        console.print("Set aside, for example:")
    for candidate in digest.flagged[:SHOWN]:
        _show_set_aside(console, candidate, digest)


def _counted(digest: Digest) -> Iterator[tuple[str, str]]:
    """Yield what and how many: the sections, and below those set aside their kinds."""
    yield "customer experience", str(len(digest.genuine))
    yield "worth a look (cannot tell yet)", str(len(digest.unclear))
    for name, group in (
        ("called customer experience; the duties say something else", digest.flagged),
        ("other trades", digest.others),
    ):
        yield name, str(len(group))
        kinds = Counter(found.verdict.kind for found in group if found.verdict)
        for kind, number in kinds.most_common():
            yield f"  {KIND_WORDS[kind]} {number}", ""


def _show_set_aside(console: Console, candidate: Candidate, digest: Digest) -> None:
    row = row_of(candidate, digest)
    employer = f" ({row.employer})" if row.employer else ""
    said = f"  {row.kind}, because it says {words.quoted(row.quotes)}"
    console.print(Text(f"- {row.title}{employer}"))
    # Wrapped here, so that what goes on in the next line stays under its title.
    for line in Text(said.strip()).wrap(console, max(20, console.width - 2)):
        console.print(Text("  ") + line)


def _show_delivered(console: Console, delivered: Delivered, written: set[str]) -> None:
    console.print()
    if delivered.channel not in written:
        # The server's answer, which may hold anything.
        answer = printable(delivered.detail)
        console.print(Text(f"Sent to {delivered.recipient} over {delivered.channel}: {answer}"))
        return
    console.print(Text(f"{_mail(delivered.profile)} for {delivered.recipient} lies in"))
    for ending, purpose in _FILES.items():
        path = shortest(Path(delivered.detail).with_suffix(ending))
        console.print(Text(f"  {path}  ({purpose})"), soft_wrap=True)


def _mail(stream: str) -> str:
    """Name what goes to *stream*: a digest, or one of the mails to a coach."""
    kind, slash, name = stream.partition("/")
    if not slash:
        return "The digest"
    review = f"The request to review the digest of {name}"
    return review if kind == "review" else "The mail over all clients"


def shortest(path: Path) -> Path:
    """Return *path* as it is written from the folder that the person stands in, if it is there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
