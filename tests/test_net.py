"""The HTTP client against a real server on loopback."""

from __future__ import annotations

import base64
import contextlib
import gzip
import logging
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.errors import DeadlineError, NetError, TooMuchError
from cxdigest.net import Answer, Http, shown
from cxdigest.net.body import read_body
from tests.servers.web import LOOPBACK, Handler, Web

NOW = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
MakeHttp = Callable[..., Http]
TLS = ssl.create_default_context()  # takes a while to make

NOWHERE = Http(user_agent="cxdigest-tests", pace=0, resolve=lambda _host, _port: [], tls=TLS)


@pytest.fixture
def make_http() -> Iterator[MakeHttp]:
    made: list[Http] = []

    def make(**wishes: object) -> Http:
        settings = {"user_agent": "cxdigest-tests", "allow": LOOPBACK, "pace": 0, "deadline": 30}
        made.append(Http(**{**settings, "tls": TLS, **wishes}))
        return made[-1]

    yield make
    for http in made:
        http.close()


@pytest.fixture
def http(make_http: MakeHttp) -> Http:
    return make_http()


class Hours:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


# what an answer says


def test_a_document_arrives_with_its_status_headers_and_validators(http: Http, web: Web):
    date = "Sun, 01 Nov 2026 06:00:00 GMT"
    url = web.page("/feed", "<feed/>", etag='"v1"', modified=date)
    answer = http.get(url)
    assert (answer.status, answer.body, answer.url) == (200, b"<feed/>", url)
    assert (answer.etag, answer.modified, answer.not_modified) == ('"v1"', date, False)
    assert answer.headers["content-type"] == "application/atom+xml"


def test_the_request_says_who_asks_and_what_is_accepted(make_http: MakeHttp, web: Web):
    make_http(user_agent="cxdigest/1 (+https://cxdigest.example)").get(
        web.page("/feed"), accept="application/atom+xml"
    )
    asked = web.requests[0].headers
    assert asked["User-Agent"] == "cxdigest/1 (+https://cxdigest.example)"
    assert asked["Accept"] == "application/atom+xml"
    assert asked["Accept-Encoding"] == "gzip, deflate"
    assert asked["Host"] == web.url.removeprefix("http://")
    assert asked["If-None-Match"] is None
    assert asked["If-Modified-Since"] is None


@pytest.mark.parametrize("validator", ["etag", "modified"])
def test_an_unchanged_document_is_not_sent_again(http: Http, web: Web, validator: str):
    value = {"etag": '"v1"', "modified": "Sun, 01 Nov 2026 06:00:00 GMT"}[validator]
    url = web.page("/feed", "<feed/>", **{validator: value})
    answer = http.get(url, **{validator: value})
    assert answer.not_modified
    assert answer.body == b""


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
def test_a_refusal_is_an_answer_not_an_error(http: Http, web: Web, status: int):
    answer = http.get(web.page("/feed", "sorry", status=status))
    assert (answer.status, answer.body) == (status, b"sorry")


