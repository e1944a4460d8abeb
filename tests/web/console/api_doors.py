"""Who may ask the API for what: the lines of ``doors.DOORS`` below ``/api/v1``."""

from __future__ import annotations

from tests.web.console.doors import (
    ADMIN,
    BENS,
    BENS_STAFF,
    EVERYBODY,
    STAFF,
    Door,
    bens_delivery,
    bens_posting,
    bens_word,
)

_PROFILE = "/api/v1/profiles/{profile}"
_POSTING = f"{_PROFILE}/postings/{{posting_id}}"
_PACK = {"profile": "ben", "text": ""}
#: Long enough to be judged by.
_DUTIES = "You map the journeys of our customers and measure what they say of us. " * 8

API_DOORS: dict[str, Door] = {
    "GET /api/v1/openapi.json": Door(public="it says of nobody what it is"),
    "GET /api/v1/me": Door(who=EVERYBODY),
    "GET /api/v1/profiles": Door(who=EVERYBODY),
    f"GET {_PROFILE}": Door(who=BENS),
    "POST /api/v1/profiles": Door(who=STAFF, json={"name": "dora", "settings": {}}),
    f"DELETE {_PROFILE}": Door(who=ADMIN, json={}),
    f"GET {_PROFILE}/settings": Door(who=BENS),
    f"PUT {_PROFILE}/settings": Door(who=BENS, json={"settings": {}, "changed": ""}),
    f"POST {_PROFILE}/pause": Door(who=BENS, json={}),
    f"POST {_PROFILE}/resume": Door(who=BENS, json={}),
    f"GET {_PROFILE}/review": Door(who=BENS_STAFF),
    f"POST {_PROFILE}/review": Door(who=BENS_STAFF, json={"digest": "none", "do": "hold"}),
    f"GET {_PROFILE}/today": Door(who=BENS),
    f"GET {_PROFILE}/postings": Door(who=BENS),
    f"GET {_POSTING}": Door(who=BENS),
    f"POST {_POSTING}/feedback": Door(who=BENS, json={"word": "applied"}),
    f"DELETE {_POSTING}/feedback/{{word}}": Door(who=BENS, fill={"word": bens_word}, json={}),
    f"PUT {_POSTING}/duties": Door(who=BENS, json={"duties": _DUTIES}),
    f"DELETE {_POSTING}/duties": Door(who=BENS, json={}),
    # Ada has it too, and she is neither Ben's nor Berta's to decide for.
    f"POST {_POSTING}/split": Door(who=ADMIN, json={"key": bens_posting}),
    f"POST {_POSTING}/merge": Door(who=ADMIN, json={"other": bens_posting}),
    f"GET {_PROFILE}/digests": Door(who=BENS),
    f"GET {_PROFILE}/digests/{{day}}": Door(who=BENS),
    f"POST {_PROFILE}/digests/{{day}}/deliveries/{{delivery}}/retry": Door(
        who=BENS_STAFF, fill={"delivery": bens_delivery}, json={}
    ),
    "GET /api/v1/numbers": Door(who=STAFF),
    f"GET {_PROFILE}/numbers": Door(who=BENS),
    "POST /api/v1/judge": Door(who=BENS, json={"profile": "ben", "title": "CX lead"}),
    "POST /api/v1/extract": Door(who=BENS, query={"profile": "ben"}, json={}),
    "GET /api/v1/rules": Door(who=BENS, query={"profile": "ben"}),
    "PUT /api/v1/rules": Door(who=BENS_STAFF, json={**_PACK, "version": 0}),
    "POST /api/v1/rules/check": Door(who=BENS, json=_PACK),
    "POST /api/v1/rules/diff": Door(who=BENS, json=_PACK),
    "GET /api/v1/sources": Door(who=ADMIN),
    "GET /api/v1/sources/{name}": Door(who=ADMIN, fill={"name": "bens"}),
    "POST /api/v1/sources/{name}/poll": Door(who=ADMIN, fill={"name": "bens"}, json={}),
}
