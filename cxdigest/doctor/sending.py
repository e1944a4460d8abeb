"""Whether each server that sends mail lets us in. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxdigest.channels.smtp import SmtpChannel
from cxdigest.config import SmtpConfig
from cxdigest.doctor.hosts import in_lanes
from cxdigest.doctor.line import Check, Line, Piece, ok, told
from cxdigest.doctor.mailboxes import entry
from cxdigest.doctor.patient import Patient
from cxdigest.errors import DeliveryError, TokenError
from cxdigest.language import _, marked

_AT_ONCE = 2  #: logins at one server


def _probe(names: Sequence[str], patient: Patient) -> Iterator[Line]:
    for name in names:
        one = patient.settings.channels[name]
        assert isinstance(one, SmtpConfig), "no others are planned"
        try:
            password = entry(patient.settings, one, patient.now)
        except TokenError as error:
            yield told(name, "unchecked" if error.passing else "failed", str(error))
            continue
        try:
            _channel(name, one, password(), patient.seconds()).greet()
        except DeliveryError as error:
            yield told(name, "failed", str(error))
        else:
            who = (
                _("let {user} in", user=one.user)
                if one.user
                else _("answers, and asks for no login")
            )
            yield ok(name, f"{one.host} {who}")


def _channel(name: str, one: SmtpConfig, password: str, seconds: float) -> SmtpChannel:
    return SmtpChannel(
        name=name,
        host=one.host,
        port=one.port,
        security=one.security,
        user=one.user or "",
        password=password,
        bearer=one.login is not None,
        sender=one.sender,
        timeout=min(seconds, one.timeout.total_seconds()),
        cafile=str(one.ca_file) if one.ca_file else None,
    )


def _plan(patient: Patient) -> Iterator[Piece]:
    hosts: dict[str, list[str]] = {}
    for name, one in (patient.config.channels if patient.config else {}).items():
        if isinstance(one, SmtpConfig) and one.enabled:
            hosts.setdefault(one.host, []).append(name)
    for lane in in_lanes(hosts, _AT_ONCE):
        yield Piece(subject=lane[0], probe=lambda lane=lane: _probe(lane, patient))  # type: ignore[misc]


CHECK = Check(
    name=marked("sending"),
    about="Each server that sends mail (SMTP): whether it lets cxdigest in. Nothing is sent.",
    help="Check user and password; most providers want an app password. `cxdigest send --test` "
    "tries a whole mail.",
    plan=_plan,
)
