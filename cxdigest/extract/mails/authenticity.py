"""Who sent a mail: what its receiving provider wrote into ``Authentication-Results`` (RFC 8601).

Pure, and it trusts nobody but the provider: the topmost field alone, since a sender can write his
own below it, and only under the provider's name. ARC's results are not read: they are the word of a
forwarder that nothing here has checked. Written because authres (last release 2019) refuses the
field that Microsoft writes, which begins without a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cxdigest.extract.mails.mime import all_fields, header_words, latin
from cxdigest.links.owner import organisation
from cxdigest.model import Authenticity
from cxdigest.text import is_host

_MAX_VALUE = 20_000
_MAX_FROM = 1_000
_MAX_FROMS = 5
_MAX_LOOKED = 40  #: fields Received that are looked at
_MICROSOFT = "outlook.com"  #: the one provider whose field has no name in it
_SPLIT = "icloud.com"  #: writes one field a method, all above the next Received
#: Names of providers in the field, by the end of their IMAP host.
_PROVIDERS = {
    "gmail.com": ("google.com",),
    "googlemail.com": ("google.com",),
    "office365.com": (_MICROSOFT,),
    "outlook.com": (_MICROSOFT,),
    "fastmail.com": ("messagingengine.com", "fastmail.com"),
    "mail.yahoo.com": ("yahoo.com",),
    "aol.com": ("yahoo.com", "aol.com"),
    "mail.me.com": (_SPLIT, "me.com", "apple.com"),
    "gmx.net": ("gmx.net",),
    "gmx.com": ("gmx.net", "gmx.com"),
    "web.de": ("web.de",),
    "zoho.com": ("zohomail.com", "zoho.com"),
    "zoho.eu": ("zohomail.eu", "zoho.eu"),
}
_PAIR = re.compile(
    r"(?<![\w.-])([a-z][\w-]{0,60}(?:\s*\.\s*[\w-]+)?)(?:\s*/\s*\d+)?\s*=\s*"
    r"((?:\"[^\"]*\"|[^\s\"])*)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@([\w.-]*\w)")
_BY = re.compile(r"\bby\s+([\w.-]*[a-z][\w.-]*)", re.IGNORECASE)
#: Ends of names that mean a machine within somebody's own network.
_INSIDE = frozenset({"internal", "local", "localdomain", "localhost", "lan", "home", "corp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who takes in the mails of a source, as far as the configuration tells."""

    trusted: bool = False  #: whoever writes or forwards to it is trusted
    authserv: tuple[str, ...] = ()  #: hosts under which it writes results; empty: not known


UNKNOWN = Receiver()


def receiver_of(imap_host: str, authserv: str = "", *, trusted: bool = False) -> Receiver:
    """Return the receiver behind *imap_host*; *authserv* is its name where it has told one."""
    host = imap_host.lower().rstrip(".")
    named = (authserv.lower(),) if authserv else ()
    known = (names for domain, names in _PROVIDERS.items() if is_host(host, domain))
    return Receiver(trusted=trusted, authserv=named or next(known, ()))


def authenticity(
    raw: bytes, sender: str, *, forwarded: bool = False, receiver: Receiver = UNKNOWN
) -> Authenticity:
    """Say whether the mail *raw* comes from the address *sender*, as it says.

    Of a mail that was *forwarded* nothing is known: its results are about the forwarder.
    """
    found = "unknown" if forwarded else _proven(raw, sender, receiver)
    return "trusted" if receiver.trusted and found != "verified" else found


def _proven(raw: bytes, sender: str, receiver: Receiver) -> Authenticity:
    fields = all_fields(raw)
    domain = sender.rpartition("@")[2]
    if not _one_author([header_words(value) for name, value in fields if name == "from"], domain):
        return "failed"
    results = _believed(fields, receiver)
    return _judged(results, domain) if results and domain else "unknown"


