"""What a hostile server may try on the HTTP client: floods, bombs, planted headers, odd hosts."""

from __future__ import annotations

import gzip
import itertools
import logging
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cxdigest.errors import DeadlineError, ForbiddenAddressError, NetError, TooMuchError
from cxdigest.net import Http, shown
from tests.servers.web import LOOPBACK, Handler, Web

TLS = ssl.create_default_context()  # takes a while to make
Guarded = Callable[[dict[str, list[str]]], Http]
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SHORT = b"Content-Length: 2\r\n\r\nhi"


@pytest.fixture
def make_http() -> Iterator[Callable[..., Http]]:
    made: list[Http] = []

    def make(**wishes: object) -> Http:
        settings = {
            "user_agent": "t",
            "pace": 0,
            "deadline": 20,
            "max_bytes": 1_000_000,
            "tls": TLS,
        }
        made.append(Http(**{**settings, **wishes}))
        return made[-1]

    yield make
    for http in made:
        http.close()


@pytest.fixture
def http(make_http: Callable[..., Http]) -> Http:
    return make_http(allow=LOOPBACK)


@pytest.fixture
def guarded(make_http: Callable[..., Http]) -> Guarded:
    """Makes a client that may reach 127.0.0.1 only and knows these names."""
    return lambda names: make_http(
        allow=["127.0.0.1/32"], deadline=2, resolve=lambda host, _port: names.get(host, [])
    )


def raw(web: Web, *pieces: bytes, forever: bytes = b"") -> str:
    """Answer with *pieces* as they stand, then with *forever* for ever, or hang up."""

    def play(handler: Handler) -> None:
        handler.close_connection = True
        for piece in itertools.chain(pieces, itertools.repeat(forever) if forever else ()):
            if web.over.is_set():
                return
            handler.wfile.write(piece)

    return web.play("/feed", play)


# floods and bombs


@pytest.mark.parametrize(
    ("pieces", "forever", "said"),
    [
        ([], b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, "more than 0.3 MB"),
        ([], b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 1000, "more than 0.3 MB"),
        ([], b"\r\n" * 1000, "broke off"),
        ([OK], b"X-Long: " + b"a" * 60_000, "broke off"),
        ([OK], b"X: y\r\n" * 10_000, "broke off"),
        ([CHUNKED], b"1;" + b"e" * 60_000 + b"\r\nx\r\n", "more than 3 MB"),
        ([CHUNKED, b"2\r\nhi\r\n0\r\n"], b"X-Trailer: y\r\n" * 1000, "broke off"),
        ([OK, b"Content-Encoding: gzip\r\n\r\n"], gzip.compress(b"") * 3000, "more than 3 MB"),
        ([OK, b"Content-Encoding: deflate\r\n\r\n\x78\x9c"], b"\0\0\0\xff\xff" * 9000, "3 MB"),
    ],
    ids=["100", "103", "blank lines", "one header", "many headers", "chunk extensions", "trailers",
         "empty gzip members", "empty deflate blocks"],
)  # fmt: skip
def test_a_flood_beside_the_body_ends_long_before_the_deadline(
    http: Http, web: Web, pieces: list[bytes], forever: bytes, said: str
):
    started = time.process_time()
    with pytest.raises(NetError, match=said) as caught:
        http.get(raw(web, *pieces, forever=forever))
    assert not isinstance(caught.value, DeadlineError)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "head", [b"X-Long: " + b"a" * 10_000_000, b"a: b\r\n" * 100_000], ids=["10 MB", "100,000"]
)
def test_a_bomb_of_headers_does_not_fill_the_memory(http: Http, web: Web, head: bytes):
    url = raw(web, OK + head + b"\r\n" + SHORT)
    tracemalloc.start()
    with pytest.raises(NetError, match="broke off"):
        http.get(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_as_many_headers_as_fit_are_read_in_no_time(http: Http, web: Web):
    url = raw(web, OK + b"a:b\r\n" * 18_000 + SHORT)
    started = time.process_time()
    answer = http.get(url)
    assert time.process_time() - started < 3
    assert (answer.body, answer.headers["a"].count("b")) == (b"hi", 18_000)


def test_the_allowance_starts_anew_with_each_request(http: Http, web: Web):
    """Each answer is near the cap, and their connection is one."""
    url = web.page("/feed", b"x" * 900_000)
    for _ in range(5):
        assert len(http.get(url).body) == 900_000
    assert len({asked.peer for asked in web.requests}) == 1


# answers that are not what they seem


def test_a_change_of_protocol_that_nobody_asked_for_is_refused(http: Http, web: Web):
    head = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nfeed"
    with pytest.raises(NetError, match="broke off"):
        http.get(raw(web, head))


def test_an_old_server_that_tells_no_length_is_read_to_its_end(http: Http, web: Web):
    assert http.get(raw(web, b"HTTP/1.0 200 OK\r\n\r\n", b"<feed", b"/>")).body == b"<feed/>"


def test_an_old_server_that_never_ends_is_stopped_at_the_cap(http: Http, web: Web):
    with pytest.raises(TooMuchError):
        http.get(raw(web, b"HTTP/1.0 200 OK\r\n\r\n", forever=b"x" * 60_000))


def test_trailers_are_no_headers(http: Http, web: Web):
    answer = http.get(raw(web, CHUNKED, b"2\r\nhi\r\n0\r\nETag: planted\r\nX: y\r\n\r\n"))
    assert (answer.body, answer.etag, answer.headers.get("x")) == (b"hi", "", None)


@pytest.mark.parametrize("head", [b"Content-Length: 99999999999", b"Content-Encoding: br"])
def test_unchanged_is_believed_whatever_it_says_of_the_document(http: Http, web: Web, head: bytes):
    answer = http.get(raw(web, b"HTTP/1.1 304 Not Modified\r\n", head, b"\r\n\r\n"))
    assert (answer.not_modified, answer.body) == (True, b"")


@pytest.mark.parametrize("said", ["identity, gzip", "GZIP,", "identity,,x-gzip"])
def test_a_list_with_one_packing_is_unpacked(http: Http, web: Web, said: str):
    url = web.page("/feed", gzip.compress(b"<feed/>"), headers={"Content-Encoding": said})
    assert http.get(url).body == b"<feed/>"


@pytest.mark.parametrize("said", ["gzip, gzip", "deflate, gzip", "gzip, br", "gzip, " * 5000])
def test_layers_of_packing_are_refused_unread(http: Http, web: Web, said: str):
    inner = gzip.compress(bytes(50_000_000))
    url = web.page("/feed", gzip.compress(inner), headers={"Content-Encoding": said})
    with pytest.raises(NetError, match="though only gzip, deflate was asked for") as caught:
        http.get(url)
    assert len(str(caught.value)) < 300


def test_packed_data_within_packed_data_stays_packed(http: Http, web: Web):
    inner = gzip.compress(b"<feed/>")
    assert http.get(web.packed("/feed", inner)).body == inner


# what a stranger writes into messages and later requests


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 302 Found\r\nLocation : http://x.example/?token=hunter2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie\0: hunter2\r\n\r\n",
        b"hunter2 is no status line\r\n\r\n",
        CHUNKED + b"hunter2 is no size\r\n",
        CHUNKED + b"1\r\nxhunter2\r\n",
    ],
)
def test_broken_headers_are_not_quoted(
    http: Http, web: Web, caplog: pytest.LogCaptureFixture, head: bytes
):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NetError, match=r"broke off \([a-z ]+\)") as caught:
        http.get(raw(web, head))
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in caplog.text


