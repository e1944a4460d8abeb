"""What each step takes of its form: the answers, tried where they can be tried at once.

Answers stay in memory until the last step writes them. Knows no page and no request; what cannot be
used is a ``WrongUseError``, which ``steps`` says in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.datastructures import FormData

from cxdigest.config.addresses import is_loopback
from cxdigest.errors import WrongUseError
from cxdigest.language import _, pgettext
from cxdigest.setup import answers as answered
from cxdigest.setup import tries, written
from cxdigest.setup.presets import PRESETS, preset_for, tidy
from cxdigest.web.first.reception import Reception, Sitting
from cxdigest.web.who import text_in


def _you(reception: Reception, sitting: Sitting, form: FormData) -> str:
    del reception
    sitting.answers = replace(
        sitting.answers,
        name=answered.one_line(_("your name"), text_in(form, "name")),
        zone=answered.zone(text_in(form, "zone")),
    )
    return "mailbox"


def _mailbox(reception: Reception, sitting: Sitting, form: FormData) -> str:
    del reception
    if text_in(form, "way") == "none":
        sitting.answers = replace(sitting.answers, provider="", mailbox=None, senders=(), alerts="")
        sitting.found = None
        return "feeds"
    if text_in(form, "way") == "folder":
        folder = answered.folder_of_alerts(text_in(form, "folder"))
        sitting.answers = replace(
            sitting.answers, provider="", mailbox=None, senders=(), alerts=folder
        )
        sitting.found = None
        return "feeds"
    sitting.address = answered.address(_("your mail address"), text_in(form, "address"))
    chosen = text_in(form, "provider")
    provider = chosen if chosen in PRESETS else preset_for(sitting.address).key
    sitting.answers = replace(
        sitting.answers,
        provider=provider,
        alerts="",
        recipient=sitting.answers.recipient or sitting.address,
    )
    return "login"


def _login(reception: Reception, sitting: Sitting, form: FormData) -> str:
    account = _account(form, sitting, pgettext("of a server", "mailbox"), sitting.answers.mailbox)
    folder = answered.one_line(_("the folder"), text_in(form, "folder"))
    sitting.found = tries.look(account, folder, now=reception.clock())
    sitting.answers = replace(
        sitting.answers,
        mailbox=account,
        folder=folder,
        senders=tuple(one.host for one in sitting.found.senders),
    )
    return "senders"


def _account(
    form: FormData, sitting: Sitting, what: str, before: answered.Account | None
) -> answered.Account:
    """Return the login in *form*; a password left empty is the one that was tried before."""
    kept = before.password if before else ""
    typed = tidy(PRESETS.get(sitting.answers.provider), text_in(form, "password"))
    return answered.account(
        host=text_in(form, "host"),
        port=text_in(form, "port"),
        security=text_in(form, "security"),
        user=text_in(form, "user"),
        password=typed or kept,
        ca_file=text_in(form, "ca_file"),
        what=what,
    )


def _senders(reception: Reception, sitting: Sitting, form: FormData) -> str:
    del reception
    offered = [one.host for one in sitting.found.senders] if sitting.found else []
    chosen = {one for one in form.getlist("sender") if isinstance(one, str)}
    senders = tuple(one for one in offered if one in chosen)
    if text_in(form, "all") or not offered:
        senders = ()
    elif not senders:
        raise WrongUseError(_("no sender is chosen; choose some, or that all mails are read"))
    sitting.answers = replace(sitting.answers, senders=senders)
    return "feeds"


def _feeds(reception: Reception, sitting: Sitting, form: FormData) -> str:
    addresses = answered.feeds(text_in(form, "feeds"))
    now = reception.clock()
    known = {one.url: one for one in sitting.feeds}
    sitting.feeds = tuple(
        known.get(url) or tries.ask(url, reception.http, now=now) for url in addresses
    )
    sitting.answers = replace(sitting.answers, feeds=addresses)
    if not written.source_names(sitting.answers):
        raise WrongUseError(
            _("there is nothing to read yet; name a feed here, or go back and name a mailbox")
        )
    return "sending"


def _sending(reception: Reception, sitting: Sitting, form: FormData) -> str:
    del reception
    send_at = answered.moment(text_in(form, "send_at"))
    if text_in(form, "way") == "files":
        sitting.answers = replace(sitting.answers, send_at=send_at, sending=None, recipient="")
        return "look"
    recipient = answered.address(_("the address of the digest"), text_in(form, "recipient"))
    # Mostly one password opens both; it was tried at the mailbox already.
    before = sitting.answers.sending or sitting.answers.mailbox
    account = _account(form, sitting, pgettext("of a server", "sending"), before)
    sitting.answers = replace(sitting.answers, send_at=send_at, recipient=recipient)
    tries.greet(account, account.user if "@" in account.user else recipient)
    sitting.answers = replace(sitting.answers, sending=account)
    return "look"


def _write(reception: Reception, sitting: Sitting, form: FormData) -> str:
    del form
    complete(sitting)
    files = written.free_files(reception.path, sitting.answers)
    config = config_of(reception, sitting, files)
    written.keep(reception.path, config, written.secrets_of(sitting.answers, files))
    reception.done.set()
    return "done"


#: A step -> what takes its form, and returns the step that follows.
TAKEN: dict[str, Callable[[Reception, Sitting, FormData], str]] = {
    "you": _you,
    "mailbox": _mailbox,
    "login": _login,
    "senders": _senders,
    "feeds": _feeds,
    "sending": _sending,
    "look": _write,
}


def complete(sitting: Sitting) -> None:
    """Say what is missing, where a configuration cannot be written yet."""
    if not sitting.answers.name or not sitting.answers.zone:
        raise WrongUseError(
            _("your name and your time zone are missing; go back to the first step")
        )
    if not written.source_names(sitting.answers):
        raise WrongUseError(_("there is nothing to read yet; go back and name a mailbox or a feed"))


def config_of(reception: Reception, sitting: Sitting, files: Mapping[str, str]) -> str:
    """Return the text of the configuration, its secrets in *files* beside it."""
    host, port = reception.address
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    public = not is_loopback(host)
    return written.text(sitting.answers, listen=shown, public=public, files=files)