def _one_author(values: Sequence[str], domain: str) -> bool:
    """Tell whether the fields From name one organisation, that of *domain*, and no other.

    An address in the display name counts: it is what a reader sees.
    """
    texts = [text for value in values for text in (value[:_MAX_FROM], value[-_MAX_FROM:])]
    named = {host for text in texts for host in _ADDRESS.findall(text)}
    return len(values) <= _MAX_FROMS and all(aligned(host.lower(), domain) for host in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the provider that took a mail in found, each word as it wrote it; empty: not told."""

    by: str  #: its name; empty for Microsoft, which writes none
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


def checked(raw: bytes, receiver: Receiver = UNKNOWN) -> Checked | None:
    """Return what the *receiver* of the mail *raw* found; None where nobody can be believed.

    Of several signatures one that passed counts.
    """
    fields = all_fields(raw)
    results = _believed(fields, receiver)
    if not results:
        return None
    top = next(value for name, value in fields if name == "authentication-results")
    of: dict[str, str] = {}
    for one in results:
        if one.method not in of or one.result == "pass":
            of[one.method] = one.result
    by, _ = _parsed(top)
    return Checked(by=by, spf=of.get("spf", ""), dkim=of.get("dkim", ""), dmarc=of.get("dmarc", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What one method found."""

    method: str
    result: str
    domains: tuple[str, ...]  #: whose mail it speaks of


def _judged(results: Sequence[_Result], domain: str) -> Authenticity:
    """Weigh the *results*: one of DMARC decides, else aligned DKIM or SPF do."""

    def is_theirs(found: _Result) -> bool:
        # All, or a second property that a sender smuggled in would do.
        return bool(found.domains) and all(aligned(one, domain) for one in found.domains)

    of = {
        method: [found for found in results if found.method == method]
        for method in ("dmarc", "dkim", "spf")
    }
    if any(found.result == "fail" for found in of["dmarc"]):
        return "failed"
    passed = [found for found in of["dmarc"] if found.result == "pass"]
    if passed:  # of another domain than the one that is shown: a look-alike, or two fields From
        return "verified" if all(map(is_theirs, passed)) else "failed"
    signed = any(found.result == "pass" and is_theirs(found) for found in of["dkim"])
    sent = [found.result == "pass" and is_theirs(found) for found in of["spf"]]
    if signed or (sent and all(sent)):
        return "verified"
    failures = [{found.result for found in of[method]} for method in ("dkim", "spf")]
    both = all(failures) and all(found <= {"fail", "hardfail", "none"} for found in failures)
    return "failed" if both and any(found - {"none"} for found in failures) else "unknown"


def _believed(fields: Sequence[tuple[str, bytes]], receiver: Receiver) -> list[_Result]:
    """Return the results of the topmost field, none where the provider did not write it."""
    at = next((n for n, field in enumerate(fields) if field[0] == "authentication-results"), None)
    if at is None:
        return []
    name, results = _parsed(fields[at][1])
    if not _is_providers(name, fields, receiver):
        return []
    if is_host(name, _SPLIT):
        for field, value in fields[at + 1 :]:
            if field == "received":
                break
            if field == "authentication-results":
                further, more = _parsed(value)
                results += more if is_host(further, _SPLIT) else []
    return results


def _is_providers(name: str, fields: Sequence[tuple[str, bytes]], receiver: Receiver) -> bool:
    """Tell whether *name* is the provider's.

    Where no one has said who that is, the topmost Received with a public name in it does: nobody
    but the last machine can have written it.
    """
    if receiver.authserv:
        own = any(name and is_host(name, one) for one in receiver.authserv)
        return own or (not name and _MICROSOFT in receiver.authserv)
    last = next(_machines(fields), "")
    return aligned(name, last) if name else is_host(last, _MICROSOFT)


def _machines(fields: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    """Yield the public names of the machines that took the mail in, the last one first."""
    hops = [value for name, value in fields if name == "received"]
    yield from filter(None, map(machine_of, hops[:_MAX_LOOKED]))


def machine_of(received: bytes) -> str:
    """Return the public name of the machine that wrote this field Received, else ``""``."""
    found = _BY.search(_plain(latin(received)[:_MAX_VALUE]))
    host = found[1].lower().rstrip(".") if found else ""
    return host if "." in host and host.rpartition(".")[2] not in _INSIDE else ""


def _parsed(value: bytes) -> tuple[str, list[_Result]]:
    """Return who wrote a field and what it says; Microsoft's begins with the first result."""
    first, *rest = _plain(latin(value)[:_MAX_VALUE]).split(";")
    words = first.split()
    if "=" in first:
        return "", list(_results([first, *rest]))
    if not words or words[1:] not in ([], ["1"]):  # of a version that does not exist yet
        return "", []
    return words[0].lower(), list(_results(rest))


def _results(pieces: Sequence[str]) -> Iterator[_Result]:
    """``dkim=pass header.d=board.example`` -> one result; ``none`` and nonsense -> nothing."""
    for piece in pieces:
        pairs = [(re.sub(r"\s", "", key).lower(), value) for key, value in _PAIR.findall(piece)]
        if pairs:
            method, result = pairs[0]
            domains = (_domain(text) for key, text in pairs[1:] if key in _SPEAKS.get(method, ()))
            yield _Result(
                method=method, result=result.lower(), domains=tuple(filter(None, domains))
            )


#: The property that names the domain which a method has checked.
_SPEAKS = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail"),
}


def _domain(value: str) -> str:
    return value.strip('"<>').rpartition("@")[2].lower().rstrip(".")


def _plain(value: str) -> str:
    """Return *value* without its comments, and with nothing in quotes that could be syntax."""
    out: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped:
            escaped = False
            out.append("_" * (not depth))
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
            out.append(char)
        elif quoted:
            out.append(char if char.isalnum() or char in ".@-+_" else "_")
        elif char == "(":
            depth += 1
            out.append(" ")
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            out.append(char)
    return "".join(out)


def aligned(one: str, other: str) -> bool:
    """Tell whether two hosts belong to one organisation (RFC 7489, relaxed alignment)."""
    if one == other:  # the list of suffixes takes a moment to load
        return bool(one)
    return bool(one and other) and organisation(one) == organisation(other)
