"""Entries a second: the whole poll step over HTTP into SQLite, beside bare ``feedparser.parse``.

The server is a process of its own, so that its work is not counted as the poll's. The poll reads
feeds in a second process, as it does for anyone with so many feeds (``app.MANY_FEEDS``); like a
worker that stays, it starts that process once, in the run that is not counted.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser

from bench.tables import seconds, show, spread
from cxdigest import rules
from cxdigest.net import Http
from cxdigest.pipeline import Street, poll_waiting
from cxdigest.render import environment
from cxdigest.sources.feed import FeedSource
from cxdigest.sources.feed_process import FeedProcess
from cxdigest.store import open_store

FEEDS, ENTRIES, RUNS = 300, 20, 5

ENTRY = (
    "<entry><id>tag:google.com,2013:googlealerts/feed:{feed}{number:06d}</id>"
    '<title type="html">&lt;b&gt;Customer Experience&lt;/b&gt; Manager - Company {feed} {number}'
    " - Leith - Indeed.com</title>"
    '<link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://jobs.company{feed}.example'
    '/posting/{number}&amp;ct=ga&amp;cd=CAIyHDQ5&amp;usg=AOvVaw0"></link>'
    "<published>2026-11-20T0{hour}:11:37Z</published><updated>2026-11-20T0{hour}:11:37Z</updated>"
    '<content type="html">Own the &lt;b&gt;customer&lt;/b&gt; journey end to end, run the voice of'
    " the customer programme and bring what it says to product, pricing and operations. Job"
    " details. Pay. From &amp;pound;48,000 a year &amp;nbsp;...</content>"
    "<author><name></name></author></entry>"
)


def document(feed: int) -> bytes:
    """Return one feed as Google Alerts writes it, on one line."""
    entries = "".join(
        ENTRY.format(feed=feed, number=number, hour=number % 10) for number in range(ENTRIES)
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:idx="urn:atom-extension:indexing">'
        f"<id>tag:google.com,2005:reader/user/000000{feed}/state/com.google/alerts/{feed}</id>"
        f"<title>Google Alert - customer experience {feed}</title>"
        f'<link href="https://www.google.com/alerts/feeds/000/{feed}" rel="self"></link>'
        f"<updated>2026-11-20T09:11:37Z</updated>{entries}</feed>"
    ).encode()


def table() -> None:
    """Measure and print."""
    documents = [document(feed) for feed in range(FEEDS)]
    bare = seconds(lambda: [feedparser.parse(body) for body in documents], runs=RUNS)
    with tempfile.TemporaryDirectory() as folder:
        for number, body in enumerate(documents):
            Path(folder, f"{number}.xml").write_bytes(body)
        with subprocess.Popen(
            [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", folder],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={"PYTHONUNBUFFERED": "1"},
        ) as server:  # fmt: skip
            assert server.stdout
            port = int(server.stdout.readline().split(" port ")[1].split()[0])
            try:
                with closing(FeedProcess()) as aside:
                    poll = seconds(lambda: _poll(port, aside), runs=RUNS)
            finally:
                server.terminate()
    total = FEEDS * ENTRIES
    ratios = [b / p for b, p in zip(bare, poll, strict=True)]
    show(
        f"Feeds: {FEEDS} feeds of {ENTRIES} entries, {RUNS} runs",
        [
            ("feedparser.parse, entries/s", spread([total / s for s in bare], ",.0f"), "1.00", ""),
            (
                "whole poll step (fetch, read, extract, store), entries/s",
                spread([total / s for s in poll], ",.0f"),
                spread(ratios, ".2f"),
                "≥ 0.70",
            ),
        ],
    )


def _poll(port: int, aside: FeedProcess) -> None:
    http = Http(user_agent="cxdigest-bench", allow=["127.0.0.0/8"], pace=0)
    with tempfile.TemporaryDirectory() as folder:
        feeds = {
            f"feed-{n}": FeedSource(
                f"feed-{n}", f"http://127.0.0.1:{port}/{n}.xml", http, read=aside.read_feed
            )
            for n in range(FEEDS)
        }
        store = open_store(f"{folder}/bench.sqlite")
        street = Street(
            store=store,
            sources=feeds,
            every=dict.fromkeys(feeds, timedelta(hours=1)),
            channels={},
            profiles=(),
            rules=rules.load(),
            templates=environment(None),
            clock=lambda: datetime.now(UTC),
            holder="bench",
        )
        store.register_sources(list(feeds), now=street.clock())
        polled = poll_waiting(street, everything=True)
        taken = sum(one.sightings for one in polled)
        assert taken == FEEDS * ENTRIES, f"{taken} sightings: {polled[:3]}"
        store.close()
