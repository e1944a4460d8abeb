"""A feed is read from bytes; each entry can be read again alone; what is no feed says so."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.errors import AlertError, TooLargeError
from cxdigest.extract.feeds.entries import FeedDocument, read_feed
from cxdigest.model import FeedEntry

HERE = Path(__file__).parent
FEEDS = sorted(HERE.glob("*.xml"))


def _again(entry: FeedEntry) -> FeedEntry:
    document = read_feed(entry.raw)
    assert len(document.entries) == 1
    return document.entries[0]


def _bare(entry: FeedEntry) -> FeedEntry:
    return replace(entry, raw=b"")


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.stem)
def test_an_entry_read_again_alone_is_the_same_entry(path: Path) -> None:
    document = read_feed(path.read_bytes())
    assert document.entries
    for entry in document.entries:
        assert _bare(_again(entry)) == _bare(entry)


def test_atom_entry_is_read_with_markup_and_wrappers_as_delivered() -> None:
    document = read_feed((HERE / "google.xml").read_bytes())
    assert document.title == 'Google Alert - "customer experience" jobs'
    assert document.id.endswith("/alerts/7719402265518843021")
    entry = document.entries[0]
    assert entry.key == "tag:google.com,2013:googlealerts/feed:18000000000000000011"
    assert "<b>Customer Experience</b>" in entry.title
    assert entry.link.startswith("https://www.google.com/url?rct=j&sa=t&url=")
    assert "&nbsp;..." in entry.summary
    assert entry.author == ""
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-11-20T06:12:44+00:00"


def test_rss_entry_keeps_what_only_job_feeds_say() -> None:
    entry = read_feed((HERE / "board.xml").read_bytes()).entries[0]
    assert dict(entry.fields) == {
        "job_listing_company": "Halden & Pryce",
        "job_listing_location": "Leeds",
        "job_listing_job_type": "Full time",
    }


def test_the_fuller_text_of_an_entry_is_its_summary() -> None:
    entry = read_feed((HERE / "board.xml").read_bytes()).entries[1]
    assert "run the voice of the customer programme" in entry.summary


def test_rdf_items_outside_the_channel_are_read() -> None:
    document = read_feed((HERE / "rdf.xml").read_bytes())
    assert [entry.title for entry in document.entries] == ["Journey Manager", "Insight Analyst"]


def test_ill_formed_feed_still_gives_its_entries() -> None:
    document = read_feed((HERE / "illformed.xml").read_bytes())
    assert [entry.title for entry in document.entries] == ["Research & Insight Lead", "CX Analyst"]


def test_valid_feed_without_entries_is_no_error() -> None:
    data = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Google Alert - x</title></feed>'
    assert read_feed(data) == FeedDocument(title="Google Alert - x", id="", entries=())


def _rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'.encode()


def test_entry_without_id_is_known_by_its_link_else_by_its_content() -> None:
    linked, bare = read_feed(
        _rss(
            "<item><title>A</title><link>https://a.example/1</link></item>",
            "<item><title>B</title></item>",
        )
    ).entries
    assert linked.key == "https://a.example/1"
    assert len(bare.key) == 64


def test_different_entries_with_one_id_stay_distinct_and_repetitions_do_not() -> None:
    one, two = (f"<item><guid>7</guid><title>{title}</title></item>" for title in "AB")
    first = read_feed(_rss(one, two, one)).entries
    assert [entry.title for entry in first] == ["A", "B"]
    assert len({entry.key for entry in first}) == 2
    # The key belongs to the content: a new entry in front does not take an old one's key.
    three = "<item><guid>7</guid><title>C</title></item>"
    later = read_feed(_rss(three, one, two)).entries
    assert [entry.key for entry in later[1:]] == [entry.key for entry in first]


def test_entry_quoted_inside_cdata_is_not_cut_out() -> None:
    document = read_feed(
        _rss("<item><title>A</title><description><![CDATA[<item>no</item>]]></description></item>")
    )
    assert [_again(entry).title for entry in document.entries] == ["A"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty answer"),
        (b"\n \n", "empty answer"),
        (b'{"error": 429}', "JSON"),
        (b"<!DOCTYPE html><html><body>Gone</body></html>", "web page"),
        (b'<html><form><input type="password"></form></html>', "log in"),
        (b"<html><title>Sign in - Google Accounts</title></html>", "log in"),
        (b"<?xml version='1.0'?><jobs><job/></jobs>", "XML of another kind"),
        (b"429 Too Many Requests", "not XML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not XML"),
    ],
)
def test_what_is_no_feed_says_what_it_looks_like(body: bytes, words: str) -> None:
    with pytest.raises(AlertError, match=words):
        read_feed(body)


HEAD = b'<rss version="2.0"><channel>'


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b" " * 6_000_000,
        HEAD + b"<a>" * 200_000,
        HEAD + b"<item><author>" + b"a" * 500_000 + b"</author></item></channel></rss>",
        HEAD + b"<item " + b" ".join(b'a%d="x"' % n for n in range(50_000)) + b"></item>",
        (HEAD + b"<a>" * 200_000).decode().encode("utf-16"),
    ],
    ids=["bytes", "tags", "word", "attributes", "utf-16"],
)
def test_feed_made_to_exhaust_the_reader_is_refused_at_once(body: bytes) -> None:
    started = time.thread_time()
    with pytest.raises(TooLargeError):
        read_feed(body)
    assert time.thread_time() - started < 10


def test_entities_that_multiply_are_not_expanded() -> None:
    lines = [b'<!ENTITY e0 "ha">']
    lines += [b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 20) for n in range(1, 12)]
    body = (
        b"<!DOCTYPE rss [\n"
        + b"\n".join(lines)
        + b"\n]>"
        + _rss("<item><title>&e11;</title></item>")
    )
    assert len(read_feed(body).entries[0].title) < 1000


def test_an_address_in_place_of_a_feed_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(_rss("<item><title>A</title></item>"))
    for body in (str(path).encode(), path.as_uri().encode()):
        with pytest.raises(AlertError):
            read_feed(body)


def test_characters_that_xml_forbids_do_not_survive() -> None:
    entry = read_feed(_rss("<item><title>A&#1;B\x0bC</title></item>")).entries[0]
    assert _bare(_again(entry)) == _bare(entry)


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


# No deadline: what is slow on a busy machine is not wrong.
@settings(deadline=None, max_examples=60)
@given(
    title=_WORDS,
    link=st.from_regex(r"https://[a-z]+\.example/[a-z?=&]*", fullmatch=True),
    text=_WORDS,
)
def test_any_words_survive_the_way_through_an_ill_formed_feed(
    title: str, link: str, text: str
) -> None:
    from xml.sax.saxutils import escape

    item = f"<item><title>{escape(title)}</title><link>{escape(link)}</link><description>{escape(text)}</description></item>"
    for entry in read_feed(_rss(item, "<item><title>R&D</title></item>")).entries:
        assert _bare(_again(entry)) == _bare(entry)


def _torture(folder: Path) -> Iterator[Path]:
    return (path for path in sorted((folder / "feeds").rglob("*")) if path.is_file())


def test_no_broken_feed_crashes_or_hangs_the_reader(torture: Path) -> None:
    seen = 0
    for path in _torture(torture):
        started = time.thread_time()
        try:
            entries = read_feed(path.read_bytes()).entries
        except AlertError:
            continue
        for entry in entries:
            assert _bare(_again(entry)) == _bare(entry), path.name
            seen += 1
        assert time.thread_time() - started < 10, path.name
    assert seen > 20


def test_parser_is_given_a_stream_and_never_a_name() -> None:
    import feedparser

    data = (HERE / "google.xml").read_bytes()
    bare = feedparser.parse(io.BytesIO(data))
    assert [entry.id for entry in bare.entries] == [entry.key for entry in read_feed(data).entries]
