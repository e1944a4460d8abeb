"""Whether the names of servers lead to addresses that cxdigest may connect to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cxdigest.doctor.hosts import Server, inside_for, servers_of
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, unchecked
from cxdigest.doctor.patient import Patient
from cxdigest.language import _, marked
from cxdigest.net.address import Network, literal, networks, readable, refusal

_NAMED = 3  #: addresses
_MOST = 200  #: names that are looked up


def judge(host: str, answers: Sequence[str], *, web: bool, allowed: Iterable[Network]) -> Line:
    """Say whether what *host* was looked up as may be connected to; *web*: by the rules of net."""
    addresses = list(readable(answers))
    if not addresses:
        return failed(host, _("the name has no address"), _("check the spelling"))
    shown = ", ".join(map(str, addresses[:_NAMED]))
    reasons = [refusal(address, allowed) for address in addresses] if web else []
    if reasons and all(reasons):
        kind, _stop, way = reasons[0].partition("; ")
        return failed(
            host,
            _("it leads to {shown}, which is {kind} and is not asked", shown=shown, kind=kind),
            way,
        )
    return ok(host, shown)


def _probe(server: Server, patient: Patient) -> Iterator[Line]:
    try:
        answers = patient.resolve(server.host, server.port)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        yield failed(
            server.host,
            _("the name could not be looked up ({why})", why=why),
            _("check the spelling, this machine's network, and for a container its DNS"),
        )
        return
    allowed = networks([*map(str, patient.settings.net.allow), *inside_for(server)])
    yield judge(server.host, answers, web=server.web, allowed=allowed)


def _plan(patient: Patient) -> Iterator[Piece]:
    if patient.config is None:
        return
    hosts = {one.host: one for one in servers_of(patient.config) if literal(one.host) is None}
    for number, (host, server) in enumerate(hosts.items()):
        if number == _MOST:
            rest = unchecked(
                "",
                _(
                    "{value} further names; only {most} are looked up",
                    value=len(hosts) - _MOST,
                    most=_MOST,
                ),
            )
            yield Piece(subject="", probe=lambda rest=rest: [rest])  # type: ignore[misc]
            return
        yield Piece(subject=host, probe=lambda one=server: _probe(one, patient))  # type: ignore[misc]


CHECK = Check(
    name=marked("dns"),
    about="Whether the names of all servers lead to addresses, and to none that is never asked.",
    help="Check the spelling, then the network. An address in your own network must stand in "
    "`net.allow`.",
    plan=_plan,
)
