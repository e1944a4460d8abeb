"""The folder source on real files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxdigest.errors import SourceError
from cxdigest.model import Alert, Cursor
from cxdigest.sources import Batch, Source
from cxdigest.sources.folder import BATCH_ALERTS, BATCH_BYTES, FolderSource

NOW = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)


class Stored:
    """What a store would remember: batches are taken in one by one, with their cursor."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.cursor: Cursor = {}
        self.seen: set[str] = set()

    def known(self, text: str) -> bool:
        return text in self.seen

    def take(self, batch: Batch) -> None:
        for alert in batch.alerts:
            assert alert.key not in self.seen, "keys are unique in a store"
            self.seen |= {alert.key, alert.digest}
            self.alerts.append(alert)
        self.cursor = batch.cursor

    def poll(self, source: Source) -> list[str]:
        """Poll and return the subjects (of feeds: the titles) that were new."""
        before = len(self.alerts)
        self.poll_quietly(source)
        return [subject(alert) for alert in self.alerts[before:]]

    def poll_quietly(self, source: Source) -> None:
        for batch in source.fetch(self.cursor, now=NOW, known=self.known):
            self.take(batch)


def subject(alert: Alert) -> str:
    if alert.entry is not None:
        return alert.entry.title
    return next(
        line.removeprefix("Subject: ")
        for line in alert.raw.decode("utf-8", "replace").splitlines()
        if line.startswith("Subject: ")
    )


