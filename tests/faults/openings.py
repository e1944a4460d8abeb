"""What boards send of numbered openings: alert mails, a feed, pages, the same opening in each.

Opening 7 in a mail and opening 7 in the feed are one posting, so that a day's work holds merges.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from tests.pipeline.one_of_two import HOSTS, page_of, title
from tests.pipeline.test_pages import json_ld
from tests.servers.web import Web

COMPANY, PLACE = "Quillfeather", "Leeds"
_DUTIES = (
    "Own the customer experience strategy, map journeys and bring what surveys tell to the board"
)
_ITEM = """<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">job-{number}</guid>
<description><![CDATA[<p>{duties}.</p>]]></description>
<job_listing:company>{company}</job_listing:company>
<job_listing:location>{place}</job_listing:location></item>
"""
_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:job_listing="https://www.dalesjobs.example/"><channel>
<title>Dales Jobs: customer experience</title><link>https://www.dalesjobs.example/</link>
<description>New jobs</description>
{items}</channel></rss>
"""


def mail(numbers: Iterable[int], received: datetime) -> bytes:
    """An alert mail that shows the openings *numbers*; no two of them have the same bytes."""
    numbers = list(numbers)
    jobs = "\r\n\r\n".join(
        f"{title(number)}\r\n{COMPANY} - {PLACE}\r\n{_DUTIES}…\r\nJust posted\r\n"
        f"https://uk.indeed.com/rc/clk/dl?jk={number:016x}&from=ja\r\n"
        for number in numbers
    )
    body = (
        f"Indeed Job Alert\r\n{len(numbers)} new customer experience jobs in {PLACE}\r\n\r\n"
        f"Jobs 1-{len(numbers)} of {len(numbers)} new jobs\r\n"
        "See matching results on Indeed: https://uk.indeed.com/jobs?q=customer+experience\r\n"
        f"\r\n\r\n{jobs}"
    )
    return (
        "From: Indeed <alert@indeed.com>\r\nTo: ada@mailbox.example\r\n"
        f"Subject: {len(numbers)} new customer experience jobs in {PLACE}\r\n"
        f"Date: {format_datetime(received)}\r\nX-Indeed-Content-Type: JOBALERT\r\n"
        f"Message-ID: <alert-{numbers[0]}-{numbers[-1]}@indeed.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: text/plain; charset="UTF-8"\r\nContent-Transfer-Encoding: 8bit\r\n'
        f"\r\n{body}"
    ).encode()


def feed(numbers: Iterable[int]) -> bytes:
    """A job feed that shows the openings *numbers*, the newest first."""
    items = [
        _ITEM.format(
            title=title(n), link=page_of(n), number=n, duties=_DUTIES, company=COMPANY, place=PLACE
        )
        for n in sorted(numbers, reverse=True)
    ]
    return _FEED.format(items="".join(items)).encode()


def put_pages(web: Web, numbers: Iterable[int]) -> None:
    """Let *web* play the employers' own pages of the openings *numbers* (``tests.town.Road``)."""
    for host in HOSTS:
        web.page(f"/{host}/robots.txt", "User-agent: *\nAllow: /\n", kind="text/plain")
    for number in numbers:
        said = json_ld(
            title=title(number), hiringOrganization={"@type": "Organization", "name": COMPANY}
        )
        web.page(page_of(number).removeprefix("https:/"), said, kind="text/html; charset=utf-8")
