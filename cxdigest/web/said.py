"""What a link under a posting leads to: a page with one button, and the button that acts.

Only POST changes anything: programs that look through mails open every link in them.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cxdigest.feedback import Asked, feedback_token, is_expired, read_feedback
from cxdigest.language import _
from cxdigest.render import words
from cxdigest.store import Mention
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.wording import OUTDATED, WORDINGS

router = APIRouter()
_UNDO = "undo"  #: the purpose of links that take a word back
_SEE = ["GET", "HEAD"]


@router.api_route("/f/{token}", methods=_SEE)
def ask(token: str, request: Request, desk: AtDesk) -> Response:
    """Show what the link says, and a button."""
    asked = read_feedback(desk.signer, token)
    if asked is None:
        return desk.refuse(request)
    mention = _mention(desk, asked.digest_id, asked.posting_id)
    if mention is None:
        return _outdated(desk)
    wording = WORDINGS[asked.word]
    return desk.page(
        "ask",
        title=_(wording.title),
        about=_shown(mention),
        lines=[_(wording.meaning)],
        action=f"/f/{token}",
        button=_(wording.button),
    )


@router.post("/f/{token}")
def say(token: str, request: Request, desk: AtDesk) -> Response:
    """Keep what the link says, and show what it changes."""
    asked = read_feedback(desk.signer, token)
    if asked is None:
        return desk.refuse(request)
    mention = _mention(desk, asked.digest_id, asked.posting_id)
    kept = None if mention is None else _keep(desk, asked, mention.profile)
    if mention is None or kept is None:
        return _outdated(desk)
    return desk.page(
        "done",
        title=_("Thank you, it is kept"),
        about=_shown(mention),
        lines=[WORDINGS[asked.word].changes(mention.company)],
        action=f"/undo/{_undo_token(desk, asked, kept)}",
        button=_("Undo"),
    )


@router.api_route("/undo/{token}", methods=_SEE)
def ask_undo(token: str, request: Request, desk: AtDesk) -> Response:
    """Show what is taken back, and a button."""
    read = _read_undo(desk, token)
    if read is None:
        return desk.refuse(request)
    mention = _mention(desk, *read[:2])
    if mention is None:
        return _outdated(desk)
    return desk.page(
        "ask",
        title=_("Take back what you said?"),
        about=_shown(mention),
        lines=[_("What you said of this posting before holds again; else the rules decide.")],
        action=f"/undo/{token}",
        button=_("Undo"),
    )


@router.post("/undo/{token}")
def undo(token: str, request: Request, desk: AtDesk) -> Response:
    """Let a word hold no longer, and offer to say it again."""
    read = _read_undo(desk, token)
    if read is None:
        return desk.refuse(request)
    digest_id, posting_id, kept = read
    mention = _mention(desk, digest_id, posting_id)
    if mention is None:
        return _outdated(desk)
    row = desk.store.undo_feedback(int(kept), now=desk.clock(), profile=mention.profile)
    if row is None:
        return desk.page(
            "done",
            title=_("It is undone already"),
            about=_shown(mention),
            lines=[],
            action="",
            button="",
        )
    again = feedback_token(desk.signer, digest_id, posting_id, row.word)
    return desk.page(
        "done",
        title=_("It is undone"),
        about=_shown(mention),
        lines=[_("Your next digest is made as if you had not said it.")],
        action=f"/f/{again}",
        button=_("Say it again"),
    )


def _keep(desk: Desk, asked: Asked, profile: str) -> int | None:
    return desk.store.record_feedback(
        profile,
        asked.posting_id,
        asked.word,
        way="link",
        sender="",
        now=desk.clock(),
        fingerprint=desk.fingerprint(profile),
    )


def _shown(mention: Mention) -> dict[str, str]:
    """Return what a page says of the posting that it is about."""
    return {
        "title": words.clean(mention.title) or _("(no title)"),
        "company": words.clean(mention.company),
    }


def _undo_token(desk: Desk, asked: Asked, kept: int) -> str:
    return desk.signer.sign(_UNDO, asked.digest_id, asked.posting_id, str(kept))


def _read_undo(desk: Desk, token: str) -> tuple[str, str, str] | None:
    match desk.signer.read(_UNDO, token):
        case (digest_id, posting_id, kept):
            return digest_id, posting_id, kept
    return None


def _mention(desk: Desk, digest_id: str, posting_id: str) -> Mention | None:
    """Return the posting that the link stood under, None if that was too long ago.

    From then on the answer is in its reader's language.
    """
    mention = desk.store.mentioned(digest_id, posting_id)
    if mention is not None:
        desk.speak_to(mention.profile)
    if mention is None or is_expired(mention.made, now=desk.clock()):
        return None
    return mention


def _outdated(desk: Desk) -> Response:
    return desk.notice(_("This link is too old"), *map(_, OUTDATED), status=HTTPStatus.GONE)
