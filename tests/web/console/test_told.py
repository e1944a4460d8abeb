"""JSON that programs send: whose it is, what proves it, and what is no JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from cxdigest.console.instance.users import digest_of, make_token
from cxdigest.store import User
from cxdigest.web.guard import Guard
from cxdigest.web.server import serving
from cxdigest.web.site import site
from cxdigest.web.who import Told, Visiting, Visitor, csrf_of
from tests.asking import asking
from tests.web.console.instance import NOW, Console, opened, put_instance

SECRET = "what-a-browser-holds"


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> Iterator[tuple[Console, httpx.Client]]:
    """The console with one more address, which says what it was told."""
    with opened(put_instance(tmp_path_factory.mktemp("told"))) as console:
        app = site(replace(console.desk, alone=True))
        assert isinstance(app, Guard)
        inner = app.app
        assert isinstance(inner, FastAPI)

        @inner.post("/api/echo")
        def echo(visitor: Visiting, told: Told) -> dict[str, object]:
            return {"who": visitor.name, "way": visitor.way, "told": told}

        root = User(name="root", role="admin", made=NOW, changed=NOW)
        console.store.add_user(root)
        console.store.begin_session(
            digest_of(SECRET), root, now=NOW, ends=NOW.replace(year=NOW.year + 1)
        )
        with (
            serving(app, ("127.0.0.1", 0)) as (host, port),
            asking((host, port)) as client,
        ):
            yield console, client


def test_a_token_is_proof_enough(api):
    console, client = api
    show = {"Authorization": f"Bearer {make_token(console.store, 'root', 'x', now=NOW)}"}
    answer = client.post("/api/echo", json=[1, {"a": None}], headers=show)
    assert answer.json() == {"who": "root", "way": "token", "told": [1, {"a": None}]}


def test_a_wrong_token_is_nobody_even_in_a_browser_that_is_signed_in(api):
    _, client = api
    for given in ("Bearer cxd_wrong", "Bearer -", "bearer x y"):
        held = {"Authorization": given, "Cookie": f"cxdigest={SECRET}"}
        answer = client.post("/api/echo", json=1, headers=held)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="cxdigest"'


def test_a_page_proves_itself_by_a_header(api):
    console, client = api
    who = Visitor(name="root", role="admin", way="session", session=digest_of(SECRET))
    held = {"Cookie": f"cxdigest={SECRET}"}
    assert client.post("/api/echo", json=1, headers=held).status_code == 403
    held["X-CSRF-Token"] = csrf_of(who, console.desk)
    assert client.post("/api/echo", json=1, headers=held).json()["way"] == "session"
    held["Origin"] = "https://evil.example"
    assert client.post("/api/echo", json=1, headers=held).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/json; charset=utf-8", 200),
        (b" " * 1_000_001, "application/json", 413),
    ],
)
def test_what_is_no_json_is_said(content, kind, status, api):
    console, client = api
    show = {"Authorization": f"Bearer {make_token(console.store, 'root', kind, now=NOW)}"}
    answer = client.post("/api/echo", content=content, headers={**show, "Content-Type": kind})
    assert answer.status_code == status
    if status not in {200, 413}:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
