"""``cxdigest feedback list|add|undo|renew-key``: what readers said, and saying it for them."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.cli.postings.sightings import stored_posting
from cxdigest.cli.terminal.given import require_known
from cxdigest.config import Config, load
from cxdigest.errors import WrongUseError
from cxdigest.feedback import FeedbackRow, propose
from cxdigest.language import _, marked
from cxdigest.model import FEEDBACK_WORDS, FeedbackWord, Json
from cxdigest.store import Store
from cxdigest.text import printable
from cxdigest.worker import clock

_HEADS = (
    marked("when"), marked("profile"), marked("word"), marked("posting"), marked("how"),
    marked("state"),
)  # fmt: skip
_WIDTH = 1000  #: of a table that is not for a terminal


def list_words(config: Path, *, profile: str, json: bool) -> int:
    """Show what was said, by *profile* or by all, the newest first; return the exit code.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: nobody is called so.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        require_known(profile, settings, store)
        rows = store.feedback_rows(profile or None)
    if json:
        for row in rows:
            print(jsonlib.dumps(_record(row), ensure_ascii=False))
    elif rows:
        _show(rows)
    else:
        print(_("Nothing was said of any posting yet."))
    return 0


def add(config: Path, posting: str, word: str, *, profile: str, json: bool) -> int:
    """Keep *word* on *posting*, named by link or id, as said by *profile*; return the exit code.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: there is no such word, posting or profile.
    """
    said = _word(word)
    settings = load(config)
    with app.open_stored(settings) as store:
        whose = chosen_profile(settings, store, profile)
        found = stored_posting(store, posting)
        number = found and store.record_feedback(
            whose, found.id, said, way="command", sender="", now=clock()
        )
        if number is None or found is None:
            raise WrongUseError(
                _("{posting}: no stored posting has this link or id", posting=posting)
            )
    if json:
        print(jsonlib.dumps({"id": number, "profile": whose, "posting": found.id, "word": said}))
    else:
        print(
            printable(
                _(
                    "{number}: {whose} says “{said}” of {title}.",
                    number=number,
                    whose=whose,
                    said=said,
                    title=found.title,
                )
            )
        )
        print(_("To take it back: cxdigest feedback undo {number}", number=number))
    return 0


def undo(config: Path, number: int, *, json: bool) -> int:
    """Take one word back; return the exit code.

    Raises:
        ConfigError: the configuration cannot be used.
        WrongUseError: there is no such word, or it was taken back already.
    """
    with app.open_stored(load(config)) as store:
        row = store.undo_feedback(number, now=clock())
    if row is None:
        raise WrongUseError(
            _(
                "{number}: no word that holds has this id; cxdigest feedback list shows all",
                number=number,
            )
        )
    if json:
        print(jsonlib.dumps(_record(row), ensure_ascii=False))
    else:
        print(
            printable(
                _(
                    "Taken back: “{word}” of {title}, said by {profile}.",
                    word=row.word,
                    title=row.title,
                    profile=row.profile,
                )
            )
        )
    return 0


def renew_key(config: Path) -> int:
    """Sign links with another key from now on; return the exit code.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    with app.open_stored(load(config)) as store:
        store.instance_key(renew=True)
    print(
        _("Links are signed with a new key. Those in mails that were sent before work no longer.")
    )
    print(_("Restart cxdigest serve, which holds the old key."))
    return 0


def chosen_profile(settings: Config, store: Store, profile: str) -> str:
    """Return whose words are meant: *profile*, or the only one that there is.

    Raises:
        WrongUseError: nobody is called so, or several could be meant.
    """
    require_known(profile, settings, store)
    if profile:
        return profile
    names = sorted({*settings.profiles, *store.people()})
    if len(names) != 1:
        raise WrongUseError(
            _("say whose word it is: --profile and one of {names}", names=", ".join(names))
        )
    return names[0]


def _word(given: str) -> FeedbackWord:
    for word in FEEDBACK_WORDS:
        if word == given:
            return word
    raise WrongUseError(
        _(
            "{given} is no word of feedback; write one of {words}",
            given=f"{given!r}",
            words=", ".join(FEEDBACK_WORDS),
        )
    )


def _record(row: FeedbackRow) -> dict[str, Json]:
    return {
        "id": row.id,
        "profile": row.profile,
        "posting": row.posting_id,
        "title": row.title,
        "employer": row.employer,
        "url": row.url,
        "word": row.word,
        "way": row.way,
        "sender": row.sender,
        "made": row.made.isoformat(),
        "undone": row.undone.isoformat() if row.undone else None,
        "told": row.told.isoformat() if row.told else None,
        "holds": row.holds,
        "kind_then": row.verdict.kind if row.verdict else None,
    }


def _show(rows: Sequence[FeedbackRow]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("id"), justify="right")
    for name in _HEADS:
        table.add_column(_(name), overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, _cells(row)))
    console.print(table)
    for line in _hints(rows):
        console.print(line, soft_wrap=True, markup=False)


def _cell(text: str) -> Text:
    return Text(printable(text))


def _cells(row: FeedbackRow) -> tuple[str, ...]:
    employer = f" ({row.employer})" if row.employer else ""
    when = f"{row.made:%Y-%m-%d %H:%M}"
    how = f"{row.way}, {row.sender}" if row.sender else row.way
    state = _("undone") if row.undone else _("holds") if row.holds else _("replaced")
    return str(row.id), when, row.profile, row.word, row.title + employer, how, state


def _hints(rows: Sequence[FeedbackRow]) -> Iterable[str]:
    yield _("To take one back: cxdigest feedback undo ID")
    for profile in sorted({row.profile for row in rows}):
        if propose([row for row in rows if row.profile == profile], {}):
            yield (
                _(
                    "Some words of {profile} repeat, and a rule could follow: cxdigest "
                    "feedback propose --profile {profile}",
                    profile=profile,
                )
            )
