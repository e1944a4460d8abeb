"""Who may go through which door: every address that is served, and whose it is.

A new route is one line here, in the block of its subject; without it the tests fail. What stands in
braces is filled with what is Ben's (``FILL``), so that everybody else is asked for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cxdigest.web.pages.moments import written
from cxdigest.web.plugged import doors
from tests.plugged import example_points, plugged
from tests.web.console.instance import MORNING, Console

#: Those who ask. Ada and Ben are clients, Berta is Ben's coach, Carl coaches nobody here.
ROOT, BERTA, CARL, ADA, BEN = "root", "berta", "carl", "ada", "ben"
EVERYBODY = frozenset({ROOT, BERTA, CARL, ADA, BEN})
STAFF = frozenset({ROOT, BERTA, CARL})
ADMIN = frozenset({ROOT})
BENS = frozenset({ROOT, BERTA, BEN})  #: who sees Ben's profile
BENS_STAFF = frozenset({ROOT, BERTA})
BEN_ALONE = frozenset({BEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One method of one address."""

    who: frozenset[str] = frozenset()
    public: str = ""  #: why strangers may come in; such a door is not asked here
    fill: Mapping[str, str | Callable[[Console], str]] = field(default_factory=dict)
    query: Mapping[str, str | Callable[[Console], str]] = field(default_factory=dict)
    #: Beside the proof.
    form: Mapping[str, str | Callable[[Console], str]] = field(default_factory=dict)
    json: Mapping[str, object] | None = None  #: what is sent where JSON is taken


_WHO = {"everybody": EVERYBODY, "staff": STAFF, "admin": ADMIN}


def plugged_doors() -> dict[str, Door]:
    """The doors of the example of a plugin, as its page declares them."""
    with plugged(*example_points()):
        return {key: Door(who=_WHO.get(door, BENS)) for key, door in doors().items()}


def bens_posting(console: Console) -> str:
    """The id of a posting that Ben's own source showed."""
    ben = console.street.present().profile("ben")
    assert ben
    shown = console.store.candidates(
        "ben",
        ben.sources,
        fingerprint=console.street.fingerprint("ben"),
        since=console.now - ben.lookback,
    )
    return next(iter(shown)).posting.id


def bens_token(console: Console) -> str:
    """The name of Ben's token in addresses."""
    return console.store.access_tokens("ben")[0].digest[:16]


def applied(console: Console) -> str:
    """The word that Ben applied for his posting, as a form says it."""
    return f"applied:{bens_posting(console)}"


def bens_alert(console: Console) -> str:
    """The number of an alert in which Ben's own source showed his posting."""
    return str(console.store.taken_behind(bens_posting(console), ("bens",))[0].id)


def bens_delivery(console: Console) -> str:
    """The number of the delivery of Ben's digest."""
    return next(one.id for one in console.store.deliveries() if one.profile == "ben")


def bertas_delivery(console: Console) -> str:
    """The number of the delivery of Berta's mail over her clients."""
    return next(one.id for one in console.store.deliveries() if one.profile == "coach/berta")


def bens_word(console: Console) -> str:
    """The number of the first word that Ben said."""
    return str(console.store.feedback_rows("ben")[-1].id)


#: What stands for a part of an address, unless its door says otherwise.
FILL: dict[str, str | Callable[[Console], str]] = {
    "profile": "ben",
    "posting_id": bens_posting,
    "posting": bens_posting,
    "day": "2026-11-20",
    "name": "ben",
}

_LINK = "the link in a mail is the proof"
_SHIPPED = "what every page loads"

