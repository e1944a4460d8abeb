"""Try it, and the rule editor on its right; each page is one form, which comes back as it was sent.

What was tried is kept nowhere: the postings of an alert travel in the form itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from cxdigest import schedule
from cxdigest.console.rules import ruling, trial
from cxdigest.console.rules.ruling import Draft, Effect
from cxdigest.console.rules.trial import ReadFile, Tried
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.model import Posting, Profile
from cxdigest.pipeline import Street
from cxdigest.pipeline.postings.proposing import proposed_pack
from cxdigest.render import words
from cxdigest.text import number_in, printable
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.kept import kept_for
from cxdigest.web.pages.moments import clocks, zone_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import told_of
from cxdigest.web.who import Sent, Visiting, Visitor, profile_for, profiles_for, text_in

router = APIRouter()
_CARRIED = ("title", "company", "location", "snippet", "description")
_LONGEST = 4_000  #: characters of one part of a posting that travels in the form
_DONE = {
    "saved": marked("Saved. It judges from the next turn on, also what is stored."),
    "back": marked("What it was before is back. It judges from the next turn on."),
}
_BUSY = marked("Somebody else has all postings counted just now; try again in a minute.")
_SLOW = marked("That site takes too long to answer. Open it yourself and paste its text here.")
_PATIENCE = 12.0  #: seconds for a link: well below what a request to a page may take
_MANY_LINKS = marked("These were many links in a short time; try again in a few minutes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom rules are looked at, and what the visitor may do with them."""

    profile: Profile | None  #: None: everybody
    may_save: bool
    may_count: bool  #: may see the stored postings that the rules are for

    @property
    def name(self) -> str:
        """The profile's, ``""`` for everybody's."""
        return self.profile.name if self.profile else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One of the two pages."""

    template: str
    title: str


_TRY = Room(template="trial", title=marked("Try it"))
_RULES = Room(template="rules", title=marked("Rules"))


@dataclass(slots=True, kw_only=True)
class Bench:
    """What one page shows; filled as far as the visitor asked."""

    scope: Scope
    draft: Draft
    title: str = ""
    company: str = ""
    text: str = ""
    link: str = ""
    read_from: str = ""  #: the link that the text was read from
    file: ReadFile | None = None
    file_name: str = ""
    postings: Sequence[Posting] = ()
    tried: Sequence[Tried] = ()
    wrong: str = ""  #: what went wrong, and the way out
    effect: Effect | None = None
    proposal: str = ""  #: a pack made of what the reader said, where it is not in the editor

    @property
    def carried(self) -> str:
        """The postings of an alert, as they travel in the form."""
        rows = [{name: getattr(one, name)[:_LONGEST] for name in _CARRIED} for one in self.postings]
        return json.dumps(rows, ensure_ascii=False) if rows else ""


def scope_of(visitor: Visitor, desk: Desk, whose: str) -> Scope:
    """Return for whom *visitor* looks at rules: everybody for an admin, else one of their own.

    Raises:
        HTTPException: there is no such profile, or it is none of theirs.
    """
    profile: Profile | None = None
    if whose:
        profile = profile_for(visitor, desk, whose)
    elif visitor.role != "admin":
        profile = next(iter(profiles_for(visitor, desk)), None)
    may_save = visitor.role == "admin" or (visitor.role == "coach" and profile is not None)
    may_count = visitor.role == "admin" or profile is not None
    return Scope(profile=profile, may_save=may_save, may_count=may_count)


@router.get("/try")
@kept_for(seconds=20)
def try_it(request: Request, visitor: Visiting, desk: AtDesk, whose: str = "") -> Response:
    """Show where a posting can be tried, and the rules beside it."""
    del request
    return _opened(desk, visitor, whose, _TRY)


@router.get("/rules")
@kept_for(seconds=20)
def rules(
    request: Request, visitor: Visiting, desk: AtDesk, whose: str = "", done: str = ""
) -> Response:
    """Show the rules alone."""
    del request
    return _opened(desk, visitor, whose, _RULES, done=told_of(_DONE, done))


@router.get("/rules/pack")
def pack(visitor: Visiting, desk: AtDesk, name: str, whose: str = "") -> Response:
    """Show one pack, every rule with its patterns and examples."""
    scope, street = scope_of(visitor, desk, whose), desk.now()
    judging = street.rules_for(scope.name) if scope.name else street.rules
    found = next((one for one in ruling.packs_of(judging) if one.name == name), None)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return show(
        desk,
        visitor,
        "pack",
        title=_("Pack {name}", name=found.name),
        place="try",
        pack=found,
        scope=scope,
        sources=ruling.sources_of(street, scope.name, found),
    )


@router.post("/try")
def try_out(visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Judge what was sent, or do with the rules what a button says."""
    return _acted(desk, visitor, form, _TRY)


