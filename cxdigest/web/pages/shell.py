"""What is around every page of the console: the ways to the others, and what it may load."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from fastapi.responses import HTMLResponse

from cxdigest.language import _, marked
from cxdigest.model import KIND_WORDS, Profile
from cxdigest.web.assets import address_of
from cxdigest.web.desk import Desk
from cxdigest.web.guard import CONSOLE
from cxdigest.web.plugged import Way, ways
from cxdigest.web.who import Visitor, csrf_of, profiles_for

POLICY = CONSOLE
#: Forms say where they stood, and only we are told.
_HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}

PLACES = (
    Way(key="today", words=marked("Today"), path="/today/{profile}"),
    Way(key="postings", words=marked("Postings"), path="/postings/{profile}"),
    Way(key="archive", words=marked("Archive"), path="/archive/{profile}"),
    Way(key="numbers", words=marked("Numbers"), path="/numbers/{profile}"),
    Way(key="try", words=marked("Try it"), path="/try"),
    Way(key="sources", words=marked("Sources"), path="/sources", roles=("admin",)),
    Way(key="clients", words=marked("Clients"), path="/clients", roles=("admin", "coach")),
    Way(key="own", words=marked("My settings"), path="/clients/{profile}", roles=("client",)),
)


def show(
    desk: Desk,
    visitor: Visitor,
    template: str,
    *,
    title: str,
    place: str,
    profile: Profile | None = None,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Return the page that ``templates/web/console/TEMPLATE.html.j2`` makes of *values*.

    *profile* is whose page it is; without one, ways lead to the first of *visitor*'s.
    """
    own = profiles_for(visitor, desk)
    looked_at = profile or next(iter(own), None)
    html = desk.templates.get_template(f"console/{template}.html.j2").render(
        **values,
        title=title,
        place=place,
        places=_ways(visitor, looked_at),
        profile=profile,
        own=own,
        visitor=visitor,
        csrf=csrf_of(visitor, desk),
        kind_words={kind: _(text) for kind, text in KIND_WORDS.items()},
        asset=address_of,
    )
    return HTMLResponse(html, status_code=status, headers={**_HEADERS, **(headers or {})})


def _ways(visitor: Visitor, profile: Profile | None) -> list[tuple[str, str, str]]:
    """Return key, words and address of each place that *visitor* may go to."""
    name = quote(profile.name, safe="") if profile else ""
    return [
        (one.key, _(one.words), one.path.format(profile=name))
        for one in (*PLACES, *ways())
        if visitor.role in one.roles and (name or "{" not in one.path)
    ]
