"""Feeds are read in a process of their own, and what happens to it there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from cxdigest.errors import AlertError
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.sources.feed_process import FeedProcess

FEED = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Roles</title><id>tag:x.example,2026:f</id>
<entry><id>tag:x.example,2026:1</id><title>CX Lead</title><link href="https://x.example/1"/></entry>
</feed>"""


@pytest.fixture
def aside() -> Iterator[FeedProcess]:
    process = FeedProcess()
    yield process
    process.close()


def test_a_feed_reads_the_same_there_as_here(aside: FeedProcess):
    assert aside.read_feed(FEED) == read_feed(FEED)


def test_what_is_no_feed_is_told_in_the_same_words(aside: FeedProcess):
    with pytest.raises(AlertError) as here:
        read_feed(b"<!doctype html><title>Sign in</title>")
    with pytest.raises(AlertError) as there:
        aside.read_feed(b"<!doctype html><title>Sign in</title>")
    assert str(there.value) == str(here.value)


def test_a_process_that_died_costs_one_poll_and_comes_back(aside: FeedProcess):
    aside.read_feed(FEED)
    (child,) = aside._pool._processes
    os.kill(child, signal.SIGKILL)
    with pytest.raises(AlertError, match="process that reads feeds died"):
        aside.read_feed(FEED)
    assert aside.read_feed(FEED).title == "Roles"


def test_closing_what_never_started_is_no_matter():
    FeedProcess().close()
