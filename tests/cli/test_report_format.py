"""``cxdigest report-format`` as a person runs it."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from tests import started

ALERTS = Path(__file__).parents[1] / "extract"
MAIL = ALERTS / "scrub" / "everywhere.eml"
FEED = ALERTS / "scrub" / "google-alerts.xml"


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return started.run("cxdigest", "report-format", *args)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    mail = tmp_path / "board.eml"
    mail.write_bytes(MAIL.read_bytes())
    return mail


def test_a_copy_is_written_beside_the_mail_for_its_owner_alone(saved: Path) -> None:
    done = run(saved)
    copy = saved.with_name("board.scrubbed.eml")
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert b"isla" not in copy.read_bytes().lower()
    assert saved.read_bytes() == MAIL.read_bytes()
    assert f"{copy}: written." in done.stdout
    assert "2 phone numbers" in done.stdout
    assert "1 attachment." in done.stdout
    assert "reads 4 postings from it, as from the original" in done.stdout
    assert "Look it through before you send it" in done.stdout


def test_nothing_is_ever_overwritten(saved: Path) -> None:
    assert run(saved).returncode == 0
    copy = saved.with_name("board.scrubbed.eml")
    copy.write_text("mine")
    done = run(saved)
    assert done.returncode == 2
    assert f"{copy} exists and is left as it is; name another file with --out" in done.stderr
    assert copy.read_text() == "mine"
    assert run(saved, "--out", saved).returncode == 2
    assert saved.read_bytes() == MAIL.read_bytes()
    assert run(saved, "--out", saved.with_name("other.eml")).returncode == 0


def test_a_feed_is_scrubbed_too(tmp_path: Path) -> None:
    out = tmp_path / "feed.xml"
    done = run(FEED, "--out", out)
    assert done.returncode == 0
    assert "reads 1 posting from it" in done.stdout
    assert b"04815162342108151623" not in out.read_bytes()


def test_a_file_that_cannot_be_scrubbed_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b" \n")
    (tmp_path / "notes.txt").write_text("nothing of a mail")
    mails = b"".join(
        b"From a@b.example Fri Nov 20 06:12:41 2026\n" + MAIL.read_bytes() + b"\n" for _ in "ab"
    )
    (tmp_path / "many.mbox").write_bytes(mails)
    for name, said, code in (
        ("nowhere.eml", "no such file", 2), ("empty.eml", "is empty", 2), (".", "is a folder", 2),
        ("many.mbox", "several mails", 2), ("notes.txt", "notes.txt: This is no mail", 1),
    ):  # fmt: skip
        done = run(tmp_path / name)
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.scrubbed*"))
