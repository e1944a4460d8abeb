"""The steps as pages: each shows what was answered, has its form taken, and leads to the next.

What a form's answers are is said in ``taken``; a password is never put into a page.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from cxdigest.errors import CxdigestError, WrongUseError
from cxdigest.language import LANGUAGES, _, marked, speak
from cxdigest.render.words import sentence
from cxdigest.setup import written
from cxdigest.setup.first import first_digest
from cxdigest.setup.presets import PRESETS, Preset, spoken_preset
from cxdigest.web.assets import address_of
from cxdigest.web.caller import caller_of
from cxdigest.web.first.reception import Reception, Sitting
from cxdigest.web.first.taken import TAKEN, complete, config_of
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
#: Where pages begin that only the console has, and to which the last step leads.
AHEAD = "/sources/"
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


def is_done(request: Request) -> bool:
    """Tell whether the configuration is written and the ordinary pages are about to take over."""
    return _reception(request).done.is_set()


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
    if step not in TAKEN or not sitting.let_in:
        return _to("", reception, sitting)
    try:
        onward = TAKEN[step](reception, sitting, form)
    except WrongUseError as error:
        return _show(
            reception,
            sitting,
            step,
            wrong=_complaint(error),
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
    elif step in {*TAKEN, "code", "elsewhere"}:
        answer = _show(reception, sitting, step, form=form)
    else:
        answer = _to("", reception, sitting)
    remember(request, answer, language)
    return answer


def _look(reception: Reception, sitting: Sitting) -> Response:
    try:
        complete(sitting)
        sitting.first = first_digest(sitting.answers, reception.clock)
    except CxdigestError as error:
        sitting.first = None
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _show(reception, sitting, "look", wrong=_complaint(error), status=status)
    files = written.free_files(reception.path, sitting.answers)
    return _show(reception, sitting, "look", config=config_of(reception, sitting, files))


def _to(step: str, reception: Reception, sitting: Sitting) -> Response:
    answer = RedirectResponse(f"/setup/{step}" if step else "/setup", HTTPStatus.SEE_OTHER)
    return _kept(answer, reception, sitting)


def _kept(answer: Response, reception: Reception, sitting: Sitting) -> Response:
    name, value = reception.cookie(sitting)
    answer.set_cookie(name, value, path="/setup", httponly=True, samesite="strict")
    return answer


def _complaint(error: CxdigestError) -> str:
    """Return what *error* says as a sentence; an address at its begin stays as it is."""
    said = str(error).strip()
    address = any(sign in said.partition(" ")[0].rstrip(":,;") for sign in ".:/@")
    return said[:1] + sentence(said)[1:] if address else sentence(said)


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