DOORS: dict[str, Door] = {
    # -- links in mails, feeds, files
    "GET /f/{token}": Door(public=_LINK),
    "POST /f/{token}": Door(public=_LINK),
    "GET /undo/{token}": Door(public=_LINK),
    "POST /undo/{token}": Door(public=_LINK),
    "GET /u/{token}": Door(public=_LINK),
    "POST /u/{token}": Door(public=_LINK),
    "POST /u/{token}/resume": Door(public=_LINK),
    "GET /review/{token}": Door(public=_LINK),
    "POST /review/{token}": Door(public=_LINK),
    "GET /feeds/{address}": Door(public="its secret address is the proof"),
    "GET /assets/{version}/{name}": Door(public=_SHIPPED),
    "GET /robots.txt": Door(public=_SHIPPED),
    "GET /style.css": Door(public=_SHIPPED),
    # -- what watches the instance
    "GET /healthz": Door(public="it says nothing of persons"),
    "GET /metrics": Door(public="this machine, or the token of the configuration"),
    # -- first steps
    "GET /": Door(who=EVERYBODY),
    "GET /go": Door(who=BENS, query={"profile": "ben"}),
    # -- who may
    "GET /login": Door(public="here one signs in"),
    "POST /login": Door(public="here one signs in"),
    "POST /login/first": Door(public="the code in the log is the proof"),
    "POST /language": Door(public="strangers read too"),
    "POST /logout": Door(who=EVERYBODY),
    "GET /account": Door(who=EVERYBODY),
    "POST /account/password": Door(who=EVERYBODY),
    "POST /account/tokens": Door(who=EVERYBODY),
    "POST /account/tokens/{name}/end": Door(who=BEN_ALONE, fill={"name": bens_token}),
    "POST /account/sessions/{name}/end": Door(who=EVERYBODY, fill={"name": "others"}),
    "GET /users": Door(who=ADMIN),
    "POST /users": Door(who=ADMIN),
    "GET /users/{name}": Door(who=ADMIN),
    "POST /users/{name}/role": Door(who=ADMIN),
    "POST /users/{name}/password": Door(who=ADMIN),
    "POST /users/{name}/remove": Door(who=ADMIN),
    # -- today and postings
    "GET /today/{profile}": Door(who=BENS),
    "POST /today/{profile}": Door(who=BENS, form={"say": applied}),
    "GET /postings/{profile}": Door(who=BENS),
    "GET /postings/{profile}/{posting_id}": Door(who=BENS),
    "POST /postings/{profile}/{posting_id}/say": Door(who=BENS, form={"say": applied}),
    "POST /postings/{profile}/{posting_id}/duties": Door(who=BENS),
    "POST /postings/{profile}/{posting_id}/split": Door(who=BENS_STAFF),
    "POST /postings/{profile}/{posting_id}/merge": Door(who=BENS_STAFF),
    **{
        f"GET /postings/{{profile}}/{{posting_id}}/alerts/{{number}}{more}": Door(
            who=BENS, fill={"number": bens_alert}
        )
        for more in ("", "/inside", "/file")
    },
    # -- archive
    "GET /archive/{profile}": Door(who=BENS),
    **{
        f"GET /archive/{{profile}}/{{day}}{more}": Door(who=BENS, fill={"place": "0"})
        for more in ("", "/mail.html", "/mail.txt", "/files/{place}")
    },
    "POST /archive/{profile}/{day}/deliveries/{delivery}/retry": Door(
        who=BENS_STAFF, fill={"delivery": bens_delivery}
    ),
    "GET /mails": Door(who=EVERYBODY),
    **{
        f"GET /mails/{{kind}}/{{name}}{more}": Door(
            who=BENS_STAFF, fill={"kind": "coach", "name": "berta", "place": "0"}
        )
        for more in ("", "/{day}", "/{day}/mail.html", "/{day}/mail.txt", "/{day}/files/{place}")
    },
    "POST /mails/{kind}/{name}/{day}/deliveries/{delivery}/retry": Door(
        who=BENS_STAFF, fill={"kind": "coach", "name": "berta", "delivery": bertas_delivery}
    ),
    # -- numbers
    "GET /numbers": Door(who=STAFF),
    "GET /numbers.csv": Door(who=STAFF, query={"of": "kinds"}),
    "GET /numbers/{profile}": Door(who=BENS),
    "GET /numbers/{profile}/table.csv": Door(who=BENS, query={"of": "kinds"}),
    # -- try it and rules
    "GET /try": Door(who=BENS, query={"whose": "ben"}),
    "POST /try": Door(who=BENS, form={"whose": "ben", "title": "CX lead"}),
    "GET /rules": Door(who=BENS, query={"whose": "ben"}),
    "GET /rules/pack": Door(who=BENS, query={"whose": "ben", "name": "genuine"}),
    "POST /rules": Door(who=BENS_STAFF, form={"whose": "ben", "do": "save"}),
    # -- sources
    "GET /sources": Door(who=ADMIN),
    "GET /sources/{name}": Door(who=ADMIN, fill={"name": "bens"}),
    "POST /sources/{name}/poll": Door(who=ADMIN, fill={"name": "bens"}),
    "GET /sources/{name}/older": Door(who=ADMIN, fill={"name": "bens"}),
    "POST /sources/{name}/older": Door(who=ADMIN, fill={"name": "bens"}, form={"days": "365"}),
    "POST /sources/{name}/older/stop": Door(who=ADMIN, fill={"name": "bens"}),
    "GET /sources/{name}/asked": Door(
        who=ADMIN, fill={"name": "bens"}, query={"asked": f"{written(MORNING)}-1"}
    ),
    **{
        f"GET /sources/{{name}}/alerts/{{number}}{more}": Door(
            who=ADMIN, fill={"name": "bens", "number": bens_alert}
        )
        for more in ("", "/inside", "/file")
    },
    "POST /sources/{name}/alerts/{number}/reread": Door(
        who=ADMIN, fill={"name": "bens", "number": bens_alert}
    ),
    # -- clients
    "GET /clients": Door(who=STAFF),
    "GET /clients/new": Door(who=STAFF),
    "POST /clients/new": Door(who=STAFF),
    "GET /clients/import": Door(who=STAFF),
    "POST /clients/import": Door(who=STAFF),
    "GET /clients/export": Door(who=STAFF),
    "GET /clients/{name}": Door(who=BENS),
    "GET /clients/{name}/edit": Door(who=BENS),
    "POST /clients/{name}/edit": Door(who=BENS),
    "GET /clients/{name}/export": Door(who=BENS),
    "POST /clients/{name}/pause": Door(who=BENS),
    "POST /clients/{name}/resume": Door(who=BENS),
    "GET /clients/{name}/review": Door(who=BENS_STAFF),
    "POST /clients/{name}/review": Door(who=BENS_STAFF),
    "POST /clients/{name}/recipients/resume": Door(who=BENS_STAFF),
    "POST /clients/{name}/feedback/{number}/undo": Door(who=BENS, fill={"number": "1"}),
    "GET /clients/{name}/remove": Door(who=ADMIN),
    "POST /clients/{name}/remove": Door(who=ADMIN),
    "POST /clients/{name}/erase": Door(who=ADMIN),
    # -- set-up
    # -- the JSON API: ``api_doors.py``
}
