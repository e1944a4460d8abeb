"""The webhook against a real HTTP server, verified by the library of the specification's authors."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from cxdigest.channels.webhook import WebhookChannel, signature
from cxdigest.errors import DeliveryError
from cxdigest.net import Http
from cxdigest.render.record import COLUMNS
from tests.channels.digests import delivery
from tests.channels.postings import CONTENTS
from tests.servers.web import LOOPBACK, Web

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture(scope="module")
def http() -> Iterator[Http]:
    made = Http(user_agent="cxdigest-tests", pace=0, allow=LOOPBACK, deadline=30)
    yield made
    made.close()


def hook(url: str, http: Http, **more) -> WebhookChannel:
    settings = {
        "name": "program",
        "url": url,
        "key": KEY,
        "http": http,
        "contents": lambda _: CONTENTS,
        "clock": lambda: datetime.now(UTC),
        "timeout": 5,
    }
    return WebhookChannel(**{**settings, **more})


def refused(channel: WebhookChannel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(delivery())
    return caught.value


def test_a_receiver_can_prove_who_sent_the_digest_and_that_it_is_whole(web: Web, http: Http):
    url = web.page("/in", "taken", status=202)
    receipt = hook(url, http).send(delivery(channel="program", recipient="ada"))
    (asked,) = web.requests
    told = Webhook(SECRET).verify(asked.body, dict(asked.headers.items()))
    assert receipt.detail == "127.0.0.1 answered 202"
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["User-Agent"] == "cxdigest-tests"
    assert told["type"] == "digest.made"
    assert told["timestamp"] == "2026-11-21T06:30:00Z"
    assert {key: told["data"][key] for key in ("delivery", "profile", "day", "recipient")} == {
        "delivery": "d-0001",
        "profile": "ada",
        "day": "2026-11-21",
        "recipient": "ada",
    }
    assert told["data"]["text"] == delivery().rendered.text
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(asked.body + b" ", dict(asked.headers.items()))


def test_the_signature_is_that_of_the_specification():
    # printf 'msg_1.1614265330.{"test": 2432232314}' | openssl dgst -sha256 -mac HMAC \
    #   -macopt hexkey:000102…1f -binary | base64
    assert (
        signature(KEY, "msg_1", "1614265330", b'{"test": 2432232314}')
        == "v1,GWvjEzx3AphU7wha3hNZPXJnymF9Fg+ZdvPQqWPOjZ0="
    )


def test_the_postings_come_as_data_with_their_section(web: Web, http: Http):
    hook(web.page("/in"), http).send(delivery())
    first, second = json.loads(web.requests[0].body)["data"]["postings"]
    assert list(first) == ["section", *COLUMNS]
    assert (first["section"], first["title"]) == ("genuine", "Head of Customer Experience")
    assert first["quote"] == "“own the customer journey”"
    assert first["link"] == "https://jobs.example/1"
    assert (second["section"], second["link"], second["link_hidden"]) == ("unclear", "", True)
    assert "t0ken" not in web.requests[0].body.decode()


def test_a_retry_has_the_same_id_and_body_and_a_signature_of_its_own_moment(web: Web, http: Http):
    moments = iter([datetime(2026, 11, 21, 7, tzinfo=UTC), datetime(2026, 11, 21, 8, tzinfo=UTC)])
    channel = hook(web.page("/in", status=503), http, clock=lambda: next(moments))
    assert not refused(channel).permanent
    assert not refused(channel).permanent
    first, second = web.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "d-0001"
    assert first.body == second.body
    assert (
        int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 3600
    )
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True), (401, False), (403, False), (404, False), (408, False), (410, True),
        (413, True), (422, True), (429, False), (500, False), (503, False),
    ],
)  # fmt: skip
def test_the_status_says_whether_to_try_again(web: Web, http: Http, status: int, permanent: bool):
    error = refused(hook(web.page("/in", "no\nroom", status=status), http))
    assert str(error) == f"127.0.0.1: answered {status}: no room"
    assert error.permanent is permanent


def test_a_redirect_is_not_followed_for_it_might_lead_a_digest_to_a_stranger(web: Web, http: Http):
    web.page("/there")
    error = refused(hook(web.redirect("/in", web.url + "/there", status=307), http))
    assert "a redirect; write the address it leads to into url" in str(error)
    assert not error.permanent
    assert [asked.path for asked in web.requests] == ["/in"]


def test_no_message_tells_the_address_which_is_a_secret_of_its_own(web: Web, http: Http):
    for path in (web.page("/hooks/t0ken", status=500), web.hang("/hang/t0ken")):
        error = refused(hook(path, http, timeout=0.3))
        assert "t0ken" not in str(error)
        assert not error.permanent
    assert "t0ken" not in repr(hook(web.url + "/t0ken", http))


def test_a_digest_of_which_nothing_is_known_goes_out_with_its_text(web: Web, http: Http):
    hook(web.page("/in"), http, contents=lambda _: ()).send(delivery(text="half \ud800 letter"))
    told = json.loads(web.requests[0].body)["data"]
    assert (told["postings"], told["text"]) == ([], "half ? letter")


def test_no_private_network_is_posted_to_unless_it_is_allowed(web: Web):
    guarded = Http(user_agent="x", pace=0)
    error = refused(hook(web.page("/in"), guarded))
    guarded.close()
    assert "this machine" in str(error)
    assert web.requests == []


def test_a_page_that_is_fetched_is_not_posted_to(web: Web, http: Http):
    http.get(web.page("/feed", "<feed/>"))
    assert "Content-Length" not in web.requests[0].headers
