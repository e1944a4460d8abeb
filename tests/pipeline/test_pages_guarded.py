"""Pages that are hostile, asked by the guarded client over the net's own resolver and allowance."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from cxdigest.net import Http
from tests.pipeline.test_pages import json_ld, only, shown, take
from tests.worlds import DAY

BUSY = 2  #: seconds in which robots.txt is surely asked, however much else the machine does


@pytest.fixture
def guarded(world, town, web, tls):
    """A function that lets a world ask the server under any name, and says what became of it."""
    made = []
    port = urlsplit(web.url).port

    def read(
        path="/job", *, resolve=lambda _host, _port: ["127.0.0.1"], allow=("127.0.0.1/32",), **more
    ):
        settings = {"deadline": 30, "max_bytes": 200_000, **more}
        made.append(
            Http(
                user_agent="cxdigest-tests",
                pace=0,
                tls=tls,
                resolve=resolve,
                allow=allow,
                **settings,
            )
        )
        world.pages = town.desk(world, http=made[-1])
        (one,) = take(world, shown(f"http://careers.quillfeather.example:{port}{path}"))
        return one

    yield read
    for http in made:
        http.close()


def asked(web):
    return [one.path for one in web.requests if one.path != "/robots.txt"]


def test_a_page_at_a_name_is_read_by_the_guarded_client(guarded, web):
    web.page("/job", json_ld(), kind="text/html")
    assert guarded().outcome == "read"
    assert web.requests[-1].headers["Host"].startswith("careers.quillfeather.example:")


def test_a_private_address_is_never_asked(guarded, web, world):
    web.page("/job", json_ld(), kind="text/html")
    found = guarded(allow=())
    assert found.outcome == "robots"
    assert "net.allow" in found.detail
    assert web.requests == []
    assert only(world).closed == ""


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:10.0.0.1]/",
     "http://2130706434/", "http://0177.0.0.2/", "http://100.64.0.1/", "http://[fe80::1]/", "http://[::1]/"],
)  # fmt: skip
def test_a_redirect_to_a_private_address_ends_there(guarded, web, target):
    web.redirect("/job", target)
    read = guarded()
    assert read.outcome in {"robots", "network"}, read.detail
    assert asked(web) == ["/job"]


def test_a_name_that_changes_between_check_and_connection_changes_nothing(guarded, web):
    web.page("/job", json_ld(), kind="text/html")
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"]])
    read = guarded(resolve=lambda _host, _port: next(answers))
    # robots.txt and the page go over the connection that was checked; a new one is checked anew.
    assert read.outcome in {"read", "robots"}
    assert {one.peer[0] for one in web.requests} == {"127.0.0.1"}


def test_a_bomb_is_stopped_at_the_cap(guarded, web, world):
    web.packed("/job", b"<p>duties</p>" * 1_000_000)
    assert guarded().outcome == "unreadable"
    assert only(world).description == ""


def test_a_page_that_never_ends_is_given_up_and_asked_later(guarded, web, world):
    web.drip("/job")
    read = guarded(deadline=BUSY, max_bytes=2_000_000)
    assert read.outcome == "network"
    assert f"no complete answer within {BUSY} s" in read.detail


def test_one_deadline_holds_for_all_hops(guarded, web):
    for number in range(5):
        web.play(f"/job{number or ''}", _slow(web, f"/job{number + 1}", BUSY / 2.5))
    read = guarded(deadline=BUSY)
    assert read.outcome == "network"
    assert len(asked(web)) < 5


def _slow(web, to, seconds):
    def play(handler):
        web.over.wait(seconds)
        handler.reply(302, {"Location": to}, b"")

    return play


def test_a_circle_of_redirects_ends(guarded, web):
    web.redirect("/job", "/again")
    web.redirect("/again", "/job")
    assert guarded().outcome == "unreadable"
    assert len(asked(web)) <= 6


def test_robots_txt_of_any_size_is_read_to_half_a_megabyte(guarded, web):
    rules = b"User-agent: *\nDisallow: /job\n" + b"# filler\n" * 70_000 + b"Allow: /job\n"
    web.page("/robots.txt", rules, kind="text/plain")
    web.page("/job", json_ld(), kind="text/html")
    assert guarded(max_bytes=2_000_000).outcome == "robots"
    assert asked(web) == []


def test_a_robots_txt_that_leads_to_a_forbidden_board_forbids_for_now(guarded, web):
    web.redirect("/robots.txt", "https://www.linkedin.com/robots.txt")
    web.page("/job", json_ld(), kind="text/html")
    assert guarded().outcome == "robots"
    assert asked(web) == []


def test_a_page_of_nobody_is_tried_again_the_next_day(guarded, web, world):
    def nobody(_host, _port):
        raise OSError("no such name")

    read = guarded(resolve=nobody)
    assert read.outcome == "robots", "without its robots.txt nothing is asked"
    assert world.turn(after=DAY).pages
