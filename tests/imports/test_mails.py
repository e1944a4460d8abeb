"""``cxdigest import mails``: old alerts out of what a mail program or a provider exported."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import mailbox
import os
import signal
import stat
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from unittest.mock import ANY

import pytest
from sqlalchemy import event

from cxdigest.cli.imports import mails as command
from cxdigest.pipeline import reread, turn
from cxdigest.pipeline.alerts import importing, poll
from cxdigest.pipeline.alerts.importing import Imported, import_mails
from cxdigest.sources import exported
from cxdigest.sources.exported import Export, Found
from cxdigest.sources.folder import FolderSource
from cxdigest.sources.mailbox import MailboxSource
from tests.cli.inside import call
from tests.imports.exports import (
    CONFIG,
    NOW,
    alert,
    foreign,
    home_in,
    stored,
    street_of,
    takeout,
    write_mbox,
)
from tests.servers.dovecot import Dovecot

LIMIT = 25_000_000
DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return home_in(tmp_path)


def take_in(street, *paths: Path, senders=("indeed.com",), limit=LIMIT) -> Imported:
    export = Export(paths, limit=limit)
    *_, last = import_mails(street, "inbox", export, senders=(senders,), limit=limit)
    return last


def said(home: Path, *words: object) -> dict:
    done = call(home, "import", "mails", *map(str, words), "--source", "inbox", "--json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout) | {"code": done.returncode, "err": done.stderr}


def test_an_mbox_is_read_as_the_mailbox_would_have_been(home):
    write_mbox(home / "old.mbox", [alert(1), foreign(1), alert(2), foreign(2), alert(1)])
    done = call(home, "import", "mails", "old.mbox", "--source", "inbox")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:4] == [
        "5 mails looked at for inbox.",
        "  2 taken in as alerts",
        "  1 known already",
        "  2 of other senders, passed over",
    ]
    assert "2 postings shown in them." in done.stdout
    found = call(home, "export", "--json").stdout.splitlines()
    titles = {json.loads(line)["title"]: json.loads(line)["kind"] for line in found}
    assert set(titles) == {"Customer Experience Manager 1", "Customer Experience Manager 2"}
    assert all(titles.values()), "they are judged"


def test_a_server_keeps_them_as_a_file_does(tmp_path, postgres):
    name = postgres.create()
    url = f'"postgresql://{postgres.user}@/{name}?host={postgres.folder}"'
    home = home_in(tmp_path, CONFIG.replace("data/store.sqlite", url))
    write_mbox(home / "box", [alert(1), foreign(1), alert(2, came=NOW - 90 * DAY)])
    with street_of(home) as street:
        first, second = take_in(street, home / "box"), take_in(street, home / "box")
        assert (first.mails, first.taken, first.foreign, first.known) == (3, 2, 1, 0)
        assert (second.mails, second.taken, second.foreign, second.known) == (3, 0, 1, 2)
        kinds = [row[0] for row in stored(street)]
        assert {kind: kinds.count(kind) for kind in kinds} == {"alert": 2, "posting": 2, "seen": 2}
    postgres.drop(name)


def test_a_second_import_finds_everything_known(home):
    write_mbox(home / "old.mbox", [alert(1), alert(2)])
    assert said(home, "old.mbox")["taken"] == 2
    again = said(home, "old.mbox")
    assert (again["mails"], again["known"], again["taken"]) == (2, 2, 0)


def maildir(home: Path) -> Path:
    box = mailbox.Maildir(home / "Maildir")
    box.add(alert(1).replace(b"\r\n", b"\n"))
    box.add_folder("Jobs").add(alert(2).replace(b"\r\n", b"\n"))
    (home / "Maildir" / "tmp" / "half").write_bytes(alert(9))
    return home / "Maildir"


def zipped(home: Path) -> Path:
    with zipfile.ZipFile(home / "takeout-1.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Takeout/archive_browser.html", "<html>Takeout</html>")
        archive.writestr("Takeout/Mail/Alle Mails.mbox", takeout([alert(1), foreign(1), alert(2)]))
    return home / "takeout-1.zip"


def tarred(home: Path) -> Path:
    content = takeout([alert(1), foreign(1), alert(2)])
    with tarfile.open(home / "takeout.tgz", "w:gz") as archive:
        told = tarfile.TarInfo("Takeout/Mail/Alle Mails.mbox")
        told.size = len(content)
        archive.addfile(told, io.BytesIO(content))
        link = tarfile.TarInfo("Takeout/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return home / "takeout.tgz"


def loose(home: Path) -> Path:
    (home / "mails" / "deeper").mkdir(parents=True)
    (home / "mails" / "1.eml").write_bytes(alert(1))
    (home / "mails" / "deeper" / "no ending").write_bytes(alert(2))
    (home / "mails" / "notes.txt").write_text("Dear diary: jobs\n")
    return home / "mails"


def packed(home: Path) -> Path:
    (home / "old.mbox.gz").write_bytes(gzip.compress(takeout([alert(1), alert(2)])))
    return home / "old.mbox.gz"


def bzipped(home: Path) -> Path:
    (home / "old.bz2").write_bytes(bz2.compress(takeout([alert(1), alert(2)])))
    return home / "old.bz2"


@pytest.mark.parametrize("form", [maildir, zipped, tarred, loose, packed, bzipped])
def test_every_form_of_export_holds_the_same_two_alerts(home, form):
    found = said(home, form(home))
    assert (found["code"], found["taken"], found["postings"], found["unread"]) == (0, 2, 2, 0)
    assert said(home, write_mbox(home / "same.mbox", [alert(1), alert(2)]))["known"] == 2


def test_what_the_mailbox_brought_or_brings_is_known(home, dovecot: Dovecot):
    user = dovecot.user()
    brought, comes = alert(1, more="From here on\r\n"), alert(2)
    dovecot.deliver(user, brought, received=NOW - DAY)
    source = MailboxSource(
        name="inbox", host=dovecot.host, port=dovecot.imap_port, security="none",
        user=user.name, password=user.password, since_days=3650,
    )  # fmt: skip
    (home / "box").write_bytes(takeout([brought, comes]))
    with street_of(home) as street:
        street.sources["inbox"] = source
        street.store.register_sources(["inbox"], now=NOW)
        first = poll.poll(street, "inbox")
        assert (first.alerts, first.message) == (1, "")
        done = take_in(street, home / "box")
        assert (done.known, done.taken) == (1, 1)
        dovecot.deliver(user, comes, received=NOW)
        assert poll.poll(street, "inbox").alerts == 0
        assert sum(row[0] == "alert" for row in stored(street)) == 2


def test_the_position_of_the_mailbox_stays_where_it_is(home):
    with street_of(home) as street:
        street.store.register_sources(["inbox"], now=NOW)
        street.store.record_batch("inbox", (), {"uidvalidity": 7, "uid": 42}, now=NOW)
        take_in(street, write_mbox(home / "box", [alert(1)]))
        assert street.store.cursor("inbox") == {"uidvalidity": 7, "uid": 42}


def test_old_alerts_are_archived_and_stand_in_no_digest_also_when_read_again(home):
    old = [alert(number, came=NOW - timedelta(days=100 + number)) for number in range(3)]
    write_mbox(home / "box", [*old, alert(9, came=NOW - DAY)])
    with street_of(home) as street:
        street.sources.clear()
        assert take_in(street, home / "box").taken == 4
        *_, last = reread(street.store, {}, clock=lambda: NOW)
        assert last.unchanged == 4
        (composed,) = turn(street, everything=True).composed
        shown = [*composed.digest.genuine, *composed.digest.unclear, *composed.digest.flagged]
        assert [one.posting.title for one in shown] == ["Customer Experience Manager 9"]
        assert len(list(street.store.every_posting())) == 4
        assert not street.store.unjudged(street.rules.fingerprint, limit=9)


def test_what_old_mails_asked_for_is_not_done_again(tmp_path):
    home = home_in(tmp_path, CONFIG.replace("to: [ada]", "to: [ada@indeed.com]"))
    with street_of(home) as street:
        street.sources.clear()
        assert take_in(street, write_mbox(home / "box", [alert(1)])).taken == 1
        assert turn(street, everything=True).delivered[0].state == "sent"
        with street.store._database.reading() as connection:
            answered = connection.exec_driver_sql("SELECT message_id FROM deliveries").scalar()
        stop = (
            f"From: Ada <ada@indeed.com>\r\nTo: you@example.org\r\nSubject: stop\r\n"
            f"In-Reply-To: {answered}\r\n\r\nstop\r\n"
        ).encode()
        done = take_in(street, write_mbox(home / "replies", [stop]))
        assert (done.taken, done.postings) == (1, 0)
        assert street.store.pauses() == []
        (home / "mails").mkdir()
        (home / "mails" / "stop.eml").write_bytes(stop + b"please")
        street.sources["inbox"] = FolderSource("inbox", home / "mails")
        poll.poll(street, "inbox")
        assert len(street.store.pauses()) == 1, "polled it would be followed"


def test_mails_of_a_shared_mailbox_find_their_owners(tmp_path):
    config = CONFIG.replace("senders: [indeed.com]", "senders: [indeed.com]\n    intake: true")
    config = config.replace(
        "sources: [inbox]", "sources: [inbox]\n    addresses: [ada@home.example]"
    )
    home = home_in(tmp_path, config)
    mine = b"Delivered-To: ada@home.example\r\n" + alert(1)
    others = b"Delivered-To: ben@home.example\r\n" + alert(1)
    with street_of(home) as street:
        assert take_in(street, write_mbox(home / "box", [mine, others])).taken == 2
        with street.store._database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT profile FROM alerts").scalars()
            assert sorted(rows) == ["", "ada"]


def test_a_broken_mail_is_kept_and_ends_nothing(home):
    broken = b"\xff\xfe\x00 no head at all"
    (home / "box").write_bytes(
        b"From a Sat Nov 21 06:30:00 2026\n" + broken + b"\n\n" + takeout([alert(1)])
    )
    found = said(home, "box")
    assert (found["code"], found["taken"], found["unread"]) == (0, 2, 1)


def test_a_mail_that_is_too_large_keeps_its_head(home):
    with street_of(home) as street:
        large = alert(1, more="x" * 20_000)
        done = take_in(street, write_mbox(home / "box", [large, alert(2)]), limit=10_000)
        assert (done.taken, done.unread, done.postings) == (2, 1, 1)


def test_what_is_older_than_postings_are_kept_is_left(tmp_path):
    keep = CONFIG.replace("store.sqlite}", "store.sqlite, keep_postings: 100}")
    home = home_in(tmp_path, keep)
    old, young = alert(1, came=NOW - 200 * DAY), alert(2)
    with street_of(home) as street:
        done = take_in(street, write_mbox(home / "box", [old, young]))
        assert (done.late, done.taken) == (1, 1)


# -- interrupted -----------------------------------------------------------------------------------


def many(home: Path) -> Path:
    mails = [foreign(n) if n % 3 else alert(n, came=NOW - n * DAY) for n in range(1, 19)]
    with zipfile.ZipFile(home / "takeout.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Takeout/Mail/a.mbox", takeout(mails[:10]))
        archive.writestr("Takeout/Mail/b.mbox", takeout(mails[10:]))
    return home / "takeout.zip"


def die_at(moment: int, home: Path) -> None:
    with street_of(home) as street:
        commits = count(1)

        def on_commit(connection) -> None:
            writes = connection.get_execution_options().get("cxdigest_begin")
            if writes and next(commits) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(street.store._database.engine, "commit", on_commit)
        take_in(street, home / "takeout.zip")
        os._exit(0)


def test_an_import_that_is_killed_at_any_commit_is_ended_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    (tmp_path / "whole").mkdir()
    whole = home_in(tmp_path / "whole")
    many(whole)
    with street_of(whole) as street:
        expected, rows = take_in(street, whole / "takeout.zip"), stored(street)
    assert (expected.mails, expected.taken, expected.foreign) == (18, 6, 12)
    for moment in count(1):
        (tmp_path / str(moment)).mkdir()
        home = home_in(tmp_path / str(moment))
        os.link(whole / "takeout.zip", home / "takeout.zip")
        if (child := os.fork()) == 0:
            die_at(moment, home)
        status = os.waitpid(child, 0)[1]
        with street_of(home) as street:
            done = take_in(street, home / "takeout.zip")
            assert stored(street) == rows, f"killed at commit {moment}"
            if os.WIFSIGNALED(status):
                assert done == expected, f"killed at commit {moment}"
        if not os.WIFSIGNALED(status):
            assert moment > 5, "two mboxes are begun, three batches and the end are commits"
            return


@pytest.mark.parametrize("form", [zipped, tarred, packed, bzipped])
def test_every_form_is_gone_on_with_after_the_mail_that_was_read_last(home, form):
    path = form(home)
    whole = list(Export([path], limit=LIMIT).mails(wanted=lambda _: True, begin=lambda _: 0))
    assert len(whole) >= 2
    for number, found in enumerate(whole, start=1):
        begin = {found.holder: found.place}
        rest = Export([path], limit=LIMIT).mails(wanted=lambda _: True, begin=begin.__getitem__)
        assert list(rest) == [
            Found(holder=one.holder, place=one.place, message=replace(one.message, end=ANY))
            for one in whole[number:]
        ]


def test_ctrl_c_keeps_the_place_and_says_so(home, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path, steps = many(home), command.import_mails

    def interrupted(*given, **more):
        for number, step in enumerate(steps(*given, **more)):
            if number == 8:
                signal.raise_signal(signal.SIGINT)
            yield step

    monkeypatch.setattr(command, "import_mails", interrupted)
    first = said(home, path)
    assert (first["code"], first["stopped"], first["mails"]) == (130, True, 9)
    assert first["err"].count("\n") == 1
    assert "run the same command again" in first["err"]
    monkeypatch.setattr(command, "import_mails", steps)
    second = said(home, path)
    assert (second["code"], second["mails"], second["taken"], second["known"]) == (0, 18, 6, 0)


def test_three_thousand_mails_take_no_more_memory_than_thirty(home):
    def peak(mails: int) -> int:
        letters = (alert(n) if n % 100 == 0 else foreign(n, size=20_000) for n in range(mails))
        (home / "box").write_bytes(b"")
        with (home / "box").open("ab") as box:
            for raw in letters:
                box.write(takeout([raw]))
        code = "from cxdigest.cli import main\ntry:\n main()\nexcept SystemExit: pass\n"
        code += "print([l.split()[1] for l in open('/proc/self/status') if 'VmHWM' in l][0])"
        words = ["import", "mails", "box", "--source", "inbox", "--json"]
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=home,
            capture_output=True,
            text=True,
            check=True,
        )
        told, kilobytes = done.stdout.splitlines()
        assert json.loads(told)["mails"] == mails
        return int(kilobytes)

    few, many = peak(30), peak(3000)
    assert (home / "box").stat().st_size > 55_000_000
    assert many - few < 25_000


# -- hostile and broken ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/x.mbox", "C:\\x.mbox", "a\\..\\..\\b"]
)
def test_an_archive_that_names_places_outside_is_refused(home, name):
    with zipfile.ZipFile(home / "bad.zip", "w") as archive:
        archive.writestr("Takeout/a.mbox", takeout([alert(1)]))
        archive.writestr(name, takeout([alert(2)]))
    found = said(home, "bad.zip")
    assert (found["code"], found["taken"]) == (1, 0)
    assert "names a file outside of itself" in found["err"]


@pytest.mark.parametrize("form", ["zip", "gz", "tgz"])
def test_an_archive_that_swells_beyond_reason_is_refused(home, form, monkeypatch):
    monkeypatch.setattr(exported, "FREE", 1_000_000)
    content = takeout([alert(1, more="x" * 3_000_000)])
    path = home / f"bomb.{form}"
    if form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.mbox", content)
    elif form == "gz":
        path.write_bytes(gzip.compress(content))
    else:
        with tarfile.open(path, "w:gz") as archive:
            told = tarfile.TarInfo("a.mbox")
            told.size = len(content)
            archive.addfile(told, io.BytesIO(content))
    found = said(home, path)
    assert (found["code"], found["taken"]) == (1, 0)
    assert "far more than mails do" in found["err"]


@pytest.mark.parametrize("form", [zipped, tarred, packed, bzipped])
def test_of_a_file_that_was_cut_short_the_rest_is_taken_in(home, form):
    path = form(home)
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 5])
    (home / "whole.eml").write_bytes(alert(7))
    found = said(home, path, "whole.eml")
    assert found["code"] == 1
    assert "is cut short or damaged" in found["err"]
    assert "Traceback" not in found["err"]
    assert said(home, "whole.eml")["known"] == 1


def test_links_pipes_and_what_may_not_be_read_stop_nothing(home):
    folder = loose(home)
    os.mkfifo(folder / "pipe")
    (folder / "round").symlink_to(folder)
    (home / "loop").symlink_to(home / "loop")
    (folder / os.fsdecode(b"caf\xe9.eml")).write_bytes(alert(3))
    shut = folder / "shut"
    shut.mkdir()
    shut.chmod(0)
    found = said(home, folder, home / "loop", folder / "pipe")
    shut.chmod(stat.S_IRWXU)
    assert (found["code"], found["taken"]) == (1, 3)
    assert "loop" in found["err"]
    assert "pipe: is neither a file nor a folder" in found["err"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["box", "--source", "nothing"],
            "nothing is not in the configuration; choose one of the mail",
        ),
        (["not there", "--source", "inbox"], "there is no such file or folder"),
    ],
)
def test_wrong_use_is_answered(home, words, message):
    (home / "box").write_bytes(takeout([alert(1)]))
    done = call(home, "import", "mails", *words)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


def test_the_only_mailbox_need_not_be_named_and_of_two_one_must(tmp_path):
    home = home_in(tmp_path, CONFIG)
    write_mbox(home / "box", [alert(1)])
    done = call(home, "import", "mails", "box")
    assert done.returncode == 0, done.stderr
    assert "1 mail looked at for inbox." in done.stdout
    second = "  other: {type: mailbox, host: h.example, user: u, password_file: secrets/mailbox}\n"
    (home / "config.yaml").write_text(CONFIG.replace("sources:\n", f"sources:\n{second}", 1))
    done = call(home, "import", "mails", "box")
    assert (done.returncode, "one of other, inbox" in done.stderr) == (2, True), done.stderr


def test_a_shared_mailbox_that_is_off_takes_nothing_in(tmp_path):
    off = "senders: [indeed.com]\n    intake: true\n    enabled: false\n  saved: {type: folder, path: .}"
    config = CONFIG.replace("senders: [indeed.com]", off)
    home = home_in(tmp_path, config.replace("sources: [inbox]", "sources: [saved]"))
    write_mbox(home / "box", [alert(1)])
    done = call(home, "import", "mails", "box", "--source", "inbox")
    assert (done.returncode, "switch it on first" in done.stderr) == (2, True), done.stderr


def test_a_whole_mailbox_is_taken_in_only_where_somebody_says_so(tmp_path):
    home = home_in(tmp_path, CONFIG.replace("senders: [indeed.com]", "senders: []"))
    write_mbox(home / "box", [alert(1), foreign(1)])
    done = call(home, "import", "mails", "box", "--source", "inbox")
    assert (done.returncode, "--all" in done.stderr) == (2, True)
    assert said(home, "box", "--sender", "indeed.com")["taken"] == 1
    assert said(home, "box", "--all")["taken"] == 1
