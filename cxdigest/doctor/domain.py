"""What the domain that digests come from says of its mail: SPF, DKIM, DMARC (RFC 7208, 6376, 7489).

Only what is published is judged; whether a mail passes is told by `cxdigest send --test`. Where
nobody answers for the top level either, nothing is known and nothing is claimed: inside many
networks every such name "does not exist".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cxdigest.channels.message import mailbox
from cxdigest.config import Config, SmtpConfig
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, unchecked, warning
from cxdigest.doctor.patient import Patient
from cxdigest.errors import NetError
from cxdigest.language import _, marked
from cxdigest.links.owner import organisation

Records = Sequence[str] | None  #: None: there is no such name or record

#: Names under which keys are published by those who sign much mail; any other is possible.
_SELECTORS = ("google", "selector1", "selector2", "default", "dkim", "mail", "fm1", "s1", "k1")
#: Ends of names that are nobody's on the internet (RFC 2606, 6761, 6762).
_NOWHERE = frozenset(
    {"localhost", "local", "test", "example", "invalid", "internal", "lan", "home"}
)
_LOOKUPS = re.compile(r"[+?~-]?(include:|a\b|mx\b|ptr\b|exists:)|redirect=", re.IGNORECASE)
_MOST_LOOKUPS = 10  #: RFC 7208, 4.6.4
_SECONDS = 4.0
_LETTERS = 60


def judge_spf(domain: str, records: Records) -> Line:
    """Say whether *domain* names who may send its mail."""
    found = [one for one in records or () if one.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return warning(
            domain,
            _("no SPF record says who may send its mail"),
            _("publish what your provider names"),
        )
    if len(found) > 1:
        return failed(
            domain, _("{found} SPF records, so none counts", found=len(found)), _("leave only one")
        )
    terms = found[0].lower().split()[1:]
    if "+all" in terms or "all" in terms:
        return warning(
            domain, _("its SPF record lets everybody send its mail"), _("end it in ~all")
        )
    lookups = sum(_LOOKUPS.match(term) is not None for term in terms)
    if lookups > _MOST_LOOKUPS:
        return failed(
            domain,
            _("its SPF record needs {lookups} look-ups, and ten are allowed", lookups=lookups),
            _("shorten it"),
        )
    return ok(domain, f"SPF: {' '.join(terms)[:_LETTERS]}")


def judge_dmarc(domain: str, records: Records) -> Line:
    """Say what *domain* asks of who gets mail in its name."""
    found = [one for one in records or () if re.match(r"v\s*=\s*DMARC1\s*(;|$)", one)]
    if not found:
        return warning(
            domain,
            _("no DMARC record; Gmail and Yahoo want one of who sends much"),
            _('publish at _dmarc.{domain}: "v=DMARC1; p=none"', domain=domain),
        )
    if len(found) > 1:
        return failed(
            domain,
            _("{found} DMARC records, so none counts", found=len(found)),
            _("leave only one"),
        )
    policy = re.search(r";\s*p\s*=\s*(none|quarantine|reject)\b", found[0], re.IGNORECASE)
    if policy is None:
        return failed(domain, _("its DMARC record names no policy"), _('write "v=DMARC1; p=none"'))
    return ok(domain, _("DMARC: p={policy}", policy=policy[1].lower()))


def judge_dkim(domain: str, keys: Sequence[str]) -> Line:
    """Say whether a key to sign with was found for *domain*."""
    if keys:
        return ok(domain, _("DKIM: a key is published as {names}", names=", ".join(keys)))
    return unchecked(
        domain,
        _("DKIM: no key under the usual names, and any other name is possible"),
        _("cxdigest send --test shows whether mails are signed"),
    )


def domains_of(config: Config) -> list[str]:
    """Return the domains that digests are sent from, each once."""
    senders = [
        mailbox(one.sender).address.rpartition("@")[2]
        for one in config.channels.values()
        if isinstance(one, SmtpConfig) and one.enabled
    ]
    return list(dict.fromkeys(senders))


def _probe(domain: str, patient: Patient) -> Iterator[Line]:
    top = domain.rpartition(".")[2]
    if "." not in domain or top in _NOWHERE:
        yield unchecked(domain, _("it is no domain of the internet"))
        return
    try:
        if _ask(patient, top, "NS") is None:
            yield unchecked(domain, _UNREACHABLE)
        elif all(_ask(patient, domain, kind) is None for kind in ("MX", "NS", "TXT")) and (
            _ask(patient, organisation(domain), "NS") is None
        ):
            yield failed(domain, _("there is no such domain"), _("check the channel's sender"))
        else:
            yield judge_spf(domain, _ask(patient, domain, "TXT"))
            yield judge_dmarc(domain, _dmarc(domain, patient))
            yield judge_dkim(domain, _keys(domain, patient))
    except NetError:
        yield unchecked(domain, _UNREACHABLE)


_UNREACHABLE = marked("the domain name system is not reachable here")


def _ask(patient: Patient, name: str, kind: str) -> Records:
    return patient.names(name, kind, patient.seconds(_SECONDS))  # type: ignore[arg-type]


def _dmarc(domain: str, patient: Patient) -> Records:
    found = _ask(patient, f"_dmarc.{domain}", "TXT")
    owner = organisation(domain)
    if found is None and owner != domain:
        found = _ask(patient, f"_dmarc.{owner}", "TXT")
    return found


def _keys(domain: str, patient: Patient) -> list[str]:
    """Return the usual selectors under which a key is published; an empty one was withdrawn."""
    keys = []
    for selector in _SELECTORS:
        records = _ask(patient, f"{selector}._domainkey.{domain}", "TXT") or ()
        if any(re.search(r"\bp\s*=\s*[A-Za-z0-9+/]", one) for one in records):
            keys.append(selector)
    return keys


def _piece(domain: str, patient: Patient) -> Piece:
    return Piece(subject=domain, probe=lambda: _probe(domain, patient))


CHECK = Check(
    name=marked("sender's domain"),
    about="SPF, DKIM and DMARC of the domain that digests come from, as far as they are published.",
    help="Publish what your mail provider names; `cxdigest send --test` shows what a real mail "
    "passes.",
    plan=lambda patient: (
        [_piece(domain, patient) for domain in domains_of(patient.config)] if patient.config else []
    ),
)
