"""Pages made to hurt: each ends soon, with a page or a named outcome."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest

from cxdigest.errors import PageError
from cxdigest.model import Page
from cxdigest.pages import read_page

LIMIT = 10.0  # seconds; the slowest takes about two on a busy machine
OPEN = b'<script type="application/ld+json">'
JOB = b'{"@type":"JobPosting","title":"Journey Lead","description":"x"}'
WORDS = b"responsibilities requirements salary full-time apply now "
SENTENCE = b"You will map how guests move and name what matters to them. "

PAGES = {
    "ten megabytes of one tag": b"<div>" * 2_000_000,
    "ten megabytes of one word": b"<p>" + b"a" * 10_000_000,
    "ten megabytes of text": b"<p>" + WORDS * 190_000,
    "ten megabytes of paragraphs": (b"<p>" + WORDS + b"</p>") * 160_000,
    "ten megabytes of styles": b"<html><style>" + b"a{}" * 3_000_000,
    "a hundred thousand deep": b"<div>" * 100_000 + WORDS * 20,
    "a hundred thousand lists deep": b"<ul><li>" * 50_000 + SENTENCE * 20,
    "deep in spans": b"<html><body>" + b"<span>" * 19_000 + WORDS * 20,
    "tables without end": b"<table><tr><td>" * 20_000 + WORDS * 20,
    "styled without end": b"<b><i><u><font color=1>" * 5_000 + WORDS * 20,
    "json of brackets": OPEN + b"[" * 100_000 + b"</script>",
    "json of braces": OPEN + b'{"a":' * 100_000 + b"</script>",
    "json of quotes": OPEN + b'"\\' * 500_000 + b"</script>",
    "json of comments": OPEN + b"{/*" * 500_000 + b"</script>",
    "json of commas": OPEN + b"{," + b" ," * 500_000 + b"</script>",
    "json of objects": OPEN + b"{}" * 500_000 + b"</script>",
    "json of references": OPEN + b"[" + b'{"@id":"a","b":{"@id":"a"}},' * 20_000 + JOB + b"]</script>",
    "json with endless numbers": OPEN + b'{"@type":"JobPosting","title":"x","datePosted":' + b"9" * 100_000 + b"}</script>",
    "scripts without end": OPEN * 100_000,
    "scripts that never close": b"<script " * 500_000,
    "wrapping without end": OPEN + b"<!--" * 200_000 + b"</script>",
    "entities without end": b"<p>" + b"&amp" * 2_000_000,
    "entities of nothing": b"<p>" + b"&#99999999999;" * 500_000,
    "an entity bomb": b'<!DOCTYPE x [<!ENTITY a "' + b"b" * 1000 + b'">]><p>' + b"&a;" * 100_000,
    "attributes without end": b"<div " + b'a="b" ' * 500_000 + b">",
    "quotes without end": b"<p " + b'"' * 2_000_000,
    "properties without end": b'<div itemscope itemtype="https://schema.org/JobPosting">' + b'<b itemprop="title">x</b>' * 18_000,
    "items within items": b'<div itemscope itemtype="https://schema.org/JobPosting">' + b"<b itemprop=title itemscope>" * 18_000,
    "postings within postings": b'<div itemprop=x itemscope itemtype="https://schema.org/JobPosting">' * 18_000,
    "links without end": b'<a href="/jobs/1">A title of some length</a>' * 18_000 + SENTENCE * 100 + WORDS,
    "closed without end": (b"<p>position " * 18_000),
    "closed by spaces": b"<p>" + b"position is been now already " * 20_000,
    "utf-16": ("<p>" + "responsibilities requirements salary " * 200).encode("utf-16"),
    "nothing but nulls": b"<p>" + b"\0" * 5_000_000,
    "utf-7": b'<meta charset="utf-7"><p>+ADw-script+AD4-',
    "a codec of bytes": b'<meta charset="base64"><p>' + WORDS * 50,
}  # fmt: skip


def read(body: bytes, content_type: str = "text/html") -> Page | PageError:
    try:
        return read_page(
            body, content_type=content_type, url="https://x.example/1", today=date(2026, 11, 22)
        )
    except PageError as error:
        return error


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_to_hurt_ends_soon_and_says_how(name: str) -> None:
    started = time.perf_counter()
    found = read(PAGES[name])
    assert time.perf_counter() - started < LIMIT
    assert isinstance(found, Page) or found.outcome in {"empty", "unreadable", "closed"}


def test_random_bytes_are_refused_by_name() -> None:
    chance = random.Random(4)
    for size in [1, 2, 7, 100, 5_000] * 40:
        found = read(chance.randbytes(size), chance.choice(["", "text/html; charset=utf-16", "x"]))
        assert isinstance(found, PageError)
        assert found.outcome in {"empty", "unreadable"}


def test_a_page_with_bytes_changed_at_random_never_raises_anything_else() -> None:
    chance = random.Random(5)
    whole = b"<html><head>" + OPEN + JOB + b"</script></head><body>" + SENTENCE * 20 + WORDS
    for _ in range(150):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        read(bytes(body[: chance.randrange(len(body))]))
