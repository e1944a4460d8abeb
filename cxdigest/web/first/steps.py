"""The steps as pages: each shows what was answered so far, takes one form, and leads to the next.

Answers stay in memory until the last step writes them; a password is never put into a page.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from cxdigest.config.addresses import is_loopback
from cxdigest.errors import CxdigestError, WrongUseError
from cxdigest.language import LANGUAGES, _, marked, pgettext, speak
from cxdigest.render.words import sentence
from cxdigest.setup import answers as answered
from cxdigest.setup import tries, written
from cxdigest.setup.first import first_digest
from cxdigest.setup.presets import PRESETS, Preset, preset_for, spoken_preset, tidy
from cxdigest.web.assets import address_of
from cxdigest.web.caller import caller_of
from cxdigest.web.first.reception import Reception, Sitting
from cxdigest.web.first_code import COUNTED_AS, WRONG_CODE
from cxdigest.web.forms import form_of
from cxdigest.web.pages.language import remember
from cxdigest.web.pages.shell import POLICY
from cxdigest.web.tries import TOO_MANY
from cxdigest.web.who import text_in

router = APIRouter()

#: The steps in their order, and what each is called.
STEPS = {
    "you": marked("You"),
    "mailbox": marked("Your mailbox"),
    "login": marked("Its login"),
    "senders": marked("Whose alerts"),
    "feeds": marked("Google Alerts"),
    "sending": marked("Your digest"),
    "look": marked("A first look"),
}
_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_OURS = {"same-origin", "none", None}


def _reception(request: Request) -> Reception:
    found = request.app.state.reception
    assert isinstance(found, Reception)
    return found


_Reception = Annotated[Reception, Depends(_reception)]


def _sitting(request: Request, reception: _Reception) -> Sitting:
    if reception.done.is_set():  # the ordinary pages are about to take over
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE)
    return reception.sitting(request)


_Sitting = Annotated[Sitting, Depends(_sitting)]


async def _sent(
    request: Request, reception: _Reception, sitting: _Sitting
) -> AsyncIterator[FormData]:
    async with form_of(request, max_files=0, max_fields=200, max_part_size=100_000) as form:
        if request.headers.get("sec-fetch-site") not in _OURS or not hmac.compare_digest(
            text_in(form, "proof").encode(), reception.proof(sitting).encode()
        ):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        yield form


_Sent = Annotated[FormData, Depends(_sent)]


def said(
    request: Request, title: str, line: str, status: int = HTTPStatus.OK, *, onward: str = ""
) -> Response:
    """Return a page that only says something, and leads *onward* by itself."""
    page = _reception(request).templates.get_template("first/said.html.j2")
    html = page.render(title=title, line=line, asset=address_of, onward=onward)
    return HTMLResponse(html, status_code=status, headers={"Content-Security-Policy": POLICY})


@router.get("/")
@router.get("/setup")
def begin(reception: _Reception, sitting: _Sitting) -> Response:
    """Ask for the code where one is needed, else lead to the first step."""
    if sitting.let_in:
        return _to("you", reception, sitting)
    if reception.code is None:
        return _show(reception, sitting, "elsewhere", status=HTTPStatus.FORBIDDEN)
    return _show(reception, sitting, "code")


@router.post("/setup/code")
def let_in(request: Request, reception: _Reception, sitting: _Sitting, form: _Sent) -> Response:
    """Let in whoever has read the log."""
    caller, now = caller_of(request), reception.clock()
    if chosen := _language_in(form):
        return _in(chosen, "code", request, reception, sitting, form=form)
    if reception.code is None:
        return _show(reception, sitting, "elsewhere", status=HTTPStatus.FORBIDDEN)
    if not reception.tries.may(caller, COUNTED_AS, now):
        return _show(
            reception, sitting, "code", wrong=_(TOO_MANY), status=HTTPStatus.TOO_MANY_REQUESTS
        )
    if not reception.code.is_right(text_in(form, "code")):
        return _show(reception, sitting, "code", wrong=_(WRONG_CODE), status=HTTPStatus.FORBIDDEN)
    reception.tries.was_right(caller, COUNTED_AS, now)
    return _to("you", reception, reception.let_in())


@router.get("/setup/first.html")
def first(reception: _Reception, sitting: _Sitting) -> Response:
    """Show the first digest, for a frame."""
    del reception
    if not sitting.let_in or sitting.first is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"Content-Security-Policy": _FRAME, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(sitting.first.rendered.html, headers=headers)


@router.get("/setup/{step}")
def show(step: str, reception: _Reception, sitting: _Sitting) -> Response:
    """Show one step."""
    if step not in STEPS or not sitting.let_in:
        return _to("", reception, sitting)
    if step in ("login", "senders") and not sitting.answers.provider:
        return _to("mailbox", reception, sitting)
    if step == "look":
        return _look(reception, sitting)
    return _show(reception, sitting, step)


@router.post("/setup/{step}")
def take(
    step: str, request: Request, reception: _Reception, sitting: _Sitting, form: _Sent
) -> Response:
    """Take the answers of one step and lead on; what cannot be used is said in its place.

    Where a language was chosen at the foot, nothing is taken: the step is shown again in that one.
    """
    if chosen := _language_in(form):
        return _in(chosen, step, request, reception, sitting, form=form)
    if step not in _TAKEN or not sitting.let_in:
        return _to("", reception, sitting)
    try:
        onward = _TAKEN[step](reception, sitting, form)
    except WrongUseError as error:
        return _show(
            reception,
            sitting,
            step,
            wrong=sentence(str(error)),
            form=form,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if onward == "done":
        return _show(reception, sitting, "done")
    return _to(onward, reception, sitting)


def _language_in(form: FormData) -> str:
    """Return the language that was chosen at the foot of a step; empty: none."""
    chosen = text_in(form, "language")
    return chosen if chosen in LANGUAGES else ""


def _in(
    language: str,
    step: str,
    request: Request,
    reception: Reception,
    sitting: Sitting,
    *,
    form: FormData,
) -> Response:
    """Show *step* again in *language*, with what was filled in, and have the browser keep it."""
    speak(language)
    if not sitting.let_in:
        step = "code" if reception.code else "elsewhere"
    if step == "look":
        answer = _look(reception, sitting)
    elif step in {*_TAKEN, "code", "elsewhere"}:
        answer = _show(reception, sitting, step, form=form)
    else:
        answer = _to("", reception, sitting)
    remember(request, answer, language)
    return answer


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
    _complete(sitting)
    files = written.free_files(reception.path, sitting.answers)
    config = _config(reception, sitting, files)
    written.keep(reception.path, config, written.secrets_of(sitting.answers, files))
    reception.done.set()
    return "done"


_TAKEN: dict[str, Callable[[Reception, Sitting, FormData], str]] = {
    "you": _you,
    "mailbox": _mailbox,
    "login": _login,
    "senders": _senders,
    "feeds": _feeds,
    "sending": _sending,
    "look": _write,
}


def _complete(sitting: Sitting) -> None:
    if not sitting.answers.name or not sitting.answers.zone:
        raise WrongUseError(
            _("your name and your time zone are missing; go back to the first step")
        )
    if not written.source_names(sitting.answers):
        raise WrongUseError(_("there is nothing to read yet; go back and name a mailbox or a feed"))


def _config(reception: Reception, sitting: Sitting, files: Mapping[str, str]) -> str:
    host, port = reception.address
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    public = not is_loopback(host)
    return written.text(sitting.answers, listen=shown, public=public, files=files)


def _look(reception: Reception, sitting: Sitting) -> Response:
    try:
        _complete(sitting)
        sitting.first = first_digest(sitting.answers, reception.clock)
    except CxdigestError as error:
        sitting.first = None
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _show(reception, sitting, "look", wrong=sentence(str(error)), status=status)
    files = written.free_files(reception.path, sitting.answers)
    return _show(reception, sitting, "look", config=_config(reception, sitting, files))


def _to(step: str, reception: Reception, sitting: Sitting) -> Response:
    answer = RedirectResponse(f"/setup/{step}" if step else "/setup", HTTPStatus.SEE_OTHER)
    return _kept(answer, reception, sitting)


def _kept(answer: Response, reception: Reception, sitting: Sitting) -> Response:
    name, value = reception.cookie(sitting)
    answer.set_cookie(name, value, path="/setup", httponly=True, samesite="strict")
    return answer


def _show(
    reception: Reception,
    sitting: Sitting,
    step: str,
    *,
    wrong: str = "",
    form: FormData | None = None,
    config: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    found = PRESETS.get(sitting.answers.provider)
    preset = spoken_preset(found) if found else None
    html = reception.templates.get_template(f"first/{step}.html.j2").render(
        title=_(STEPS[step]) if step in STEPS else _("Begin"),
        step=step,
        steps=[(key, _(text)) for key, text in STEPS.items()],
        answers=sitting.answers,
        address=sitting.address,
        found=sitting.found,
        feeds=sitting.feeds,
        first=sitting.first,
        presets=[spoken_preset(one) for one in PRESETS.values()],
        preset=preset,
        server=_server(step, preset),
        ticked=form.getlist("sender") if form else sitting.answers.senders,
        said=lambda field, usual="": text_in(form, field) if form else usual,
        zones=_zones() if step == "you" else (),
        wrong=wrong,
        config=config,
        path=str(reception.path),
        proof=reception.proof(sitting),
        asset=address_of,
    )
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    return _kept(HTMLResponse(html, status_code=status, headers=headers), reception, sitting)


def _server(step: str, preset: Preset | None) -> object:
    if preset is None:
        return None
    return preset.imap if step == "login" else preset.smtp


def _zones() -> list[str]:
    return sorted(one for one in available_timezones() if "/" in one and "Etc/" not in one)
