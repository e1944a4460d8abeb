"""The whole report, by the real command against real servers."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
import yaml

from tests.cli.inside import call
from tests.doctor.world import configure, person, report
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.postfix import Postfix
from tests.servers.web import Web

FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Roles</title><id>tag:feeds.example:1</id>
<updated>2026-11-20T07:00:00Z</updated><entry><title>Head of CX</title><id>tag:feeds.example:2</id>
<link href="https://jobs.example/2"/><updated>2026-11-20T07:00:00Z</updated></entry></feed>"""
PASSWORD = "correct-horse-7b"


def mailbox(dovecot: Dovecot, user: MailUser, **more) -> dict[str, object]:
    return {
        "type": "mailbox",
        "host": "localhost",
        "port": dovecot.imap_port,
        "security": "starttls",
        "ca_file": dovecot.cafile,
        "user": user.name,
        "password": user.password,
        **more,
    }


def sending(postfix: Postfix, user: MailUser, **more) -> dict[str, object]:
    return {
        "type": "smtp",
        "host": "localhost",
        "port": postfix.submission_port,
        "security": "starttls",
        "ca_file": postfix.cafile,
        "user": user.name,
        "password": user.password,
        "sender": f"cxdigest <{user.name}>",
        **more,
    }


def tree(home: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below *home* with its rights, when it was changed, and what it holds."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return {
        str(path): (path.stat().st_mode, path.stat().st_mtime_ns, path.read_bytes())
        for path in files
    }


@pytest.fixture
def ada(dovecot: Dovecot) -> MailUser:
    return dovecot.user("ada", PASSWORD)


@pytest.fixture
def home(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, web: Web, ada: MailUser) -> Path:
    dovecot.deliver(ada, b"From: jobs@board.example\r\nSubject: Roles\r\n\r\nHello\r\n")
    configure(
        tmp_path,
        sources={
            "inbox": mailbox(dovecot, ada),
            "roles": {"type": "feed", "url": web.page("/secret-of-ada/feed", FEED)},
        },
        channels={"mail": sending(postfix, ada)},
        profiles={"me": person(ada.name, channel="mail", sources=["inbox", "roles"])},
    )
    return tmp_path


def test_an_installation_that_works_is_said_to_be_well_and_nothing_is_changed(
    home, dovecot, postfix, ada
):
    before, flags = tree(home), dovecot.flags(ada)
    found = report(home)
    assert found.done.returncode == 0, found.done.stdout
    assert found.of("mailboxes", "inbox")[0]["says"].endswith("INBOX is there, with 1 mail")
    assert found.of("sending", "mail")[0]["says"] == f"localhost let {ada.name} in"
    assert found.of("feeds", "roles")[0]["says"] == "answers, with 1 entry"
    assert set(found.states("tls", "localhost")) <= {"ok", "warning"}
    assert "its certificate" in found.of("tls", str(dovecot.imap_port))[0]["says"]
    assert found.states("store") == ["ok", "ok"]
    assert found.states("dns") == ["ok"]
    assert tree(home) == before
    assert dovecot.flags(ada) == flags
    assert len(dovecot.mails(ada)) == 1, "and nothing was sent"


def test_what_does_not_work_is_named_with_its_way_out_and_no_secret(home, dovecot, ada, web):
    other = "wrong-staple-9c"
    config = yaml.safe_load((home / "config.yaml").read_text())
    config["sources"]["inbox"]["password"] = other
    del config["channels"]["mail"]["ca_file"]
    (home / "config.yaml").write_text(yaml.safe_dump(config))
    web.page("/secret-of-ada/feed", b"no", status=404)
    done = call(home, "doctor", "--json")
    whole = json.loads(done.stdout)
    failed = {one["check"]: one for one in whole["lines"] if one["state"] == "failed"}
    assert done.returncode == 1
    assert whole["state"] == "failed"
    assert set(failed) == {"tls", "mailboxes", "sending", "feeds"}
    assert all(one["fix"] for one in failed.values())
    plain = call(home, "doctor").stdout
    for secret in (PASSWORD, other, "secret-of-ada"):
        assert secret not in done.stdout + plain + done.stderr
    assert "\x1b" not in plain, "no colours where no terminal is"
    assert len(plain.splitlines()) == len(whole["lines"]) + 1


def test_a_folder_that_is_not_there_is_named_with_those_that_are(home, dovecot, ada):
    dovecot.deliver(ada, b"Subject: x\r\n\r\n", folder="Alerts")
    config = yaml.safe_load((home / "config.yaml").read_text())
    config["sources"]["inbox"]["folder"] = "Jobs"
    (home / "config.yaml").write_text(yaml.safe_dump(config))
    (line,) = report(home).of("mailboxes")
    assert line["state"] == "failed"
    assert "no folder 'Jobs'" in line["says"]
    assert "Alerts" in line["fix"]


def test_without_a_configuration_it_says_how_to_go_on(tmp_path):
    found = report(tmp_path)
    assert found.done.returncode == 1
    assert "cxdigest serve" in found.of("configuration")[0]["fix"]
    assert found.states("version") == ["ok"]


def test_a_mistake_in_the_configuration_is_told_with_its_line(tmp_path):
    path = configure(tmp_path)
    path.write_text(path.read_text().replace("time_zone: Europe/London", "time_zone: Mars"))
    (line,) = report(tmp_path).of("configuration")
    assert line["state"] == "failed"
    assert "Mars" in line["says"]
    assert "config.yaml:" in line["subject"]


def test_a_pipe_in_place_of_the_configuration_is_told_at_once(tmp_path):
    os.mkfifo(tmp_path / "config.yaml")
    (line,) = report(tmp_path).of("configuration")
    assert "is no ordinary file" in line["says"]


def test_a_configuration_that_no_disk_gives_ends_the_wait(tmp_path, monkeypatch):
    monkeypatch.setattr("cxdigest.cli.instance.doctor._NO_FILE", 0.2)
    monkeypatch.setattr("cxdigest.cli.instance.doctor.load", lambda _: threading.Event().wait())
    (line,) = report(tmp_path).of("configuration")
    assert "could not be read within" in line["says"]
