"""What is never shown of a source's address."""

from __future__ import annotations

import pytest

from cxdigest.config import FeedConfig, MailboxConfig
from cxdigest.console.instance.masked import masked, masked_url, place_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://jobs.example/feed.xml", "https://jobs.example/feed.xml"),
        ("https://ada:pass@jobs.example/feed", "https://jobs.example/feed"),
        ("https://jobs.example:8443/rss?q=cx&key=s3cret", "https://jobs.example:8443/rss?q=…&key=…"),
        ("https://jobs.example/rss?s3cret", "https://jobs.example/rss?…"),
        ("https://jobs.example/rss#s3cret", "https://jobs.example/rss"),
        # Two numbers that together open the feed.
        ("https://www.google.com/alerts/feeds/01234567890/9876543210", "https://www.google.com/alerts/feeds/…/…"),
        ("https://jobs.example/f/aGVsbG8gd29ybGQ1Mg/customer-experience.rss", "https://jobs.example/f/…/customer-experience.rss"),
        ("https://[oops", "…"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_what_opens_it(url, shown):
    assert masked_url(url) == shown


def test_addresses_within_a_message_are_masked_and_the_rest_stays():
    said = "inbox: (https://u:p@feeds.example/a?token=x), then http://b.example/c?d=e. See docs."
    assert (
        masked(said)
        == "inbox: (https://feeds.example/a?token=…), then http://b.example/c?d=…. See docs."
    )
    assert masked("no address\x1b[31m") == "no address\N{REPLACEMENT CHARACTER}[31m"


def test_a_mailbox_is_named_by_folder_user_and_host_and_never_by_its_password():
    box = MailboxConfig(
        type="mailbox", host="imap.example.org", user="ada@example.org", password="hunter2"
    )
    assert place_of(box) == "INBOX of ada@example.org at imap.example.org"
    feed = FeedConfig(type="feed", url="https://ada:hunter2@feeds.example/x?key=hunter2")
    assert "hunter2" not in place_of(feed)
