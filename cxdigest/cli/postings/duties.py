"""``cxdigest explain POSTING --duties FILE``: keep the duties that a reader pasted."""

from __future__ import annotations

import sys
from pathlib import Path

from cxdigest import app
from cxdigest.cli.postings.sightings import stored_posting
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.identity import SUBSTANCE
from cxdigest.language import _, figure
from cxdigest.worker import clock

_MOST = 1_000_000  #: bytes; the longest postings have thirty thousand
_NO_TEXT = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")


def paste(config: Path, posting: str, source: str) -> None:
    """Store the duties in the file *source* (``-``: standard input) with *posting*, by id or link.

    They stand in place of what was known, and the posting's next verdict is made from them.

    Raises:
        WrongUseError: there are none, or no such posting is stored.
    """
    if posting == "-" or Path(posting).is_file():
        raise WrongUseError(_("--duties goes with a stored posting, named by its link or id"))
    if not config.is_file():
        raise WrongUseError(
            _("--duties needs the store; name the configuration ({config} is none)", config=config)
        )
    duties = _read(source)
    with app.open_stored(load(config)) as store:
        found = stored_posting(store, posting)
        if found is None or not store.record_duties(found.id, duties, now=clock()):
            raise WrongUseError(
                _("{posting}: no stored posting has this link or id", posting=posting)
            )


def _read(source: str) -> str:
    if source == "-":
        content, name = sys.stdin.buffer.read(_MOST + 1), _("standard input")
    else:
        try:
            with Path(source).open("rb") as file:
                content, name = file.read(_MOST + 1), source
        except FileNotFoundError as error:
            raise WrongUseError(
                _(
                    "{source}: no such file; save the duties in one, or give - to paste them",
                    source=source,
                )
            ) from error
        except IsADirectoryError as error:
            raise WrongUseError(
                _("{source} is a folder; name a file with the duties", source=source)
            ) from error
    if len(content) > _MOST:
        raise WrongUseError(
            _(
                "{name}: more than {most} bytes; paste the duties alone",
                name=name,
                most=figure(_MOST),
            )
        )
    if content.startswith(_NO_TEXT):
        raise WrongUseError(
            _("{name}: this is no text; copy the duties out of it and save them so", name=name)
        )
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = content.decode("cp1252", "replace")
    words = words.replace("\0", "").strip()
    if len(words) < SUBSTANCE:
        raise WrongUseError(
            _(
                "{name}: {words} characters are too few to judge by; paste the whole "
                "text about the duties, at least {substance} characters",
                name=name,
                words=len(words),
                substance=SUBSTANCE,
            )
        )
    return words