@router.post("/rules")
def change(visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Do with the rules what a button says."""
    return _acted(desk, visitor, form, _RULES)


def _opened(desk: Desk, visitor: Visitor, whose: str, room: Room, *, done: str = "") -> Response:
    scope, street = scope_of(visitor, desk, whose), desk.now()
    bench = Bench(scope=scope, draft=ruling.draft(street, scope.name))
    return _page(desk, visitor, bench, room, done=done)


def _acted(desk: Desk, visitor: Visitor, form: FormData, room: Room) -> Response:
    scope, street = scope_of(visitor, desk, text_in(form, "whose")), desk.now()
    bench = Bench(scope=scope, draft=ruling.draft(street, scope.name, text_in(form, "pack")))
    do = text_in(form, "do")
    if do in {"save", "back"}:
        if not scope.may_save:
            raise HTTPException(HTTPStatus.FORBIDDEN)
        try:
            _change(street, bench.draft, do, visitor, seen=_seen(form))
        except WrongUseError as error:
            bench.wrong = str(error)
            _take_up(bench, street, form, visitor, desk, fresh=False)
            return _page(desk, visitor, bench, room, form=form)
        desk.wake()
        to = urlencode({"whose": scope.name, "done": "saved" if do == "save" else "back"})
        return RedirectResponse(f"/rules?{to}", status_code=HTTPStatus.SEE_OTHER)
    _take_up(bench, street, form, visitor, desk, fresh=do == "judge")
    if do in {"diff", "whole"} and not scope.may_count:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if do in {"diff", "whole"}:
        _count(bench, street, scope, desk, whole=do == "whole")
    elif do == "propose":
        _propose(bench, street, scope)
    return _page(desk, visitor, bench, room, form=form)


def _change(street: Street, draft: Draft, do: str, visitor: Visitor, *, seen: int) -> None:
    by, now = visitor.name, street.clock()
    if do == "save":
        ruling.save(street, draft, seen=seen, by=by, now=now)
    else:
        ruling.take_back(street, draft.whose, seen=seen, by=by, now=now)


def _take_up(
    bench: Bench, street: Street, form: FormData, visitor: Visitor, desk: Desk, *, fresh: bool
) -> None:
    """Fill *bench* with what is tried; only with *fresh* a file is read or a link asked for."""
    bench.title, bench.company = text_in(form, "title"), text_in(form, "company")
    bench.text, bench.link = text_in(form, "text"), text_in(form, "link").strip()
    bench.read_from = text_in(form, "read_from")
    now = street.clock()
    try:
        if fresh and (sent := _file(form)):
            bench.file_name, content = sent
            bench.file = trial.read_file(content, bench.file_name, now=now)
            bench.postings = bench.file.postings
            bench.title = bench.company = bench.text = ""
        elif fresh and bench.link:
            _follow(bench, street, visitor, desk, now)
        if bench.title or bench.text:
            judged = [trial.pasted(bench.title, bench.company, bench.text)]
        else:
            bench.postings = bench.postings or _carried(form)
            judged = list(bench.postings)
    except WrongUseError as error:
        bench.wrong = str(error)
        return
    force = bench.draft.now
    bench.tried = [trial.try_out(one, bench.draft.best, now=force) for one in judged]


def _follow(bench: Bench, street: Street, visitor: Visitor, desk: Desk, now: datetime) -> None:
    if desk.links.too_many(visitor.name, now):
        raise WrongUseError(_(_MANY_LINKS))
    asker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="link")
    asked = asker.submit(trial.fetched, bench.link, street, today=_today(street, now))
    asker.shutdown(wait=False)
    try:
        posting = asked.result(timeout=_PATIENCE)
    except TimeoutError as error:
        raise WrongUseError(_(_SLOW)) from error
    bench.title, bench.company, bench.text = posting.title, posting.company, posting.description
    bench.read_from, bench.link = bench.link, ""


def _count(bench: Bench, street: Street, scope: Scope, desk: Desk, *, whole: bool) -> None:
    with desk.counting_alone(whole=whole) as ours:
        if not ours:
            bench.wrong = _(_BUSY)
            return
        try:
            bench.effect = ruling.effect(street, bench.draft, scope.profile, whole=whole)
        except WrongUseError as error:
            bench.wrong = str(error)


def _propose(bench: Bench, street: Street, scope: Scope) -> None:
    only = street.profiles[0].name if scope.may_count and len(street.profiles) == 1 else ""
    name = scope.name or only
    pack = proposed_pack(street.store, name, street.packs_beside(scope.name)) if name else None
    if pack is None:
        bench.wrong = _(
            "No rule is proposed. One needs three corrections of one direction, on "
            "postings of two employers or more whose titles or quoted duties share words."
        )
    elif bench.draft.text.strip():
        bench.proposal = pack
    else:
        bench.draft = replace(ruling.draft(street, scope.name, pack), stored=bench.draft.stored)


def _page(
    desk: Desk,
    visitor: Visitor,
    bench: Bench,
    room: Room,
    *,
    form: FormData | None = None,
    done: str = "",
) -> Response:
    seen = _seen(form) if form else bench.draft.version
    wrong = bool(bench.wrong or (form and bench.draft.faults))
    zone = zone_for(visitor, desk)
    return show(
        desk,
        visitor,
        room.template,
        title=_(room.title),
        place="try",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        bench=bench,
        scope=bench.scope,
        scopes=profiles_for(visitor, desk),
        everybody=visitor.role == "admin",
        seen=seen,
        done=done,
        at=clocks(zone, year=True),
        zone=zone.key,
        lines=ruling.as_lines(bench.draft),
        packs=ruling.packs_of(bench.draft.best),
        fired=trial.fired(bench.tried),
        where_words={key: _(text) for key, text in words.WHERE_WORDS.items()},
    )


def _seen(form: FormData) -> int:
    """Return the version of the pack that the page was made of; 0 before the first."""
    return number_in(text_in(form, "seen"), digits=9) or 0


def _file(form: FormData) -> tuple[str, bytes] | None:
    sent = form.get("alert")
    if not isinstance(sent, UploadFile):
        return None
    with sent.file:
        content = sent.file.read()
    return (sent.filename or _("the file"), content) if content else None


def _carried(form: FormData) -> list[Posting]:
    """Return the postings that travelled in the form; whatever somebody made of it, only text."""
    try:
        rows = json.loads(text_in(form, "tried") or "[]")
    except (ValueError, RecursionError):
        return []
    found = []
    for number, row in enumerate(rows[: trial.MOST_POSTINGS] if isinstance(rows, list) else ()):
        parts = row if isinstance(row, dict) else {}
        known = {name: printable(str(parts.get(name, ""))[:_LONGEST]) for name in _CARRIED}
        if known["title"].strip():
            found.append(
                Posting(
                    id=f"tried-{number}",
                    title=known["title"],
                    company=known["company"],
                    location=known["location"],
                    snippet=known["snippet"],
                    description=known["description"],
                )
            )
    return found


def _today(street: Street, now: datetime) -> date:
    zone = street.profiles[0].zone if street.profiles else None
    return schedule.local_day(now, zone) if zone else now.date()