def test_addresses_with_tokens_are_not_logged(
    http: Http, web: Web, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    assert http.get(web.page("/feed", "x") + "?token=hunter2").status == 200
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("target", ["http://x.example/" + "a" * 50_000, "http://x:" + "9" * 50_000])
def test_a_message_stays_short_whatever_a_redirect_says(http: Http, web: Web, target: str):
    with pytest.raises(NetError) as caught:
        http.get(web.redirect("/feed", target))
    assert len(str(caught.value)) < 1000


def test_a_very_long_address_is_shown_cut():
    assert shown("https://h.example/" + "a" * 1000 + "?x") == (
        "https://h.example/" + "a" * (300 - len("https://h.example/")) + "…?…"
    )


def test_cookies_are_neither_kept_nor_sent(http: Http, web: Web):
    page = web.page("/feed", "x", headers={"Set-Cookie": "id=planted; Path=/"})
    web.play(
        "/a", lambda handler: handler.reply(302, {"Set-Cookie": "id=1", "Location": page}, b"")
    )
    for _ in range(2):
        http.get(web.url + "/a")
    assert [asked.headers["Cookie"] for asked in web.requests] == [None] * 4
    assert list(http._client.cookies.jar) == []  # or they would pile up for months


# ways around the check of addresses


@pytest.mark.parametrize(
    "target",
    ["http://2130706434:{port}/", "http://0177.0.0.2:{port}/", "http://0x7f000002:{port}/",
     "http://127.2:{port}/", "//127.0.0.2:{port}/", "http://[::ffff:127.0.0.2]:{port}/",
     "http://[::ffff:7f00:2%25lo]:{port}/", "http://[64:ff9b::7f00:2]:{port}/", "http://[::1%25lo]:{port}/",
     "http://[::1%lo]:{port}/", "http://[fe80::1%25lo]:{port}/", "http://0:{port}/",
     "http://127.0.0.1@127.0.0.2:{port}/", "http://127.0.0.2.:{port}/", "http://１２７.０.０.２:{port}/",
     "http://①②⑦。⓪。⓪。②:{port}/", "http://127.0.0.2\t:{port}/",
     "http://inner.example:{port}/", "http://[fec0::1]:{port}/", "http://[2002:7f00:2::]:{port}/"],
)  # fmt: skip
def test_no_redirect_leads_to_an_address_that_is_not_allowed(
    guarded: Guarded, web: Web, target: str
):
    """Only 127.0.0.1 is allowed; the server listens there alone, so what counts is the refusal."""
    http = guarded({"inner.example": ["::ffff:127.0.0.2", "127.0.0.2"]})
    location = target.format(port=web.url.rpartition(":")[2]).encode()
    url = raw(web, b"HTTP/1.1 302 Found\r\nLocation: ", location, b"\r\n\r\n")
    with pytest.raises(NetError) as caught:
        http.get(url)
    assert "no connection" not in str(caught.value)  # refused, not tried in vain
    assert len(web.requests) == 1


def test_a_kept_connection_serves_no_other_name(guarded: Guarded, web: Web):
    port = web.url.rpartition(":")[2]
    web.page("/feed", "public")
    http = guarded({"public.example": ["127.0.0.1"], "inner.example": ["127.0.0.2"]})
    web.redirect("/away", f"http://inner.example:{port}/feed")
    assert http.get(f"http://public.example:{port}/feed").body == b"public"
    with pytest.raises(ForbiddenAddressError, match=r"inner\.example is 127\.0\.0\.2"):
        http.get(f"http://public.example:{port}/away")
    assert len({asked.peer for asked in web.requests}) == 1


def test_a_thousand_addresses_are_all_checked_and_tried_within_the_deadline(guarded: Guarded):
    http = guarded({"many.example": [f"127.0.{n}.2" for n in range(250)] + ["127.0.0.1"] * 1000})
    with pytest.raises(NetError, match="refused"):
        http.get("http://many.example:9/")


def test_a_redirect_written_in_plain_utf8_is_followed(http: Http, web: Web):
    web.page("/caf%C3%A9", "here")
    head = "HTTP/1.1 302 Found\r\nLocation: /café\r\n\r\n".encode()
    assert http.get(raw(web, head)).body == b"here"


# the seam: any transport of httpx can stand in


def over(answer: Callable[[httpx.Request], httpx.Response]) -> Http:
    return Http(user_agent="t", pace=0, transport=httpx.MockTransport(answer))


def reply(
    body: bytes = b"", *, status: int = 200, headers: Iterable[tuple[str, str]] = ()
) -> httpx.Response:
    return httpx.Response(status, headers=list(headers), stream=httpx.ByteStream(body))


def test_what_another_transport_answers_is_read_alike():
    packed = [("Content-Encoding", "gzip"), ("ETag", '"1"'), ("Content-Length", "nonsense")]
    http = over(lambda _: reply(gzip.compress(b"<feed/>"), headers=packed))
    answer = http.get("https://feeds.example/x")
    assert (answer.body, answer.etag, answer.url) == (b"<feed/>", '"1"', "https://feeds.example/x")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.ReadTimeout("slow"), DeadlineError),
        (httpx.ConnectError("nobody there"), NetError),
        (httpx.RemoteProtocolError("nonsense"), NetError),
        (httpx.ReadError("gone"), NetError),
    ],
)
def test_what_goes_wrong_in_another_transport_is_told_alike(
    trouble: httpx.TransportError, error: type[NetError]
):
    def fail(_: httpx.Request) -> httpx.Response:
        raise trouble

    with pytest.raises(error, match=r"^https://feeds\.example/x: "):
        over(fail).get("https://feeds.example/x")


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(max_codepoint=255)) | st.text(":/@[]?#%.\\0a\xe9").map("http://{}".format)
)
@example("data:,x")  # httpx itself trips over the path of this one
@example("http://[::1")
@example("http:///x")
def test_whatever_a_redirect_says_gives_an_answer_or_a_message(location: str):
    hops = iter([reply(status=302, headers=[("Location", location.encode("latin-1"))])])
    http = over(lambda _: next(hops, reply(b"here")))
    try:
        assert http.get("https://feeds.example/x").body in {b"here", b""}
    except NetError as error:
        assert "feeds.example" in str(error)  # noqa: PT017 (either is right, nothing else is)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["Retry-After", "Date"]), st.text(":,+- 0123456789MonGTFeb"))
)
def test_whatever_the_clock_of_a_server_says_gives_an_answer(said: dict[str, str]):
    http = over(lambda _: reply(status=429, headers=said.items()))
    assert http.get("https://feeds.example/x").status == 429
