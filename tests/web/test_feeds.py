"""Feeds: valid, steady, cheap to ask for, and one person's alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest
from sqlalchemy import update

from cxdigest.pipeline.digests.feeds import feed_address
from cxdigest.store.schema import digests
from tests.store.world import judge, verdict
from tests.web.conftest import DAY, PUBLIC, Instance, sighting

ATOM = "{http://www.w3.org/2005/Atom}"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def roles(instance: Instance) -> list[str]:
    """Ada's two roles, one of them unclear, and one that is flagged; and a role of Ben's."""
    (sure,) = instance.take_in(sighting())
    (unsure,) = instance.take_in(sighting("CX Lead <b>&amp;</b>"), kind="unclear")
    (other,) = instance.take_in(sighting("CX Agent"), kind="service")
    instance.digest("ada", sure, unclear=[unsure], flagged=[other])
    (bens,) = instance.take_in(sighting("Ben's Role"), source="other")
    instance.digest("ben", bens)
    return [sure, unsure, other]


def path(instance: Instance, name: str = "ada", form: str = "atom", renew: bool = False) -> str:
    secret = instance.store.make_feed_secret(name, now=instance.now, renew=renew)
    return f"{feed_address('', name, secret)}.{form}"


def titles(answer: httpx.Response) -> list[str]:
    return sorted(entry.title for entry in feedparser.parse(answer.content).entries)


def test_a_feed_is_what_its_profiles_digests_showed_as_genuine_or_worth_a_look(
    instance, roles, pages: httpx.Client
):
    answer = pages.get(path(instance))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert titles(answer) == ["CX Lead <b>&amp;</b>", "Head of Customer Experience"]
    assert titles(pages.get(path(instance) + "?flagged=1")) == [
        "CX Agent", "CX Lead <b>&amp;</b>", "Head of Customer Experience",
    ]  # fmt: skip
    assert titles(pages.get(path(instance, "ben"))) == ["Ben's Role"]


def test_the_atom_feed_holds_what_its_specification_demands(instance, roles, pages: httpx.Client):
    address = path(instance)
    document = ET.fromstring(pages.get(address).content)
    assert document.tag == f"{ATOM}feed"
    for at in (document, *document.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(at.findall(f"{ATOM}{name}")) == 1, name
        moment = at.findtext(f"{ATOM}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    ids = [one.text or "" for one in document.iter(f"{ATOM}id")]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)
    assert len(set(ids)) == len(ids) == 3
    assert document.findtext(f"{ATOM}author/{ATOM}name")
    self_link = document.find(f"{ATOM}link[@rel='self']")
    assert self_link is not None
    assert self_link.get("href") == PUBLIC + address
    read = feedparser.parse(pages.get(address).content)
    assert (read.bozo, read.version) == (False, "atom10")
    genuine = next(one for one in read.entries if one.title.startswith("Head"))
    assert (
        genuine.summary
        == "Customer experience: “own the “journey” – 客户” (judged from the title alone)"
    )
    assert genuine.link == "https://jobs.example/Head-of-Customer-Experience"
    assert "Owns the journey." in genuine.content[0].value


def test_the_json_feed_says_the_same_and_the_posting_as_data(instance, roles, pages: httpx.Client):
    answer = pages.get(path(instance, form="json"))
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    told = json.loads(answer.content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == PUBLIC + path(instance, form="json")
    atom = feedparser.parse(pages.get(path(instance)).content).entries
    for item, entry in zip(told["items"], atom, strict=True):
        assert (item["id"], item["title"], item["summary"]) == (
            entry.id,
            entry.title,
            entry.summary,
        )
        assert item["content_html"] == entry.content[0].value
        assert item["_cxdigest"]["title"] == item["title"]
        assert item["_cxdigest"]["id"] in roles


def test_ids_stay_when_the_address_is_renewed_and_the_old_one_ends(instance, roles, pages):
    old = path(instance)
    before = {one.id for one in feedparser.parse(pages.get(old).content).entries}
    new = path(instance, renew=True)
    assert new != old
    assert pages.get(old).status_code == 404
    assert {one.id for one in feedparser.parse(pages.get(new).content).entries} == before
    assert path(instance) == new, "asked for again it is the same"


def test_asking_again_costs_no_body_until_something_changed(instance, roles, pages: httpx.Client):
    address = path(instance)
    first = pages.get(address)
    by_tag = pages.get(address, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert by_tag.headers["ETag"] == first.headers["ETag"]
    by_date = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert pages.get(address, headers=by_date).status_code == 304
    assert pages.get(address, headers={"If-Modified-Since": "yesterday"}).status_code == 200
    assert pages.head(address).headers["ETag"] == first.headers["ETag"]
    (more,) = instance.take_in(sighting("VP Customer Experience"))
    instance.now += DAY
    instance.digest("ada", more, day=instance.now.date(), made=instance.now)
    again = pages.get(address, headers={"If-None-Match": first.headers["ETag"], **by_date})
    assert again.status_code == 200
    assert len(titles(again)) == 3


def test_a_feed_that_nothing_happened_to_is_the_same_on_another_day(instance, roles, pages):
    first = pages.get(path(instance)).content
    instance.now += 30 * DAY
    assert pages.get(path(instance)).content == first


def test_within_a_minute_the_store_is_asked_for_the_secret_alone(
    instance, roles, pages, monkeypatch
):
    address = path(instance)
    first = pages.get(address).content
    asked = []
    really = instance.store.listed
    monkeypatch.setattr(
        instance.store, "listed", lambda *a, **k: asked.append(a) or really(*a, **k)
    )
    instance.now += MINUTE - timedelta(seconds=1)
    assert pages.get(address).content == first
    assert asked == []
    instance.now += timedelta(seconds=1)
    pages.get(address)
    assert len(asked) == 1


def test_nobody_reads_a_feed_without_its_own_secret(instance, roles, pages: httpx.Client):
    adas, bens = path(instance), path(instance, "ben")
    secret = adas.split(".")[1]
    other_end = "y" if secret.endswith("x") else "x"
    for wrong in (
        bens.replace(bens.split(".")[1], secret), f"/feeds/ada.{secret[:-1]}{other_end}.atom", "/feeds/ada..atom",
        "/feeds/ada.atom", "/feeds/cleo..json", "/feeds/.atom", adas.removesuffix("atom") + "xml",
        f"/feeds/ada.{secret.swapcase()}.atom", "/feeds/ada.%C3%A9.atom",
    ):  # fmt: skip
        assert pages.get(wrong).status_code == 404, wrong
    assert pages.post(adas).status_code == 405


def test_a_profile_without_a_secret_has_no_feed(instance, roles, pages: httpx.Client):
    assert pages.get("/feeds/ada..atom").status_code == 404


def test_a_paused_profile_keeps_its_feed_and_an_unknown_one_has_none(instance, roles, pages):
    address = path(instance)
    instance.profiles["ada"] = replace(instance.profiles["ada"], paused=True)
    assert pages.get(address).status_code == 200
    del instance.profiles["ada"]
    assert pages.get(address).status_code == 404


def test_a_readers_word_holds_in_the_feed_too(instance, roles, pages: httpx.Client):
    sure, _, other = roles
    instance.now += DAY
    for posting, word in ((sure, "not-genuine"), (other, "genuine")):
        instance.store.record_feedback(
            "ada", posting, word, way="command", sender="", now=instance.now
        )
    assert titles(pages.get(path(instance))) == ["CX Agent", "CX Lead <b>&amp;</b>"]


def test_what_waits_for_a_coach_is_not_in_the_feed_yet(instance, pages: httpx.Client):
    (posting,) = instance.take_in(sighting())
    held = instance.digest("ada", posting)
    with instance.store._database.writing() as connection:
        connection.execute(update(digests).where(digests.c.id == held).values(state="review"))
    assert titles(pages.get(path(instance))) == []
    empty = feedparser.parse(pages.get(path(instance)).content)
    assert not empty.bozo


def test_a_verdict_that_changes_changes_the_entry(instance, roles, pages: httpx.Client):
    _, unsure, _ = roles
    before = feedparser.parse(pages.get(path(instance)).content).entries
    instance.now += DAY
    judge(instance.store, verdict(unsure, kind="genuine", tier="snippet"), now=instance.now)
    after = feedparser.parse(pages.get(path(instance)).content).entries
    was, now = ({one.id: one.updated for one in entries} for entries in (before, after))
    assert was.keys() == now.keys()
    assert sorted(now[key] > was[key] for key in was) == [False, True]


def test_a_link_that_may_hold_a_token_stays_out_of_the_feed(instance, pages: httpx.Client):
    (posting,) = instance.take_in(
        sighting(url="https://tracker.example/click?u=t0ken", opaque=True)
    )
    instance.digest("ada", posting)
    for form in ("atom", "json"):
        text = pages.get(path(instance, form=form)).text
        assert "t0ken" not in text
        assert "Its link can be opened from your digest alone." in text
    assert not feedparser.parse(pages.get(path(instance)).content).bozo


def test_a_hostile_title_is_text_in_every_form(instance, pages: httpx.Client):
    title = "]]><script>alert(1)</script> \x00\x0b\uffff\U0001f600 CX"
    (posting,) = instance.take_in(sighting(title, company='"><img src=x>'))
    instance.digest("ada", posting)
    document = ET.fromstring(pages.get(path(instance)).content)
    content = document.findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert "<img" not in content
    assert "<script" not in content
    told = json.loads(pages.get(path(instance, form="json")).content)
    assert told["items"][0]["content_html"] == content
