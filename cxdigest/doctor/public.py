"""Whether readers reach the pages, and whether a mail program's one click ends the mails.

The one click is tried with a token of this very instance for a delivery that there never was: it
proves the whole way, and changes nothing (RFC 8058). Redirects are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from cxdigest.doctor.hosts import loopback
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, told, unchecked, warning
from cxdigest.doctor.patient import Patient
from cxdigest.errors import CxdigestError, ForbiddenAddressError, NetError
from cxdigest.feedback import Signer
from cxdigest.language import _, marked
from cxdigest.net.answer import Answer
from cxdigest.pipeline.links.ways_out import PURPOSE

_NOBODY = "doctor"  #: the delivery that there never was
_WELL = frozenset({HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE})
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_PROXY = marked(
    "let the proxy in front pass everything on to cxdigest, /u/ and /f/ without a login"
)


def judge_page(url: str, status: int, body: bytes) -> Line:
    """Say whether what answered at /healthz is a cxdigest."""
    if status in _WELL and b'"store"' in body and b'"problems"' in body:
        return ok(url, _("readers reach the pages"))
    if 300 <= status < 400:  # noqa: PLR2004 - 3xx
        return failed(url, _("it answers with a redirect ({status})", status=status), _PROXY)
    return failed(
        url, _("something else than cxdigest answers there ({status})", status=status), _PROXY
    )


def judge_click(url: str, status: int) -> Line:
    """Say what the *status* means that a mail program's one click was answered with."""
    subject = _("one-click unsubscribe")
    if status == HTTPStatus.GONE:
        if not url.startswith("https:"):
            return warning(
                subject,
                _("it works, but mail programs use it over https alone"),
                _("give it https"),
            )
        return ok(subject, _("a mail program's button works"))
    if status == HTTPStatus.NOT_FOUND:
        return failed(subject, _("another cxdigest, or none, answers there"), _PROXY)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return unchecked(
            subject, _("too many were tried just now"), _("run it again in a few minutes")
        )
    if 300 <= status < 400:  # noqa: PLR2004 - 3xx
        return failed(
            subject,
            _("it is answered with a redirect ({status}), which RFC 8058 forbids", status=status),
            _PROXY,
        )
    return failed(subject, _("it is answered {status}", status=status), _PROXY)


def _probe(patient: Patient) -> Iterator[Line]:
    url = patient.settings.public_url
    with patient.http(allow=loopback(url)) as http:
        try:
            page: Answer = http.get(f"{url}/healthz", follow=False)
        except ForbiddenAddressError as error:
            yield told(url, "unchecked", str(error))
            return
        except NetError as error:
            yield told(
                url,
                "failed",
                _("{error}; start cxdigest serve, and the proxy before it", error=error),
            )
            return
        yield judge_page(url, page.status, page.body)
        key = _key(patient)
        if key is None:
            yield unchecked(_("one-click unsubscribe"), _("the store has signed no link yet"))
            return
        click = f"{url}/u/{Signer(key).sign(PURPOSE, _NOBODY)}"
        try:
            answer = http.post(
                click, b"List-Unsubscribe=One-Click", headers=_FORM, seconds=patient.seconds()
            )
        except NetError as error:
            yield told(_("one-click unsubscribe"), "failed", str(error))
        else:
            yield judge_click(url, answer.status)


def _key(patient: Patient) -> bytes | None:
    try:
        with patient.store() as store:
            return store.known_key() if store else None
    except CxdigestError:  # the store has a line of its own
        return None


def _plan(patient: Patient) -> list[Piece]:
    if patient.config is None or not patient.config.public_url:
        return []
    return [Piece(subject=patient.config.public_url, probe=lambda: _probe(patient))]


CHECK = Check(
    name=marked("public pages"),
    about="Whether `web.public_url` leads to this cxdigest, and whether a mail program's one-click "
    "unsubscribe gets through.",
    help="Start `cxdigest serve`; the proxy in front must pass on everything, `/u/` and `/f/` "
    "without a login.",
    plan=_plan,
)
