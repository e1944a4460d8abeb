"""A feed may declare entities; none of them opens a file or a connection."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cxdigest.extract.feeds.entries import read_feed

FEED = """<?xml version="1.0"{declared}?>
<!DOCTYPE rss [<!ENTITY a SYSTEM "{address}"> <!ENTITY % b SYSTEM "{address}"> %b;]>
<rss version="2.0"><channel><title>x</title>
<item><title>Head of &a; Customer Experience</title><link>https://jobs.example/1</link></item>
</channel></rss>"""


@pytest.mark.parametrize(
    ("declared", "encoding"), [("", "utf-8"), (' encoding="utf-16"', "utf-16")]
)
def test_an_entity_that_names_a_file_or_an_address_opens_neither(
    tmp_path: Path, declared: str, encoding: str
):
    secret = tmp_path / "secret.txt"
    secret.write_text("not to be read")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        for address in (secret.as_uri(), f"http://127.0.0.1:{listener.getsockname()[1]}/x"):
            text = FEED.format(declared=declared, address=address)
            (entry,) = read_feed(text.encode(encoding)).entries
            assert "Customer Experience" in entry.title
            assert "not to be read" not in repr(entry)
        with pytest.raises(TimeoutError):
            listener.accept()
