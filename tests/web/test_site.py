"""What holds for every page: headers, sizes, strangers, errors, and how the server begins and ends."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest

from cxdigest.errors import StoreError, WrongUseError
from cxdigest.web.guard import MOST_BYTES
from cxdigest.web.server import bound, serving
from cxdigest.web.site import site
from tests.web.conftest import Instance, sighting


@pytest.fixture
def link(instance: Instance) -> str:
    (posting,) = instance.take_in(sighting())
    return instance.feedback(instance.digest("ada", posting), posting, "genuine")


def test_every_answer_is_guarded_whatever_it_says(instance, link, pages: httpx.Client):
    for answer in (
        pages.get(link), pages.post(link), pages.get("/f/x"), pages.get("/nothing"),
        pages.put(link), pages.get("/feeds/ada.x.atom"), pages.get("/robots.txt"),
        pages.post(link, content=b"x" * (MOST_BYTES + 1)), pages.get("/style.css"),
    ):  # fmt: skip
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers
        if answer.headers["content-type"].startswith("text/html"):
            assert answer.headers["Cache-Control"] == "no-store"


def test_pages_hold_no_script_no_inline_style_and_nothing_from_elsewhere(link, pages):
    for page in (pages.get(link).text, pages.post(link).text, pages.get("/f/x").text):
        assert "<script" not in page
        assert " style=" not in page
        assert "<style" not in page
        assert "://" not in page


def test_robots_are_told_to_stay_out(pages: httpx.Client):
    assert pages.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_the_interface_is_not_described_to_strangers(pages: httpx.Client):
    for path in ("/docs", "/redoc", "/openapi.json", "/", "/style.css/..", "/../config.yaml"):
        assert pages.get(path).status_code == 404, path


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_long_is_refused_unread(told, instance, link, pages: httpx.Client):
    body = b"x" * (MOST_BYTES + 1)
    content = body if told else iter([body[:9000], body[9000:]])
    assert pages.post(link, content=content).status_code == 413
    assert instance.store.feedback_rows() == []
    assert pages.post(link, content=body[:MOST_BYTES]).status_code == 200


def test_who_tries_many_wrong_links_is_answered_shortly_and_right_ones_go_on(link, pages):
    statuses = [pages.get(f"/f/{number}").status_code for number in range(25)]
    assert statuses == [404] * 20 + [429] * 5
    assert pages.get("/feeds/ada.guess.atom").status_code == 429
    assert pages.get(link).status_code == 200, "whoever shares the address is not locked out"


def test_after_ten_minutes_wrong_links_are_answered_again(instance: Instance, pages: httpx.Client):
    for number in range(21):
        last = pages.get(f"/f/{number}").status_code
    assert last == 429
    instance.now = instance.now.replace(hour=instance.now.hour + 1)
    assert pages.get("/f/x").status_code == 404


def test_a_database_that_fails_is_said_and_logged_once(instance, link, pages, caplog, monkeypatch):
    def broken(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(instance.store, "mentioned", broken)
    with caplog.at_level(logging.INFO):
        answer = pages.get(link)
    assert answer.status_code == 503
    assert "Try again in a few minutes" in answer.text
    assert "disk" not in answer.text
    assert [one.getMessage() for one in caplog.records if "disk" in one.getMessage()] == [
        "a page could not be shown: the disk is full"
    ]


def test_an_error_that_nobody_foresaw_is_guarded_and_logged_with_its_place(
    instance, link, pages, caplog, monkeypatch
):
    monkeypatch.setattr(instance.store, "mentioned", lambda *_: 1 / 0)
    answer = pages.get(link)
    assert answer.status_code == 500
    assert "Try again in a few minutes" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    until = time.monotonic() + 60  # the answer goes out before the server has noted what happened
    while not caplog.records and time.monotonic() < until:
        time.sleep(0.01)
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.exc_info
    assert record.exc_info[0] is ZeroDivisionError
    assert link not in caplog.text


def test_no_link_stands_in_the_log(instance: Instance, link, pages: httpx.Client, caplog):
    with caplog.at_level(logging.DEBUG):
        for path in (link, "/f/t0ken", "/feeds/ada.s3cret.atom", "/f/" + "t0ken" * 90):
            pages.get(path)
            pages.post(path)
    ours = [one for one in caplog.records if not one.name.startswith("http")]
    said = [one.getMessage() for one in ours]
    for secret in (link, "t0ken", "s3cret"):
        assert not any(secret in one for one in said), said


def test_nonsense_on_the_wire_ends_no_server(instance: Instance, link, pages: httpx.Client):
    for bytes_sent in (
        b"\x00\xff" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /f/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ):
        with socket.create_connection((pages.base_url.host, pages.base_url.port), 5) as line:
            line.sendall(bytes_sent)
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass
    assert pages.get(link).status_code == 200


def test_an_address_that_is_taken_is_said_at_once(instance: Instance):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(WrongUseError, match=f"127.0.0.1:{port}: Address already in use; end "),
            serving(site(instance.desk), ("127.0.0.1", port)),
        ):
            pass


def test_of_two_that_begin_at_once_at_one_address_one_says_that_it_is_taken():
    with (
        closing(bound(("127.0.0.1", 0))) as first,  # and nobody is answered yet
        pytest.raises(WrongUseError, match="Address already in use"),
    ):
        bound(first.getsockname())


def test_the_server_ends_with_its_block_and_gives_the_port_back(instance: Instance):
    before = threading.active_count()
    with serving(site(instance.desk), ("127.0.0.1", 0)) as (host, port):
        line = HTTPConnection(host, port, timeout=60)
        line.request("GET", "/robots.txt")
        assert line.getresponse().read()
        line.close()
    assert not any(thread.name == "pages" for thread in threading.enumerate())
    assert threading.active_count() <= before + 1  # the pool of anyio may linger for its idle time
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((host, port))
