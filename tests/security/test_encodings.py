"""A stranger names the encoding of what he sends; none of them makes its reading take long."""

from __future__ import annotations

import encodings.punycode
import hashlib
from datetime import date

import pytest

from cxdigest.errors import AlertError, PageError
from cxdigest.extract import extract
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.mails.mime import header_words
from cxdigest.extract.scrub.alert import scrub
from cxdigest.model import Alert
from cxdigest.pages import read_page
from cxdigest.text import in_encoding, is_no_encoding

#: What Python decodes by the square of its length, and what no text is written in.
TRANSFORMS = ("punycode", "PUNYCODE", "idna", "unicode_escape", "raw_unicode_escape", "undefined")
BODY = b"a" * 20_000
MAIL = b"From: Lark <jobs@lark.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
PAGE = b"<html><body><p>Own the customer journey. </p>" + BODY + b"</body></html>"


def in_declared(charset: str) -> bytes:
    return MAIL + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + BODY


@pytest.fixture
def watched(monkeypatch):
    """Fails whoever enters the codec that is slow."""

    def entered(*_):
        raise AssertionError("punycode was decoded")

    monkeypatch.setattr(encodings.punycode, "punycode_decode", entered)


@pytest.mark.parametrize("charset", TRANSFORMS)
def test_no_part_of_the_program_decodes_by_what_is_no_encoding(charset: str, watched):
    assert is_no_encoding(charset)
    with pytest.raises(LookupError):
        in_encoding(b"a", charset)
    raw = in_declared(charset)
    found = extract(
        Alert(source="s", key="1", media="mail", raw=raw, digest=hashlib.sha256(raw).hexdigest())
    )
    assert found.outcome != "unreadable"
    assert scrub(raw, media="mail", salt=b"1").raw
    assert header_words(f"=?{charset}?q?{'a' * 5000}?=".encode()) == "a" * 5000
    with pytest.raises(PageError):
        read_page(
            PAGE,
            content_type=f"text/html; charset={charset}",
            url="https://x.example/1",
            today=date(2026, 11, 22),
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_names_no_encoding_is_refused_in_words(encoding: str, watched):
    text = (
        '<?xml version="1.0" encoding="punycode"?><rss version="2.0"><channel><title>'
        + ("a" * 15_000 + " ") * 20
        + "</title></channel></rss>"
    )
    with pytest.raises(AlertError, match="written in punycode, which is no encoding"):
        read_feed(text.encode(encoding))


@pytest.mark.parametrize(
    "name", ["utf-8", "iso-8859-1", "gb18030", "utf-7", "x-nobody-knows", "", "\0"]
)
def test_every_other_name_is_left_to_whoever_reads(name: str):
    assert not is_no_encoding(name)
