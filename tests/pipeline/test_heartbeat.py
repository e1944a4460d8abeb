"""The watcher outside is told once that the digests are out, or that they are stuck."""

from __future__ import annotations

from datetime import time
from urllib.parse import parse_qs, urlsplit

import pytest

from cxdigest.channels.heartbeat import Heartbeat
from cxdigest.errors import DeliveryError
from cxdigest.net import Http
from cxdigest.pipeline.beside import Side
from tests.servers.web import LOOPBACK
from tests.worlds import (
    DAY,
    HOUR,
    MINUTE,
    Scripted,
    World,
    alert,
    broken_for,
    later,
    never,
    profile,
)


@pytest.fixture
def http():
    made = Http(user_agent="tests", deadline=5, allow=LOOPBACK, pace=0)
    yield made
    made.close()


@pytest.fixture
def world(tmp_path, web, http):
    made = World(tmp_path)
    for path in ("/ping/1", "/ping/1/fail", "/api/push/t0ken"):
        web.page(path, "OK")
    made.more = {"heartbeat": Heartbeat(url=f"{web.url}/ping/1", http=http)}
    yield made
    made.store.close()


def told(web) -> list[tuple[str, str]]:
    return [(one.path, one.body.decode()) for one in web.requests]


def test_it_is_told_once_a_day_after_the_last_delivery(world, web):
    world.turn(after=-HOUR)
    assert told(web) == [], "nothing is due"
    world.turn(after=HOUR)
    assert told(web) == [("/ping/1", "1 digest done, 1 delivery")]
    for _ in range(3):
        world.turn(after=MINUTE)
    assert len(told(web)) == 1
    world.turn(after=DAY)
    assert len(told(web)) == 2


def test_a_restart_tells_nothing_again(world, web):
    world.turn()
    world.holder = "another"
    world.turn(after=MINUTE)
    assert len(told(web)) == 1


def test_it_waits_for_those_that_are_on_their_way_and_then_says_that_they_are_stuck(world, web):
    world.mail.script = [later()] * 4
    world.turn()
    world.turn(after=MINUTE)
    assert told(web) == []
    world.turn(after=2 * HOUR)
    world.turn(after=MINUTE)
    assert told(web) == [("/ping/1/fail", "no digests not made, 1 delivery waiting, none given up")]
    world.turn(after=20 * MINUTE)
    world.turn(after=3 * HOUR)
    assert told(web)[-1] == ("/ping/1", "1 digest done, 1 delivery")


def test_what_was_given_up_is_told_at_once(world, web):
    world.mail.script = [never()]
    world.turn()
    assert [path for path, _ in told(web)] == ["/ping/1/fail"]


def test_a_digest_that_cannot_be_made_is_told_after_an_hour(world, web):
    world.templates = broken_for("CX Lead")
    world.templates.globals["trap"] = None
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn()
    assert told(web) == []
    world.turn(after=HOUR)
    assert [path for path, _ in told(web)] == ["/ping/1/fail"]


def test_each_send_time_is_told_for_itself(world, web):
    world.profiles = (profile(), profile("ben", to=("ben@x.example",), send_at=time(9)))
    world.turn()
    world.turn(after=2 * HOUR)
    assert told(web) == [
        ("/ping/1", "1 digest done, 1 delivery"),
        ("/ping/1", "2 digests done, 2 deliveries"),
    ]


def test_a_day_without_news_is_a_day_done(world, web):
    world.profiles = (profile(send_empty=False),)
    world.turn()
    assert world.recipients == []
    assert told(web) == [("/ping/1", "1 digest done, no deliveries")]


def test_uptime_kuma_is_told_in_its_own_words(world, web, http):
    world.more = {"heartbeat": Heartbeat(url=f"{web.url}/api/push/t0ken?ping=", http=http)}
    world.mail.script = [never()]
    world.turn()
    asked = parse_qs(urlsplit(web.requests[0].path).query)
    assert asked["status"] == ["down"]
    assert "1 given up" in asked["msg"][0]
    assert urlsplit(web.requests[0].path).path == "/api/push/t0ken"


def test_one_that_does_not_answer_fails_no_delivery_and_is_tried_again(world, web, caplog):
    web.page("/ping/1", "no", status=500)
    world.turn()
    assert world.recipients == ["ada@x.example"]
    assert "the heartbeat was not heard, tried again: it answered 500" in caplog.text
    world.turn(after=MINUTE)
    assert len(told(web)) == 1, "not at every turn"
    web.page("/ping/1", "OK")
    world.turn(after=5 * MINUTE)
    assert len(told(web)) == 2
    world.turn(after=10 * MINUTE)
    assert len(told(web)) == 2


def test_one_that_hangs_holds_no_turn(world, web):
    web.play("/ping/1", lambda handler: web.over.wait(timeout=30))
    side = Side()
    world.more["beside"] = side
    world.turn()
    assert world.recipients == ["ada@x.example"], "the turn is over and the watcher still silent"
    web.over.set()
    side.close()


def test_a_private_address_is_called_only_where_it_is_allowed(world, web, caplog):
    http = Http(user_agent="tests", deadline=5, pace=0)
    world.more = {"heartbeat": Heartbeat(url=f"{web.url}/ping/1", http=http)}
    world.turn()
    http.close()
    assert told(web) == []
    assert world.recipients == ["ada@x.example"]
    assert "not heard" in caplog.text


def test_no_message_repeats_the_address(http):
    with pytest.raises(DeliveryError) as caught:
        Heartbeat(url="http://127.0.0.1:1/5w0rdf15h", http=http).beat(well=True, words="x")
    assert "5w0rdf15h" not in str(caught.value)
