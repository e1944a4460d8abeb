"""Every route is asked as everybody: nobody sees or changes what is another's.

``doors.py`` says who may; a route that it does not name fails here, as does a change that does not
prove where it was sent from.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Mount

from cxdigest.console.instance.users import digest_of, make_token
from cxdigest.store import User
from cxdigest.web.desk import Desk
from cxdigest.web.guard import CONSOLE, Guard
from cxdigest.web.look import templates
from cxdigest.web.site import site
from cxdigest.web.who import Visitor, csrf_of
from cxdigest.web.who.sent import PROOFS
from cxdigest.web.who.visitor import admin_of, visitor_of
from tests.plugged import example_points, plugged
from tests.web.console import doors
from tests.web.console.api_doors import API_DOORS
from tests.web.console.doors import ADA, ADMIN, BEN, BERTA, CARL, FILL, ROOT, Door, bens_posting
from tests.web.console.instance import Console, put_instance, served

DOORS = {**doors.DOORS, **API_DOORS, **doors.plugged_doors()}
_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
_SCOPE = {
    ROOT: {"role": "admin"},
    BERTA: {"role": "coach", "coach": "berta"},
    CARL: {"role": "coach", "coach": "carl"},
    ADA: {"role": "client", "profile": "ada"},
    BEN: {"role": "client", "profile": "ben"},
}
_EVIL = {"Origin": "https://evil.example"}
_FOREIGN = (
    _EVIL,
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
)


@dataclass(kw_only=True)
class Town:
    """A console with five users, all of them signed in and with a token each."""

    console: Console
    tokens: dict[str, str]
    database: sqlite3.Connection
    desk: Desk
    known: dict[tuple[object, int], object] = field(default_factory=dict)

    def ask(
        self, key: str, who: str = "", *, token: bool = False, csrf: str = "", **headers: str
    ) -> httpx.Response:
        method, _, path = key.partition(" ")
        door = DOORS[key]
        if who and token:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        elif who:
            headers["Cookie"] = f"cxdigest={_secret(who)}"
        if csrf and door.json is not None:
            headers["X-CSRF-Token"] = csrf
        body = (
            {"data": {**self.given(door.form), "csrf": csrf}}
            if door.json is None
            else {"json": self.given(door.json)}
        )
        return self.console.client.request(
            method,
            re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: self.fill(door, found[1]), path),
            params=self.given(door.query),
            headers=headers,
            **(body if method in _CHANGES else {}),
        )

    def fill(self, door: Door, part: str) -> str:
        value = door.fill.get(part, FILL.get(part))
        assert value is not None, f"say in doors.py what stands for {{{part}}}"
        return value if isinstance(value, str) else str(self.found(value))

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.found(one) if callable(one) else one for name, one in values.items()}

    def found(self, of: Callable[[Console], object]) -> object:
        """What is Ben's, looked up anew once something was changed."""
        at = (of, self.version())
        if at not in self.known:
            self.known[at] = of(self.console)
        return self.known[at]

    def csrf(self, who: str) -> str:
        visitor = Visitor(name=who, role="admin", way="session", session=digest_of(_secret(who)))
        return csrf_of(visitor, self.desk)

    def version(self) -> int:
        """Changes with every commit to the store."""
        return int(self.database.execute("PRAGMA data_version").fetchone()[0])


def _secret(who: str) -> str:
    return f"what the browser of {who} holds".replace(" ", "-")


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[Town]:
    with (
        plugged(*example_points()),
        served(put_instance(tmp_path_factory.mktemp("town")), templates=templates()) as console,
    ):
        tokens = {}
        for who, scope in _SCOPE.items():
            user = User(name=who, made=console.now, changed=console.now, **scope)
            assert console.store.add_user(user)
            assert console.store.begin_session(
                digest_of(_secret(who)),
                user,
                now=console.now,
                ends=console.now + timedelta(days=1),
            )
            tokens[who] = make_token(console.store, who, "a program", now=console.now)
            # Noted now, so that to be used notes nothing more.
            assert console.store.user_of_token(digest_of(tokens[who]), now=console.now)
        assert console.store.record_feedback(
            "ben", bens_posting(console), "applied", way="console", sender="ben", now=console.now
        )
        database = sqlite3.connect(console.folder / "cxdigest.sqlite")
        for stream in ("ben", "coach/berta"):
            _enclose(database, stream)
        yield Town(console=console, tokens=tokens, database=database, desk=console.desk)
        database.close()


def _enclose(database: sqlite3.Connection, stream: str) -> None:
    """Put a file beside the digest of *stream*, so that there is one to ask for."""
    database.execute(
        "INSERT INTO enclosures (digest_id, position, name, media, cid, content)"
        " SELECT id, 0, 'more.html', 'text/html', '', ? FROM digests WHERE profile = ?",
        (zlib.compress(b"<p>More.</p>"), stream),
    )
    database.commit()


@pytest.fixture(scope="module")
def routes(town: Town) -> dict[str, RouteContext]:
    """Every route by its method and path, as the app has it."""
    app = site(town.console.desk)
    assert isinstance(app, Guard)
    return dict(_routes(app.app.routes))  # type: ignore[attr-defined]


