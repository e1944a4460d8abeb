"""``cxdigest send --test``: one short mail, and what became of it."""

from __future__ import annotations

import json as jsonlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cxdigest import app, makers, schedule
from cxdigest.channels.message import mailbox
from cxdigest.cli.terminal.report import record, show
from cxdigest.config import Config, MailboxConfig, WebhookConfig, load
from cxdigest.doctor import Line, worst
from cxdigest.doctor.hidden import secrets_of
from cxdigest.doctor.landing import look_for
from cxdigest.doctor.line import clean, failed, ok, told, unchecked
from cxdigest.doctor.mailboxes import account_of
from cxdigest.doctor.trial import delivery, judge, readers_of
from cxdigest.errors import DeliveryError, SourceError, WrongUseError
from cxdigest.language import _
from cxdigest.model import Delivery, Profile, Recipient
from cxdigest.pipeline import Street
from cxdigest.pipeline.deliveries.deliver import personal
from cxdigest.worker import clock

_ANSWER = 15.0  #: seconds for one answer of a mailbox


def send(config: Path, *, test: bool, profile: str, channel: str, wait: float, json: bool) -> int:
    """Send the mail to the recipients of *profile* and look for it for *wait* seconds.

    Returns 1 where a mail was refused, did not arrive, lies under spam or failed a proof, else 0.

    Raises:
        WrongUseError: *test* was not said, or there is no such profile, channel or recipient.
    """
    if not test:
        raise WrongUseError(
            _("say --test, which sends one short mail to try; digests are sent by: cxdigest run")
        )
    settings = load(config)
    with app.street(settings, clock=clock) as street:
        who = _profile(street.profiles, profile)
        wanted = _recipients(who, settings, channel)
        lines = list(_tried(settings, street, who, wanted, wait))
    hidden = list(secrets_of(settings))
    shown = [
        replace(
            line,
            check="mail",
            subject=clean(line.subject),
            says=clean(line.says, hidden),
            fix=clean(line.fix, hidden),
        )
        for line in lines
    ]
    if json:
        print(jsonlib.dumps(record(shown)))
    else:
        show(shown)
    return 1 if worst(shown) == "failed" else 0


def _profile(people: Sequence[Profile], name: str) -> Profile:
    if not people:
        raise WrongUseError(_("there is no profile yet; run: cxdigest profile add NAME"))
    if name:
        found = next((one for one in people if one.name == name), None)
        if found is None:
            raise WrongUseError(
                _("there is no profile {name}; see: cxdigest profile list", name=name)
            )
        return found
    if len(people) > 1:
        some = ", ".join(one.name for one in people[:5])
        raise WrongUseError(
            _("there are several profiles; name one by --profile: {some}", some=some)
        )
    return people[0]


def _recipients(who: Profile, settings: Config, channel: str) -> list[Recipient]:
    if channel and channel not in settings.channels:
        known = ", ".join(settings.channels) or _("none yet")
        raise WrongUseError(
            _("there is no channel {channel}; there are: {known}", channel=channel, known=known)
        )
    found = [one for one in who.recipients if not channel or one.channel == channel]
    if not found:
        over = _(" over {channel}", channel=channel) if channel else ""
        raise WrongUseError(
            _(
                "{name} has no recipient{over}; see deliver in its settings, and "
                "enabled in the channel's",
                name=who.name,
                over=over,
            )
        )
    return found


def _tried(
    settings: Config, street: Street, who: Profile, wanted: Sequence[Recipient], wait: float
) -> Iterator[Line]:
    """Send all mails first, and look for them then: so all of them are on their way meanwhile."""
    sent: list[tuple[Delivery, float]] = []
    now = street.clock()
    day = schedule.local_day(now, who.zone)
    for one in wanted:
        to = _("to {address} over {channel}", address=one.address, channel=one.channel)
        if isinstance(settings.channels[one.channel], WebhookConfig):
            yield unchecked(to, _("a webhook takes whole digests alone"))
            continue
        mail = delivery(
            who.name,
            one,
            identity=secrets.token_hex(16),
            secret=secrets.token_hex(16),
            now=now,
            day=day,
        )
        try:
            receipt = street.channels[one.channel].send(personal(street, mail))
        except DeliveryError as error:
            yield told(to, "failed", str(error))
        except Exception as error:  # noqa: BLE001 - a fault in one channel stops no other
            yield told(
                to,
                "failed",
                _(
                    "unexpected {name}: {error}; please report it",
                    name=type(error).__name__,
                    error=error,
                ),
            )
        else:
            yield ok(to, _("taken: {detail}", detail=receipt.detail))
            sent.append((mail, time.monotonic()))
    for mail, moment in sent:
        yield from _looked(settings, mail, moment, wait)


def _looked(settings: Config, mail: Delivery, sent: float, wait: float) -> Iterator[Line]:
    to = _("to {recipient} over {channel}", recipient=mail.recipient, channel=mail.channel)
    try:
        address = mailbox(mail.recipient).address
    except ValueError:
        return  # a channel that knows no addresses
    readers = list(readers_of(settings, address)) if wait else []
    if not readers:
        why = _("no source reads that mailbox") if wait else _("nobody looked for it")
        yield unchecked(to, why, _("look for it there, in the inbox and under spam"))
        return
    problem: Line | None = None
    for name in readers:
        one = settings.sources[name]
        assert isinstance(one, MailboxConfig), "no others are readers"
        try:
            landed = look_for(
                mail.message_id,
                account_of(one, _password(settings, one), _ANSWER),
                one.folder,
                app.receivers(settings)[name],
                sent=sent,
                until=sent + wait,
            )
        except SourceError as error:
            problem = failed(
                _("{to}, source {name}", to=to, name=name), str(error), _("see: cxdigest doctor")
            )
            continue
        if landed is not None or name == readers[-1]:
            yield from judge(to, landed, waited=wait)
            return
    if problem is not None:
        yield problem


def _password(settings: Config, one: MailboxConfig) -> Callable[[], str]:
    if one.login is not None:
        return makers.login(one.login, settings.logins[one.login], clock).access_token
    secret = one.password.get_secret_value() if one.password else ""
    return lambda: secret
