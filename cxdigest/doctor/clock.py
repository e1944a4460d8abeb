"""Whether this machine's clock is right, by what servers that are asked anyway say.

Tokens, certificates and the hour of the digest hang on it. A feed's server is asked for its
robots.txt; a mail server may tell the time in its greeting; PostgreSQL is asked.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cxdigest.doctor.greeting import greeted
from cxdigest.doctor.hosts import Server, own_machine, servers_of
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, unchecked, warning
from cxdigest.doctor.patient import Patient
from cxdigest.errors import NetError
from cxdigest.language import _, marked
from cxdigest.store.copies.looking import file_of, looked_at, moment_in

_OFF, _WRONG = timedelta(seconds=60), timedelta(minutes=5)
_MOST = 3  #: servers of a kind
_GREETING = re.compile(r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
_SET = marked("let this machine set its clock by itself (NTP): timedatectl set-ntp true")


def judge(host: str, there: datetime, here: datetime) -> Line:
    """Say how far the clock *here* is from the one *there*."""
    off = here - there
    seconds = f"{abs(off).total_seconds():,.0f}"
    words = (
        _("this machine's clock is {n} s ahead of this server's", n=seconds)
        if off > timedelta()
        else _("this machine's clock is {n} s behind this server's", n=seconds)
    )
    if abs(off) > _WRONG:
        return failed(host, words, _SET)
    if abs(off) > _OFF:
        return warning(host, words, _SET)
    return ok(host, _("the same time as here"))


def moment_of(text: str) -> datetime | None:
    """Return the moment that a header Date, or the like in a greeting, tells; None: none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _of_web(server: Server, patient: Patient) -> datetime | None:
    scheme = "https" if server.way == "tls" else "http"
    with patient.http() as http:
        try:
            answer = http.get(f"{scheme}://{server.name}/robots.txt", follow=False)
        except NetError:
            return None
    age = answer.headers.get("age", "")
    kept = timedelta(seconds=int(age)) if re.fullmatch(r"[0-9]{1,7}", age) else timedelta()
    said = moment_of(answer.headers.get("date", ""))
    return said + kept if said else None


def _of_mail(server: Server, patient: Patient) -> datetime | None:
    try:
        with closing(greeted(server, patient.seconds())) as post:
            words = post.words
    except (OSError, smtplib.SMTPException, UnicodeError):
        return None
    found = _GREETING.search(words)
    return moment_of(found[0]) if found else None


def _of_store(patient: Patient) -> datetime:
    patience = timedelta(seconds=patient.seconds())
    with looked_at(patient.settings.store.address, patience=patience) as database:
        return datetime.fromisoformat(moment_in(database)).astimezone(UTC)


def _probe(patient: Patient) -> Iterator[Line]:
    servers = [one for one in servers_of(patient.settings) if not own_machine(one.host)]
    web = [one for one in servers if one.web][:_MOST]
    asked: list[tuple[str, datetime]] = []
    if not patient.settings.store.temporary and file_of(patient.settings.store.address) is None:
        asked.append((_("the store's server"), _of_store(patient)))
        yield judge(*asked[-1], patient.clock())
    for one in web:
        if (said := _of_web(one, patient)) is not None:
            asked.append((one.host, said))
            yield judge(one.host, said, patient.clock())
    for one in [] if asked else [one for one in servers if one.way == "smtp"][:_MOST]:
        if (said := _of_mail(one, patient)) is not None:
            asked.append((one.host, said))
            yield judge(one.host, said, patient.clock())
    if not asked:
        yield unchecked(
            f"{patient.now:%Y-%m-%d %H:%M} UTC", _("no server that was asked tells the time"), _LOOK
        )


_LOOK = marked("compare it with a clock that you trust")


CHECK = Check(
    name=marked("clock"),
    about="This machine's clock, compared with what servers say that are asked anyway.",
    help="Let the machine set its clock by itself (NTP). Five minutes off, tokens and certificates "
    "fail.",
    plan=lambda patient: (
        [Piece(subject="clock", probe=lambda: _probe(patient))] if patient.config else []
    ),
)
