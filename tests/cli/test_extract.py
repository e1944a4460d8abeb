"""``cxdigest extract`` as a person runs it: a process with files, folders, pipes and bad input."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import started

ALERTS = Path(__file__).parents[1] / "extract" / "alerts"
DIGEST = ALERTS / "linkedin" / "digest-both-parts.eml"
NEWSLETTER = ALERTS / "fallback" / "newsletter.eml"
FIELDS = [
    "file", "message", "format", "title", "company", "location", "workplace", "salary", "url",
    "native_id", "snippet", "section", "posted", "is_posting",
]  # fmt: skip
FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>f</id>%s</feed>"""
ENTRY = '<entry><id>%s</id><title>%s</title><link href="https://x.example/jobs/%s"/></entry>'


def run(*args: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return started.run("cxdigest", "extract", *args, given=given, text=False)


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_posting_is_one_object_with_every_field_and_no_other() -> None:
    done = run(DIGEST)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(rows(done)) == 4
    for row in rows(done):
        assert list(row) == FIELDS
        assert (row["file"], row["message"], row["format"]) == (str(DIGEST), 1, "linkedin")
    assert rows(done)[0]["salary"] == "£52K-£60K / year"  # and not escaped into \u00a3
    assert "£".encode() in done.stdout


def test_message_without_postings_says_why() -> None:
    (row,) = rows(run(NEWSLETTER, "--json"))
    assert list(row) == ["file", "message", "format", "outcome", "reason"]
    assert (row["outcome"], bool(row["reason"])) == ("not-an-alert", True)


def test_standard_input_is_read_by_its_content() -> None:
    done = run("-", given=DIGEST.read_bytes())
    assert [row["file"] for row in rows(done)] == ["-"] * 4
    feed = FEED % (ENTRY % ("1", "Customer Experience Lead", "1"))
    (row,) = rows(run("-", given=feed.encode()))
    assert (row["title"], row["message"]) == ("Customer Experience Lead", 1)


def test_folder_is_read_whole_in_sorted_order_whatever_the_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "no-ending").write_bytes(DIGEST.read_bytes())
    (tmp_path / "c.txt").write_bytes(NEWSLETTER.read_bytes())
    entries = ENTRY % ("1", "Journey Manager", "1") + ENTRY % ("2", "CX Lead", "2")
    (tmp_path / "a.eml").write_text(FEED % entries, encoding="utf-8")
    start = b"From a@b.example Tue May  5 15:20:25 2026\n"
    (tmp_path / "d").write_bytes(
        start + NEWSLETTER.read_bytes() + b"\n" + start + DIGEST.read_bytes()
    )
    os.mkfifo(tmp_path / "pipe")  # no regular file: opening it would wait for ever
    found = [
        (Path(row["file"]).relative_to(tmp_path).as_posix(), row["message"])
        for row in rows(run(tmp_path))
    ]
    assert (
        found
        == [("a.eml", 1)] * 2 + [("c.txt", 1), ("d", 1)] + [("d", 2)] * 4 + [("b/no-ending", 1)] * 4
    )


def test_feed_without_entries_is_empty_and_no_error(tmp_path: Path) -> None:
    done = run("-", given=(FEED % "").encode())
    assert (done.returncode, rows(done)[0]["outcome"]) == (0, "empty")


def test_missing_path_is_named_before_anything_is_read(tmp_path: Path) -> None:
    done = run(DIGEST, tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (2, b"")
    assert str(tmp_path / "nowhere").encode() in done.stderr


def test_unreadable_mail_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"no mail at all")
    (tmp_path / "b").write_bytes(DIGEST.read_bytes())
    done = run(tmp_path)
    assert done.returncode == 1
    assert [row.get("outcome", "read") for row in rows(done)] == ["unreadable"] + ["read"] * 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)
    (tmp_path / "b").write_bytes(DIGEST.read_bytes())
    done = run(tmp_path)
    assert (done.returncode, len(rows(done))) == (1, 4)
    assert b"Permission denied" in done.stderr


def test_file_that_cannot_be_opened_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    done = run(tmp_path / "gone", DIGEST)
    assert (done.returncode, len(rows(done))) == (1, 4)
    assert b"gone: No such file" in done.stderr


def test_reader_who_stops_early_hears_no_complaint(tmp_path: Path) -> None:
    start = b"From a@b.example Tue May  5 15:20:25 2026\n"
    (tmp_path / "many").write_bytes((start + DIGEST.read_bytes() + b"\n") * 300)
    command = f"{sys.executable} -m cxdigest extract {tmp_path}/many | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(rows(done)) == 1


def test_only_one_format_is_asked_where_one_is_named() -> None:
    assert {row["format"] for row in rows(run("--only", "fallback", DIGEST))} == {"fallback"}
    (row,) = rows(run("--only", "indeed", DIGEST))
    assert row["outcome"] == "not-an-alert"


def test_unknown_format_is_refused_with_the_names_of_all() -> None:
    done = run("--only", "linkedn", DIGEST)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b'no format is called "linkedn"' in done.stderr
    assert b"linkedin" in done.stderr
    assert b"google-alerts-feed" in done.stderr


def test_explained_mail_says_which_format_read_which_block_and_what_was_left() -> None:
    done = run("--explain", DIGEST)
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert text.startswith(f"{DIGEST}, message 1: read as linkedin: 4 postings, 30 announced\n")
    assert (
        "format  linkedin: the sender is linkedin.com; it links to linkedin.com/jobs/view" in text
    )
    assert re.search(
        r"read    HTML lines \d+-\d+ “.*” by cards around links: Customer Experience Lead", text
    )
    assert re.search(
        r"read    text lines \d+-\d+ “.*” by three lines above a link: Journey Manager", text
    )
    assert re.search(r"left    text line \d+ “See all jobs.*”: navigation", text)


def test_explained_mail_names_disagreements_and_the_reason_for_nothing() -> None:
    found = run("--explain", ALERTS / "fallback" / "parts-that-disagree.eml", NEWSLETTER)
    text = found.stdout.decode()
    assert "differs The HTML part shows 3 openings, the text part 2." in text
    assert f"{NEWSLETTER}, message 1: not-an-alert. " in text


def test_explained_feed_names_its_hits() -> None:
    feed = FEED % (ENTRY % ("1", "Customer Experience Lead", "1"))
    text = run("--explain", "-", given=feed.encode()).stdout.decode()
    assert "read as job-feed: 1 posting\n" in text
    assert "read    Customer Experience Lead" in text
