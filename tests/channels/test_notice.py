"""Short messages by Apprise, against a real HTTP server (its ``json://`` service)."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from cxdigest.channels.notice import AppriseChannel, short_form
from cxdigest.errors import DeliveryError
from tests.channels.digests import delivery
from tests.channels.postings import CONTENTS, GENUINE
from tests.servers.web import Web

#: Apprise asks for a module that Python 3.13 has no more; it brings its own then.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def channel(url: str, contents=CONTENTS) -> AppriseChannel:
    service = url.replace("http://", "json://")
    return AppriseChannel(name="message", service=service, contents=lambda _: contents)


def test_a_service_gets_the_subject_and_the_roles_to_look_at(web: Web):
    receipt = channel(web.page("/in/s3cr3tpath")).send(delivery())
    told = json.loads(web.requests[0].body)
    assert receipt.detail == "taken by the service"
    assert told["title"] == delivery().rendered.subject
    assert told["message"].splitlines() == [
        "Head of Customer Experience · Tarn & Vale · Leith · Hybrid",
        "https://jobs.example/1",
        "Customer Experience Lead · Fell Bank · worth a look",
    ]


def test_a_failure_is_tried_again_and_tells_no_part_of_the_services_address(web: Web):
    with pytest.raises(DeliveryError) as caught:
        channel(web.page("/in/s3cr3tpath", status=500)).send(delivery())
    assert not caught.value.permanent
    assert str(caught.value).startswith("the service did not take it: ")
    assert "500" in str(caught.value)
    assert "s3cr3tpath" not in str(caught.value)


def test_a_service_that_apprise_does_not_know_is_named_as_such():
    with pytest.raises(DeliveryError, match="does not know this service") as caught:
        channel("pigeon://s3cr3t").send(delivery())
    assert not caught.value.permanent
    assert "s3cr3t" not in str(caught.value)


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)  # what an import of a missing package meets
    with pytest.raises(DeliveryError, match=r"pip install 'cxdigest\[apprise\]'") as caught:
        channel("json://x.example").send(delivery())
    assert not caught.value.permanent


def test_of_many_roles_the_first_are_named_and_the_rest_counted():
    many = [("genuine", replace(GENUINE))] * 30
    lines = short_form(delivery(), many).splitlines()
    assert len(lines) == 2 * 8 + 1
    assert lines[-1] == "And 22 more roles in the digest."


def test_a_digest_without_roles_says_how_its_text_begins():
    assert short_form(delivery(text="Nothing new today.\n"), ()) == "Nothing new today."
    long = short_form(delivery(text="A line.\n" * 1000), ())
    assert len(long) <= 1502
    assert long.endswith("A line.\n…")