def mail(title: str, *, size: int = 0) -> str:
    return (
        f"From: Jobs <jobs@board.example>\nTo: me@home.example\nSubject: {title}\n"
        f"Date: Mon, 02 Nov 2026 06:00:00 +0000\nMessage-ID: <{title.replace(' ', '.')}@board.example>\n"
        f"Content-Type: text/plain\n\nA role: {title}\n{'x' * 70 + chr(10) if size else ''}"
        + ("y" * 70 + "\n")
        * (size // 71)
    )


def mbox(*titles: str) -> str:
    return "".join(
        f"From jobs@board.example Mon Nov  2 06:00:00 2026\n{mail(title)}\n" for title in titles
    )


def feed(*titles: str) -> str:
    entries = "".join(
        f"<entry><id>tag:board.example,2026:{title}</id><title>{title}</title></entry>"
        for title in titles
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Roles</title>{entries}</feed>'


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def box(tmp_path: Path) -> Path:
    (tmp_path / "box").mkdir()
    return tmp_path / "box"


@pytest.fixture
def source(box: Path) -> FolderSource:
    return FolderSource("saved", box)


@pytest.fixture
def stored() -> Stored:
    return Stored()


def test_mails_mboxes_and_feeds_are_read_whatever_their_names(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "a.txt", mail("one"))
    write(box / "deep/er/b", mbox("two", "three"))
    write(box / "deep/c.eml", feed("four", "five"))
    assert stored.poll(source) == ["one", "four", "five", "two", "three"]
    assert {alert.source for alert in stored.alerts} == {"saved"}
    assert [alert.media for alert in stored.alerts] == ["mail", "feed", "feed", "mail", "mail"]
    assert source.name == "saved"


def test_a_second_poll_yields_nothing_and_opens_no_file(
    box: Path, source: FolderSource, stored: Stored
):
    path = write(box / "a.eml", mail("one"))
    stored.poll(source)
    status = path.stat()
    path.write_text(mail("one").replace("role", "task"))  # same size, and the time put back
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    cursor = stored.cursor
    assert list(source.fetch(cursor, now=NOW, known=stored.known)) == []


def test_only_new_files_are_read(box: Path, source: FolderSource, stored: Stored):
    write(box / "b.eml", mail("two"))
    assert stored.poll(source) == ["two"]
    write(box / "a.eml", mail("one"))
    assert stored.poll(source) == ["one"]


def test_an_mbox_that_grew_yields_its_new_messages(box: Path, source: FolderSource, stored: Stored):
    write(box / "all.mbox", mbox("one", "two"))
    assert stored.poll(source) == ["one", "two"]
    write(box / "all.mbox", mbox("one", "two", "three"))
    assert stored.poll(source) == ["three"]


@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
def test_an_mbox_that_grew_yields_its_new_messages_however_it_ended(
    box: Path, source: FolderSource, stored: Stored, ending: str
):
    first = mbox("one").rstrip("\n") + "\n" + ending
    write(box / "all.mbox", first)
    assert stored.poll(source) == ["one"]
    write(box / "all.mbox", first + "\n" + mbox("two"))
    assert stored.poll(source) == ["two"]


def test_a_file_that_was_no_feed_is_kept_and_read_again_once_it_is_one(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "feed.xml", "<html><title>Log in</title></html>")
    stored.poll_quietly(source)
    assert [alert.key for alert in stored.alerts] == ["feed.xml"]
    write(box / "feed.xml", "<html><title>Log in again</title></html>")
    stored.poll_quietly(source)
    assert len(stored.alerts) == 2
    write(box / "feed.xml", feed("one"))
    assert stored.poll(source) == ["one"]


def test_an_mbox_that_lost_a_message_in_the_middle_yields_only_what_is_new(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "all.mbox", mbox("one", "two", "six"))
    stored.poll(source)
    write(box / "all.mbox", mbox("two", "six", "ten"))
    assert stored.poll(source) == ["ten"]


def test_another_mail_under_the_same_name_is_a_new_alert(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "a.eml", mail("one"))
    stored.poll(source)
    write(box / "a.eml", mail("another"))
    assert stored.poll(source) == ["another"]
    assert len({alert.key for alert in stored.alerts}) == 2


def test_a_feed_saved_again_yields_its_new_entries(box: Path, source: FolderSource, stored: Stored):
    write(box / "feed.xml", feed("one", "two"))
    stored.poll(source)
    write(box / "feed.xml", feed("two", "three").replace("Roles", "More roles"))
    assert stored.poll(source) == ["three"]


def test_entries_of_different_feeds_may_share_their_ids(
    box: Path, source: FolderSource, stored: Stored
):
    for board in ("one", "two", "three"):
        identity = "" if board == "three" else f"<id>https://{board}.example/feed</id>"
        text = feed(board).replace(f"tag:board.example,2026:{board}", "1")
        write(box / f"{board}.xml", text.replace("<title>Roles", f"{identity}<title>Roles"))
    assert stored.poll(source) == ["one", "three", "two"]


def test_a_feed_that_lies_there_under_two_names_is_read_once(
    box: Path, source: FolderSource, stored: Stored
):
    text = feed("one").replace("<title>Roles", "<id>https://one.example/feed</id><title>Roles")
    write(box / "monday.xml", text)
    write(box / "tuesday.xml", text.replace("Roles", "Roles of today"))
    assert stored.poll(source) == ["one"]


def test_the_same_mail_in_two_files_or_moved_is_one_alert(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "new/1", mail("one"))
    shutil.copy(write(box / "a.eml", mail("two")), box / "b.eml")
    assert stored.poll(source) == ["two", "one"]
    (box / "cur").mkdir()
    (box / "new/1").rename(box / "cur/1:2,S")
    assert stored.poll(source) == []
    assert sorted(stored.cursor["files"]) == ["a.eml", "b.eml", "cur/1:2,S"]


def test_batches_are_bounded_and_each_can_be_gone_on_from(box: Path, source: FolderSource):
    for n in range(30):
        write(box / f"{n}.eml", mail(f"mail {n}"))
    write(box / "big.mbox", mbox(*(f"message {n}" for n in range(220))))
    sizes = [len(batch.alerts) for batch in source.fetch({}, now=NOW, known=lambda _: False)]
    assert sizes == [BATCH_ALERTS, BATCH_ALERTS, 50]
    everything = {f"mail {n}" for n in range(30)} | {f"message {n}" for n in range(220)}
    for end in range(1, 4):  # the process dies after so many batches
        stored = Stored()
        batches = source.fetch({}, now=NOW, known=stored.known)
        for _ in range(end):
            stored.take(next(batches))
        rest = stored.poll(source)
        titles = [subject(alert) for alert in stored.alerts]
        assert len(titles) == len(set(titles)) == 250
        assert set(titles) == everything
        assert len(rest) == 250 - sum(sizes[:end])


def test_batches_are_bounded_in_bytes_too(box: Path, source: FolderSource):
    for n in range(4):
        write(box / f"{n}.eml", mail(f"mail {n}", size=BATCH_BYTES // 2))
    sizes = [len(batch.alerts) for batch in source.fetch({}, now=NOW, known=lambda _: False)]
    assert sizes == [2, 2]


def test_an_mbox_that_is_being_written_is_left_for_the_next_poll(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "a.eml", mail("one"))
    path = write(box / "b.mbox", mbox("two")[:-20])

    def known(text: str) -> bool:
        if len(stored.seen) == 0 and path.read_text() != mbox("two"):
            path.write_text(mbox("two"))  # the writer goes on while the poll reads
        return stored.known(text)

    for batch in source.fetch({}, now=NOW, known=known):
        stored.take(batch)
    assert stored.poll(source) == []
    assert [subject(alert) for alert in stored.alerts] == ["one", "two"]
    assert b"A role: two" in stored.alerts[1].raw


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_poll(
    box: Path, source: FolderSource, stored: Stored
):
    whole = mail("one")
    path = write(box / "a.eml", whole[:-10])

    def known(text: str) -> bool:  # asked between reading and the second look at the file
        path.write_text(whole)
        return False

    assert list(source.fetch({}, now=NOW, known=known)) == []
    assert stored.poll(source) == ["one"]
    assert b"A role: one" in stored.alerts[0].raw


def test_a_file_that_is_moved_away_meanwhile_is_no_trouble(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "a.eml", mail("one"))
    path = write(box / "b.eml", mail("two"))

    def known(_: str) -> bool:
        path.unlink(missing_ok=True)
        return False

    batches = list(source.fetch({}, now=NOW, known=known))
    assert [subject(alert) for batch in batches for alert in batch.alerts] == ["one"]


def test_a_half_written_file_is_read_again_once_it_is_whole(
    box: Path, source: FolderSource, stored: Stored
):
    whole = mail("one")
    write(box / "a.eml", whole[:-10])
    stored.poll(source)
    write(box / "a.eml", whole)
    assert stored.poll(source) == ["one"]
    assert b"A role: one" in stored.alerts[-1].raw


def test_files_that_are_being_delivered_are_left_alone(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / ".a.eml.Xq2", mail("rsync"))
    write(box / ".git/objects/1", mail("git"))
    write(box / "tmp/1", mail("half a mail of a Maildir"))
    write(box / "cur/1:2,", mail("one"))
    write(box / ".Alerts/cur/2:2,", mail("two"))
    assert stored.poll(source) == ["two", "one"]


def test_a_folder_named_tmp_is_read_where_there_is_no_maildir(
    box: Path, source: FolderSource, stored: Stored
):
    write(box / "tmp/a.eml", mail("one"))
    assert stored.poll(source) == ["one"]


def test_links_and_things_that_are_no_files_are_not_followed(
    box: Path, source: FolderSource, stored: Stored
):
    outside = write(box.parent / "outside/secret.eml", mail("secret"))
    (box / "link.eml").symlink_to(outside)
    (box / "link").symlink_to(outside.parent)
    (box / "loop").symlink_to(box)
    os.mkfifo(box / "pipe")
    write(box / "a.eml", mail("one"))
    assert stored.poll(source) == ["one"]


def test_a_folder_that_is_itself_reached_by_a_link_is_read(box: Path, stored: Stored):
    write(box / "a.eml", mail("one"))
    (box.parent / "link").symlink_to(box)
    assert stored.poll(FolderSource("saved", box.parent / "link")) == ["one"]


def test_a_single_file_can_be_the_source(box: Path, stored: Stored):
    path = write(box / "all.mbox", mbox("one", "two"))
    source = FolderSource("saved", path)
    assert stored.poll(source) == ["one", "two"]
    assert stored.poll(source) == []


def test_a_missing_folder_is_named_with_the_way_out(box: Path):
    source = FolderSource("saved", box / "nowhere")
    with pytest.raises(
        SourceError, match=r"nowhere does not exist; create it, or correct"
    ) as caught:
        list(source.fetch({}, now=NOW, known=lambda _: False))
    assert caught.value.outcome == "gone"


def test_an_empty_folder_yields_nothing(source: FolderSource):
    assert list(source.fetch({}, now=NOW, known=lambda _: False)) == []


def test_a_name_that_is_not_unicode_is_read(box: Path, source: FolderSource, stored: Stored):
    write(box / os.fsdecode(b"caf\xe9.eml"), mail("one"))
    assert stored.poll(source) == ["one"]
    assert list(stored.cursor["files"]) == [r"caf\xe9.eml"]
    assert stored.poll(source) == []


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A folder of nobody's, and the rights of nobody where the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(name, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            for folder_name, _, _ in os.walk(name):
                Path(folder_name).chmod(0o755)
            if is_root:
                os.seteuid(0)


def failing_poll(source: FolderSource, stored: Stored) -> SourceError:
    with pytest.raises(SourceError) as caught:
        stored.poll(source)
    return caught.value


def test_an_unreadable_file_is_named_and_the_rest_goes_on(ordinary_user: Path, stored: Stored):
    write(ordinary_user / "a.eml", mail("one"))
    locked = write(ordinary_user / "b.eml", mail("two"))
    write(ordinary_user / "c.eml", mail("three"))
    locked.chmod(0)
    source = FolderSource("saved", ordinary_user)
    error = failing_poll(source, stored)
    assert error.outcome == "unreadable"
    assert "b.eml (Permission denied); everything else was" in str(error)
    assert [subject(alert) for alert in stored.alerts] == ["one", "three"]
    locked.chmod(0o644)
    assert stored.poll(source) == ["two"]


def test_an_unreadable_folder_is_named_and_not_forgotten(ordinary_user: Path, stored: Stored):
    write(ordinary_user / "a.eml", mail("one"))
    write(ordinary_user / "inner/b.eml", mail("two"))
    source = FolderSource("saved", ordinary_user)
    stored.poll(source)
    (ordinary_user / "inner").chmod(0)
    write(ordinary_user / "c.eml", mail("three"))
    error = failing_poll(source, stored)
    assert "inner (Permission denied)" in str(error)
    assert [subject(alert) for alert in stored.alerts] == ["one", "two", "three"]
    assert "inner/b.eml" in stored.cursor["files"]


def test_a_folder_that_may_not_be_entered_is_named(ordinary_user: Path, stored: Stored):
    write(ordinary_user / "locked/box/a.eml", mail("one"))
    (ordinary_user / "locked").chmod(0)
    error = failing_poll(FolderSource("saved", ordinary_user / "locked/box"), stored)
    assert error.outcome == "unreadable"
    assert "locked/box (Permission denied)" in str(error)


def test_many_unreadable_files_are_counted(ordinary_user: Path, stored: Stored):
    for n in range(8):
        write(ordinary_user / f"{n}.eml", mail(f"mail {n}")).chmod(0)
    error = failing_poll(FolderSource("saved", ordinary_user), stored)
    assert "4.eml (Permission denied) and 3 more; everything else was" in str(error)


def test_every_file_of_real_alerts_is_read_once(samples: Path, stored: Stored):
    source = FolderSource("saved", samples / "alerts")
    stored.poll_quietly(source)
    assert len(stored.cursor["files"]) == sum(path.is_file() for path in source.path.rglob("*"))
    assert len(stored.alerts) >= len(stored.cursor["files"])
    assert list(source.fetch(stored.cursor, now=NOW, known=stored.known)) == []


def test_broken_files_stop_no_poll(torture: Path, stored: Stored):
    stored.poll_quietly(FolderSource("saved", torture))
    assert len(stored.cursor["files"]) == sum(path.is_file() for path in torture.rglob("*"))