@pytest.mark.parametrize(
    ("said", "date", "wait"),
    [
        ("120", None, timedelta(minutes=2)),
        # The server's clock is an hour slow: what counts is its own difference.
        ("Mon, 02 Nov 2026 06:40:00 GMT", "Mon, 02 Nov 2026 06:30:00 GMT", timedelta(minutes=10)),
        ("Monday, 02-Nov-26 06:40:00 GMT", "Mon, 02 Nov 2026 06:30:00 GMT", timedelta(minutes=10)),
        ("Mon, 02 Nov 2026 07:45:00 GMT", "", timedelta(minutes=15)),  # no Date: from NOW
        ("Mon, 02 Nov 2026 01:00:00 GMT", None, timedelta(0)),
        ("99999999999999999999", None, timedelta(days=7)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", None, timedelta(days=7)),
        ("soon", None, None),
        ("-5", None, None),
        ("", None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_own_clock(
    http: Http, web: Web, said: str, date: str | None, wait: timedelta | None
):
    headers = {"Retry-After": said} | ({} if date is None else {"Date": date})
    answer = http.get(web.page("/feed", status=429, headers=headers), now=NOW)
    assert answer.retry_after == wait


# redirects


def test_redirects_are_followed_and_the_last_address_is_told(http: Http, web: Web):
    last = web.page("/c", "here")
    web.redirect("/b", "/c?x=1")
    answer = http.get(web.redirect("/a", "b"))
    assert (answer.status, answer.body, answer.url) == (200, b"here", last + "?x=1")
    assert answer.moved == ""


def test_a_permanent_move_is_told_as_far_as_it_is_permanent(http: Http, web: Web):
    web.page("/now", "here")
    web.redirect("/new", "/now", status=307)
    web.redirect("/old", "/new", status=308)
    answer = http.get(web.redirect("/oldest", "/old", status=301))
    assert answer.moved == web.url + "/new"
    assert answer.url == web.url + "/now"


def test_validators_are_sent_along_redirects(http: Http, web: Web):
    web.page("/now", "here", etag='"v1"')
    assert http.get(web.redirect("/old", "/now"), etag='"v1"').not_modified


def test_five_redirects_are_followed_and_a_sixth_is_refused(http: Http, web: Web):
    for n in range(6):
        web.redirect(f"/{n}", f"/{n + 1}")
    web.page("/6", "here")
    assert http.get(web.url + "/1").body == b"here"
    with pytest.raises(NetError, match="more than 5 redirects"):
        http.get(web.url + "/0")


def test_a_circle_of_redirects_is_named(http: Http, web: Web):
    web.redirect("/b", "/a")
    with pytest.raises(NetError, match=r"/a → .*/b → .*/a: the redirects go in a circle"):
        http.get(web.redirect("/a", "/b"))
    assert len(web.requests) == 2


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://files.example/", "gopher://x.example/", "data:,x"]
)
def test_a_redirect_to_another_scheme_is_refused(http: Http, web: Web, target: str):
    with pytest.raises(NetError, match="only http:// and https:// are fetched"):
        http.get(web.redirect("/a", target))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "feeds.example/x", "", "http://", "http://h.example:99999/", "http://[::1",
     "http://a b/", "javascript:alert(1)", "http://" + "a" * 70 + ".example/", "http://x\n.example/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_with_a_message(http: Http, url: str):
    with pytest.raises(NetError):
        http.get(url)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet=":/@[]?#%.\\0aé").map("http://{}".format))
def test_whatever_is_written_as_an_address_gives_an_answer_or_a_message(text: str):
    with pytest.raises(NetError):
        NOWHERE.get(text)


@given(st.binary(), st.sampled_from(["gzip", "deflate"]))
def test_whatever_is_sent_as_packed_gives_bytes_or_a_message(data: bytes, encoding: str):
    with contextlib.suppress(NetError):
        assert len(read_body([data], encoding=encoding, max_bytes=1000)) <= 1000


@given(st.binary(max_size=300), st.lists(st.integers(1, 40)), st.sampled_from(["gzip", "deflate"]))
def test_a_packed_body_may_arrive_in_any_pieces(text: bytes, cuts: list[int], encoding: str):
    data = gzip.compress(text, mtime=0) * 2 if encoding == "gzip" else zlib.compress(text)
    pieces = []
    for cut in cuts:
        pieces.append(data[:cut])
        data = data[cut:]
    whole = text * 2 if encoding == "gzip" else text
    assert read_body([*pieces, data], encoding=encoding, max_bytes=1000) == whole


# limits


def test_a_dripping_body_ends_at_the_deadline(make_http: MakeHttp, web: Web):
    started = time.monotonic()
    with pytest.raises(DeadlineError, match=r"no complete answer within 0\.3 s"):
        make_http(deadline=0.3).get(web.drip("/slow"))
    assert time.monotonic() - started < 20, "it never ends by itself"


def test_dripping_headers_end_at_the_deadline(make_http: MakeHttp, web: Web):
    with pytest.raises(DeadlineError):
        make_http(deadline=0.3).get(web.drip("/slow", head=True))


def test_headers_without_end_are_refused(http: Http, web: Web):
    def play(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 Played\r\n")
        while not web.over.is_set():
            handler.wfile.write(b"X-More: and more\r\n" * 100)

    with pytest.raises(NetError, match="broke off"):
        http.get(web.play("/feed", play))


def test_a_server_that_says_nothing_ends_at_the_deadline(make_http: MakeHttp, web: Web):
    with pytest.raises(DeadlineError, match="/mute"):
        make_http(deadline=0.2).get(web.hang("/mute"))


def test_one_deadline_holds_for_all_hops_together(make_http: MakeHttp, web: Web):
    def late(to: str) -> Callable[[Handler], None]:
        def play(handler: Handler) -> None:
            web.over.wait(0.2)
            handler.reply(302, {"Location": to}, b"")

        return play

    for n in range(5):
        web.play(f"/{n}", late(f"/{n + 1}"))
    web.page("/5", "here")
    with pytest.raises(DeadlineError):
        make_http(deadline=0.5).get(web.url + "/0")


def test_a_deadline_that_passes_between_two_waits_is_noticed(make_http: MakeHttp, web: Web):
    hours = Hours()

    def resolve(host: str, port: int) -> list[str]:
        hours.now += 60
        return ["127.0.0.1"]

    with pytest.raises(DeadlineError, match="within 5 s"):
        make_http(deadline=5, clock=hours.clock, resolve=resolve).get("http://slow.example/")


def test_a_name_lookup_that_hangs_ends_at_the_deadline(make_http: MakeHttp, web: Web):
    def resolve(host: str, port: int) -> list[str]:
        web.over.wait(30)
        return ["127.0.0.1"]

    with pytest.raises(DeadlineError):
        make_http(deadline=0.2, resolve=resolve).get("http://slow.example/")


@pytest.mark.parametrize("announced", ["20", ""])
def test_a_body_over_the_cap_is_refused(make_http: MakeHttp, web: Web, announced: str):
    headers = {"Content-Length": announced, "Connection": "" if announced else "close"}
    url = web.page("/big", b"x" * 20, headers=headers)

    def play(handler: Handler) -> None:
        handler.reply(200, headers, b"x" * 20)
        handler.close_connection = True

    web.play("/big", play)
    with pytest.raises(TooMuchError, match=r"larger than 1e-05 MB.*net\.max_bytes"):
        make_http(max_bytes=10).get(url)


def test_a_body_of_exactly_the_cap_is_read(make_http: MakeHttp, web: Web):
    assert len(make_http(max_bytes=20).get(web.page("/x", b"x" * 20)).body) == 20


def test_an_endless_body_ends_at_the_cap(make_http: MakeHttp, web: Web):
    with pytest.raises(TooMuchError):
        make_http(max_bytes=1_000_000).get(web.endless("/endless"))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw-deflate"])
def test_packed_bodies_are_unpacked(http: Http, web: Web, encoding: str):
    text = b"".join(b"line %d of a feed\n" % n for n in range(20_000))
    assert http.get(web.packed("/feed", text, encoding=encoding)).body == text


def test_gzip_in_several_members_with_padding_is_unpacked_whole(http: Http, web: Web):
    data = gzip.compress(b"one ", mtime=0) + gzip.compress(b"two") + b"\0" * 12
    url = web.page("/feed", data, headers={"Content-Encoding": "gzip"})
    assert http.get(url).body == b"one two"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_stopped_at_the_cap_without_filling_the_memory(
    make_http: MakeHttp, web: Web, encoding: str
):
    squeeze = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    bomb = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(300)) + squeeze.flush()
    url = web.page("/bomb", bomb, headers={"Content-Encoding": encoding})
    tracemalloc.start()
    with pytest.raises(TooMuchError, match="larger than 1 MB"):
        make_http(max_bytes=1_000_000, deadline=60).get(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000  # the bomb holds 300 MB


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        (b"not packed at all", "gzip", "is broken"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-12], "gzip", "broke off within its packed data"),
        (b"xx", "br", "though only gzip, deflate was asked for"),
        (b"xx", "gzip, gzip", "though only gzip, deflate was asked for"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_named(
    http: Http, web: Web, data: bytes, encoding: str, said: str
):
    with pytest.raises(NetError, match=said):
        http.get(web.page("/feed", data, headers={"Content-Encoding": encoding}))


def test_a_body_that_breaks_off_is_an_error_not_half_a_feed(http: Http, web: Web):
    with pytest.raises(NetError, match="the connection broke off"):
        http.get(web.cut("/feed", b"<feed>", announced=500))


def test_an_answer_that_is_not_http_is_named(http: Http, web: Web):
    url = web.play("/feed", lambda handler: handler.wfile.write(b"SSH-2.0-server\r\n\r\n"))
    with pytest.raises(NetError, match="broke off"):
        http.get(url)


def test_a_port_where_nobody_listens_is_named(http: Http):
    with pytest.raises(NetError, match=r"127\.0\.0\.1:9/feed: no connection \(.*refused"):
        http.get("http://127.0.0.1:9/feed")


def test_a_name_that_does_not_exist_is_named(make_http: MakeHttp):
    def resolve(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(NetError, match=r"nowhere\.example could not be looked up.*spelling"):
        make_http(resolve=resolve).get("http://nowhere.example/feed")


# secrets


def test_messages_and_logs_never_show_credentials_or_queries(
    http: Http, web: Web, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    host = web.url.removeprefix("http://")
    web.redirect("/feed", f"http://anna:hunter2@{host}/file?token=hunter2#hunter2")
    web.redirect("/file", "file:///hunter2?token=hunter2")
    with pytest.raises(NetError) as caught:
        http.get(f"http://anna:hunter2@{host}/feed?token=hunter2")
    assert "hunter2" not in str(caught.value).replace("file:///hunter2?…", "")
    assert f"http://{host}/feed?… → http://{host}/file?…" in str(caught.value)
    assert [record for record in caplog.records if "hunter2" in record.getMessage()] == []


def test_an_answer_does_not_show_its_credentials(http: Http, web: Web):
    url = web.page("/feed", "x")
    answer = http.get(url.replace("http://", "http://anna:hunter2@"))
    assert answer.url == url
    assert "hunter2" not in repr(answer)


def test_credentials_in_the_address_log_in_at_that_site_only(http: Http, web: Web):
    web.page("/c", "x")
    web.redirect("/b", web.url.replace("127.0.0.1", "localhost") + "/c")
    web.redirect("/a", "/b")
    http.get(web.url.replace("http://", "http://anna:p%40ss@") + "/a")
    expected = "Basic " + base64.b64encode(b"anna:p@ss").decode()
    assert [asked.headers["Authorization"] for asked in web.requests] == [expected, expected, None]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://h.example/a", "https://h.example/a"),
        ("https://u:p@h.example:8/a?token=1#x", "https://h.example:8/a?…"),
        ("https://u:p@h.example?x", "https://h.example?…"),
        ("https://h.example/@me", "https://h.example/@me"),
        ("u:p@h.example/a", "h.example/a"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, text: str):
    assert shown(url) == text


# many requests


FIN_WAIT1 = 4  #: as Linux numbers the states of a connection


def state(connection: socket.socket) -> int:
    """The state of a TCP connection."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(http: Http, web: Web):
    gone = threading.Event()

    def play(handler: Handler) -> None:
        handler.reply(200, {}, b"x")
        handler.close_connection = True  # without saying so
        handler.connection.shutdown(socket.SHUT_WR)
        # Until the client's side has said that it knows.
        until = time.monotonic() + 60
        while state(handler.connection) == FIN_WAIT1 and time.monotonic() < until:
            time.sleep(0.001)
        gone.set()

    url = web.play("/feed", play)
    for _ in range(2):
        assert http.get(url).body == b"x"
        assert gone.wait(60)
        gone.clear()
    assert len({asked.peer for asked in web.requests}) == 2


def test_connections_are_used_again(http: Http, web: Web):
    url = web.page("/feed", "x")
    for _ in range(3):
        http.get(url)
    assert len({asked.peer for asked in web.requests}) == 1


def test_requests_to_one_host_are_paced_and_other_hosts_do_not_wait(make_http: MakeHttp, web: Web):
    hours = Hours()
    http = make_http(pace=1.5, clock=hours.clock, sleep=hours.sleep)
    url = web.page("/feed", "x")
    http.get(url)
    http.get(url.replace("127.0.0.1", "localhost"))
    assert hours.slept == []
    http.get(url)
    assert hours.slept == [1.5]
    hours.now += 60
    http.get(url)
    assert hours.slept == [1.5]


def test_a_redirect_within_one_host_is_paced_too(make_http: MakeHttp, web: Web):
    hours = Hours()
    http = make_http(pace=2, clock=hours.clock, sleep=hours.sleep)
    web.page("/b", "x")
    http.get(web.redirect("/a", "/b"))
    assert hours.slept == [2]


def test_pauses_do_not_count_for_the_deadline(make_http: MakeHttp, web: Web):
    hours = Hours()
    http = make_http(pace=90, deadline=5, clock=hours.clock, sleep=hours.sleep)
    url = web.page("/feed", "x")
    http.get(url)
    assert http.get(url).body == b"x"


def test_threads_that_ask_one_host_come_one_after_the_other(make_http: MakeHttp, web: Web):
    url = web.page("/feed", "x")
    slept: list[float] = []
    http = make_http(pace=1.0, clock=lambda: 50.0, sleep=slept.append)  # the clock stands still
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(http.get(url))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.body for answer in answers] == [b"x"] * 6
    assert sorted(slept) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_host_that_is_waited_for_holds_up_no_other(make_http: MakeHttp, web: Web):
    sleeping, woken = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        sleeping.set()
        assert woken.wait(60)

    http = make_http(pace=1.0, sleep=sleep)
    url = web.page("/feed", "x")
    http.get(url)
    thread = threading.Thread(target=http.get, args=(url,))
    thread.start()
    assert sleeping.wait(60)
    assert http.get(url.replace("127.0.0.1", "localhost")).body == b"x"
    woken.set()
    thread.join()


def test_proxies_of_the_environment_are_ignored(
    make_http: MakeHttp, web: Web, monkeypatch: pytest.MonkeyPatch
):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert make_http().get(web.page("/feed", "x")).body == b"x"
