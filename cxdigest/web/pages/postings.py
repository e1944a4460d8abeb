"""The page Postings: the archive, searched."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cxdigest.console.drawn.card import sayings
from cxdigest.console.postings import search
from cxdigest.language import _
from cxdigest.model import KIND_WORDS
from cxdigest.render.words import WORKPLACE_WORDS
from cxdigest.web.desk import AtDesk
from cxdigest.web.kept import kept_for
from cxdigest.web.one_view import in_one_view
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import in_part
from cxdigest.web.who import Visiting, Whose

router = APIRouter()


@router.get("/postings/{profile}")
@kept_for(seconds=60)
@in_one_view
def look(  # noqa: PLR0917 - what the address asks for
    request: Request,
    visitor: Visiting,
    desk: AtDesk,
    profile: Whose,
    q: str = "",
    kind: str = "",
    claims: str = "",
    workplace: str = "",
    source: str = "",
    employer: str = "",
    since: str = "",
    until: str = "",
    order: str = "",
    after: str = "",
) -> Response:
    """Show what is asked for, newest first; to htmx the list alone."""
    asked = search.Query(
        q=q[:300],
        kind=kind,
        claims=claims,
        workplace=workplace,
        source=source,
        employer=employer[:100],
        since=since,
        until=until,
        order=order or "newest",
        after=after,
    )
    found = search.search(desk.now(), profile, asked, desk.clock())
    return show(
        desk,
        visitor,
        "postings.list" if in_part(request) else "postings",
        title=_("Postings"),
        place="postings",
        profile=profile,
        asked=asked,
        found=found,
        next_query=urlencode(asked.again(after=found.next)) if found.next else "",
        first_query=urlencode(asked.again(after="")),
        kinds={kind: _(text) for kind, text in KIND_WORDS.items()},
        workplaces={key: _(text) for key, text in WORKPLACE_WORDS.items() if key},
        sayings=sayings(),
    )
