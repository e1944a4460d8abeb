"""``cxdigest report-format``: a copy of an alert that may be sent with a report."""

from __future__ import annotations

import io
import os
import secrets
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import typer

from cxdigest.errors import AlertError, WrongUseError
from cxdigest.extract import extract
from cxdigest.extract.scrub.alert import Scrubbed, scrub
from cxdigest.extract.split import split
from cxdigest.language import _, figure, ngettext
from cxdigest.model import Alert
from cxdigest.render.words import listed
from cxdigest.text import printable

_LARGEST = 25_000_000
_KINDS: dict[str, Callable[[int], str]] = {
    "name": lambda n: ngettext("{n} name", "{n} names", n),
    "address": lambda n: ngettext("{n} address", "{n} addresses", n),
    "phone": lambda n: ngettext("{n} phone number", "{n} phone numbers", n),
    "ip": lambda n: ngettext("{n} network address", "{n} network addresses", n),
    "link": lambda n: ngettext("{n} link", "{n} links", n),
    "token": lambda n: ngettext("{n} token", "{n} tokens", n),
    "attachment": lambda n: ngettext("{n} attachment", "{n} attachments", n),
}


def report_format(file: Path, *, out: Path | None) -> int:
    """Write a scrubbed copy of *file* to *out*, or beside it; return the exit code.

    Raises:
        WrongUseError: *file* is none, too large or several mails, or *out* exists.
        AlertError: the recipient could not be removed from it.
    """
    raw = _read(file)
    alerts = list(split(io.BytesIO(raw), source="report", name=file.name))
    if sum(alert.media == "mail" for alert in alerts) > 1:
        raise WrongUseError(
            _("{file} holds several mails; save the one that is meant by itself", file=file)
        )
    media = alerts[0].media if alerts else "feed"
    try:
        copy = scrub(raw, media=media, salt=secrets.token_bytes(32))
    except AlertError as error:
        raise AlertError(f"{file}: {error}") from error
    target = out or file.with_name(f"{file.stem}.scrubbed{'.eml' if media == 'mail' else '.xml'}")
    _write(target, copy.raw)
    for line in _told(target, copy, _postings(alerts), copy.raw):
        typer.echo(printable(line))
    return 0


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise WrongUseError(
            _("{file}: no such file; name a saved mail or feed", file=file)
        ) from error
    except IsADirectoryError as error:
        raise WrongUseError(
            _("{file} is a folder; name one saved mail or feed in it", file=file)
        ) from error
    if not raw.strip():
        raise WrongUseError(_("{file} is empty; name a saved mail or feed", file=file))
    if len(raw) > _LARGEST:
        raise WrongUseError(
            _(
                "{file} is over {size} MB; no alert is so large",
                file=file,
                size=_LARGEST // 1_000_000,
            )
        )
    return raw


def _write(target: Path, data: bytes) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise WrongUseError(
            _("{target} exists and is left as it is; name another file with --out", target=target)
        ) from error
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)


def _postings(alerts: list[Alert]) -> int:
    return sum(len(extract(alert).sightings) for alert in alerts)


def _told(target: Path, copy: Scrubbed, before: int, raw: bytes) -> list[str]:
    after = _postings(list(split(io.BytesIO(raw), source="report", name=target.name)))
    shown = ngettext("{n} posting", "{n} postings", after) if after else _("no postings")
    kept = (
        _("cxdigest reads {postings} from it, as from the original.", postings=shown)
        if after == before
        else _(
            "cxdigest reads {postings} from it, but {before} from the original; "
            "say so in the report.",
            postings=shown,
            before=figure(before),
        )
    )
    return [
        _("{target}: written.", target=target),
        _("Replaced: {counts}.", counts=_counted(copy.counts)),
        kept,
        _("Left as they were: titles, employers, places, other words, hosts and paths of links."),
        _("Look it through before you send it: only you can tell what else is yours in it."),
    ]


def _counted(counts: Counter[str]) -> str:
    shown = [told(counts[kind]) for kind, told in _KINDS.items() if counts[kind]]
    return listed(shown) or _("nothing")
