"""Pages that are given again: to whom, for how long, and after what no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi.responses import Response

from cxdigest.model import Role
from cxdigest.web.answers import Answers
from cxdigest.web.kept import COOKIE
from tests.asking import asking
from tests.store.world import NOW
from tests.web.console.instance import Console
from tests.web.console.test_who import PASSWORD, add, sign_in

PATH = "/postings/ada"


def _say(store, console: Console, title: str) -> None:
    store.record_feedback(
        "ada", console.posting(title), "applied", way="mail", sender="ada", now=console.now
    )


def _said(page: httpx.Response) -> int:
    assert page.status_code == 200
    return page.text.count("You said: Applied")


@contextmanager
def _signed_in(console: Console, name: str, role: Role, **scope: str) -> Iterator[httpx.Client]:
    add(console, name, role, **scope)
    at = console.client.base_url
    with asking((at.host, at.port)) as client:
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
        yield client


def test_a_worker_at_work_is_seen_a_minute_later_and_a_person_at_once(console):
    assert _said(console.get(PATH)) == 0
    _say(console.store.behind(), console, "CX Research Manager")
    assert _said(console.get(PATH)) == 0, "the page of a moment ago"
    assert _said(console.get(PATH, headers={"HX-Request": "true"})) == 1, "was not asked before"
    console.now += timedelta(minutes=1)
    assert _said(console.get(PATH)) == 1
    console.post("/today/ada", say=f"applied:{console.posting('Customer Journey Manager')}")
    assert _said(console.get(PATH)) == 2


def test_what_anybody_of_this_process_wrote_is_seen_at_once(console):
    assert _said(console.get(PATH)) == 0
    _say(console.store, console, "CX Research Manager")
    assert _said(console.get(PATH)) == 1


def test_each_is_given_pages_of_their_own(console):
    with (
        _signed_in(console, "root", "admin") as boss,
        _signed_in(console, "ada", "client", profile="ada") as ada,
        _signed_in(console, "ben", "client", profile="ben") as ben,
    ):
        for _ in range(2):
            pages = [one.get(PATH) for one in (boss, ada)]
            assert [one.status_code for one in pages] == [200, 200]
            tokens = [one.text.partition('name="csrf" value="')[2][:40] for one in pages]
            assert tokens[0] != tokens[1]
            assert 'href="/sources"' in pages[0].text
            assert 'href="/sources"' not in pages[1].text
            assert ben.get(PATH).status_code == 404
            assert boss.get("/sources").status_code == 200
            assert ada.get("/sources").status_code == 403


def test_who_may_no_longer_look_is_given_nothing_that_is_kept(console):
    with _signed_in(console, "root", "admin"), _signed_in(console, "eve", "admin") as eve:
        assert eve.get(PATH).status_code == eve.get(PATH).status_code == 200
        # As another process does it, of which this one is told nothing.
        console.store.behind().set_role("eve", "client", profile="ben", now=console.now)
        assert eve.get(PATH).headers["location"].startswith("/login")
        assert eve.post("/login", data={"name": "eve", "password": PASSWORD}).status_code == 303
        assert eve.get(PATH).status_code == 404


def test_a_profile_that_is_paused_elsewhere_is_shown_so_at_once(console):
    assert "Resume" not in console.get("/clients/ada").text
    console.store.behind().pause_profile("ada", now=console.now)
    assert "Resume" in console.get("/clients/ada").text


def test_a_change_marks_a_browser_of_a_shared_store_alone(console, monkeypatch):
    word = {"say": f"applied:{console.posting('CX Research Manager')}"}
    assert "set-cookie" not in console.post("/today/ada", **word).headers
    monkeypatch.setattr(type(console.store), "is_shared", True)
    assert COOKIE in console.post("/today/ada", **word).headers["set-cookie"]
    assert "set-cookie" not in console.get(PATH).headers


def test_a_browser_that_changed_something_is_given_nothing_that_is_kept(console):
    assert _said(console.get(PATH)) == 0
    _say(console.store.behind(), console, "CX Research Manager")
    assert _said(console.get(PATH, headers={"Cookie": f"{COOKIE}=1"})) == 1


def test_signing_in_still_sets_its_own_cookie_beside_the_mark(console, monkeypatch):
    monkeypatch.setattr(type(console.store), "is_shared", True)
    add(console)
    cookies = sign_in(console).headers.get_list("set-cookie")
    assert [one.partition("=")[0] for one in cookies] == ["cxdigest", COOKIE]


@pytest.mark.parametrize(
    "answer",
    [Response("no", status_code=404), Response("x", headers={"Set-Cookie": "a=b"}),
     Response("long" * 9)],
)  # fmt: skip
def test_what_is_not_to_be_given_again_is_not_kept(answer):
    answers = Answers(most=30)
    answers.keep("key", 1, NOW, answer)
    assert answers.get("key", 1, NOW, timedelta(seconds=5)) is None


def test_kept_pages_have_a_bound_and_who_was_asked_for_longest_ago_goes_first():
    answers = Answers(most=30)
    for name in "abc":
        answers.keep(name, 1, NOW, Response(name * 10))
    assert answers.get("a", 1, NOW, timedelta(seconds=5)).body == b"a" * 10
    answers.keep("d", 1, NOW, Response("d" * 10))
    found = {name for name in "abcd" if answers.get(name, 1, NOW, timedelta(seconds=5))}
    assert found == {"a", "c", "d"}
    assert answers.get("a", 2, NOW, timedelta(seconds=5)) is None
    assert answers._size == 20, "what is no longer so is forgotten"


def test_headers_that_are_added_on_the_way_out_are_not_kept():
    answers = Answers()
    answers.keep("key", 1, NOW, Response("x"))
    one = answers.get("key", 1, NOW, timedelta(seconds=5))
    one.headers["X-More"] = "1"
    assert "x-more" not in answers.get("key", 1, NOW, timedelta(seconds=5)).headers