def _routes(among: Sequence[BaseRoute], below: str = "") -> Iterator[tuple[str, RouteContext]]:
    """Each with its key, also those of an app that is mounted."""
    for one in among:
        if isinstance(one, Mount):
            yield from _routes(one.routes, f"{below}{one.path}")
        else:
            for route in iter_route_contexts([one]):
                for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield f"{method} {below}{route.path}", route


def calls(dependant: Dependant) -> Iterator[object]:
    """Everything that a route depends on, however far below."""
    for one in dependant.dependencies:
        yield one.call
        yield from calls(one)


def is_turned_away(answer: httpx.Response) -> bool:
    """Whether a stranger is led to the login, or a program told to show a token."""
    if answer.request.url.path.startswith("/api/"):
        told = answer.headers.get("content-type") == "application/problem+json"
        return answer.status_code == 401 and told
    return answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")


def is_refused(answer: httpx.Response) -> bool:
    return answer.status_code in {403, 404}


OURS = {key: door for key, door in DOORS.items() if not door.public}
CHANGES = [key for key in OURS if key.split()[0] in _CHANGES]
API = [key for key in OURS if "/api/" in key]


def test_every_route_stands_in_the_table_and_every_line_of_it_is_a_route(routes):
    assert sorted(routes) == sorted(DOORS)


def test_every_route_asks_who_it_is_unless_it_says_why_not(routes):
    for key, door in OURS.items():
        asked = set(calls(routes[key].dependant))
        assert visitor_of in asked, key
        if door.who == ADMIN:
            assert admin_of in asked or "{" in key, key
    for key, door in DOORS.items():
        assert bool(door.who) != bool(door.public), key


def test_a_plugins_pages_are_locked_and_kept_to_the_policy_of_the_console(town: Town):
    answer = town.ask("GET /plugins/harbour/of/{profile}", BEN)
    assert "Ben Okafor got 1 digests." in answer.text
    assert answer.headers["content-security-policy"] == CONSOLE
    assert "Look at what is due" not in answer.text
    assert "Look at what is due" in town.ask("GET /plugins/harbour/of/{profile}", ROOT).text
    assert 'href="/plugins/harbour/of/ben"' in town.ask("GET /today/{profile}", BEN).text


def test_every_change_proves_where_it_was_sent_from(routes):
    for key in CHANGES:
        assert set(calls(routes[key].dependant)) & set(PROOFS), key


@pytest.mark.parametrize("key", OURS)
def test_nobody_is_let_in_without_a_name(key: str, town: Town):
    before = town.version()
    assert is_turned_away(town.ask(key)), key
    assert is_turned_away(town.ask(key, csrf=town.csrf(ROOT))), key
    assert is_turned_away(town.ask(key, **{"X-Remote-User": ROOT})), key
    assert town.version() == before


@pytest.mark.parametrize("key", OURS)
def test_nobody_sees_or_changes_what_is_anothers(key: str, town: Town):
    before = town.version()
    for who in sorted(_SCOPE.keys() - OURS[key].who):
        answer = town.ask(key, who, csrf=town.csrf(who))
        assert is_refused(answer), (key, who, answer.status_code)
        if "/api/" in key:
            assert is_refused(town.ask(key, who, token=True)), (key, who)
    assert town.version() == before


@pytest.mark.parametrize("key", [key for key in OURS if key.startswith("GET ")])
def test_who_may_see_a_page_sees_it(key: str, town: Town):
    for who in sorted(OURS[key].who):
        answer = town.ask(key, who)
        assert not is_turned_away(answer), (key, who)
        assert answer.status_code < 400, (key, who, answer.status_code)
        if "/api/" in key:
            assert town.ask(key, who, token=True).status_code < 400, (key, who)


@pytest.mark.parametrize("key", [key for key in OURS if "/api/" not in key])
def test_a_token_opens_nothing_but_the_api(key: str, town: Town):
    assert is_turned_away(town.ask(key, ROOT, token=True)), key


@pytest.mark.parametrize("key", CHANGES)
def test_a_change_without_proof_is_refused_and_changes_nothing(key: str, town: Town):
    before = town.version()
    for who in sorted(OURS[key].who):
        others = next(one for one in _SCOPE if one != who)
        assert town.ask(key, who).status_code == 403, (key, who)
        assert town.ask(key, who, csrf=town.csrf(others)).status_code == 403, (key, who)
        for headers in _FOREIGN:
            answer = town.ask(key, who, csrf=town.csrf(who), **headers)
            assert answer.status_code == 403, (key, who, headers)
    assert town.version() == before


# Last, and the last of these: they change what the others look at.
@pytest.mark.parametrize("key", sorted(CHANGES, key=lambda key: key == "POST /logout"))
def test_who_may_change_something_is_heard(key: str, town: Town):
    who = next(one for one in (BEN, ROOT, BERTA, ADA, CARL) if one in OURS[key].who)
    own = {"Sec-Fetch-Site": "same-origin", "Origin": str(town.console.client.base_url).rstrip("/")}
    answer = town.ask(key, who, csrf=town.csrf(who), **own)
    assert not is_turned_away(answer), key
    assert answer.status_code not in {403, 404, 405}, (key, answer.status_code)
    assert answer.status_code < 500, key
