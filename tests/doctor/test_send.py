"""``send --test`` through a real Postfix into a real Dovecot, and what is made of how it came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from cxdigest.channels.message import build
from cxdigest.config import load
from cxdigest.doctor import trial
from cxdigest.extract import extract
from cxdigest.extract.mails.authenticity import Checked, checked, receiver_of
from cxdigest.model import Alert, Recipient
from tests.cli.inside import call
from tests.doctor.test_whole import mailbox, sending
from tests.doctor.world import NOW, configure, person
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.postfix import Postfix

PROVEN = "spf=pass smtp.mailfrom=mail.example; dkim=pass header.d=mail.example; dmarc={} header.from=mail.example"


@pytest.fixture
def ada(dovecot: Dovecot) -> MailUser:
    return dovecot.user("ada")


def lay_out(
    home: Path, dovecot: Dovecot, postfix: Postfix, ada: MailUser, *to: str, **source
) -> None:
    configure(
        home,
        sources={"inbox": mailbox(dovecot, ada, **source)},
        channels={"mail": sending(postfix, ada), "out": {"type": "folder", "path": "out"}},
        profiles={"me": person(*(to or [ada.name]), channel="mail")},
    )


def tried(home: Path, *words: str) -> tuple[int, list[dict[str, str]]]:
    done = call(home, "send", "--test", "--json", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["lines"]


@contextmanager
def carried(
    dovecot: Dovecot, sent_to: MailUser, read_by: MailUser, *, folder: str = "INBOX", head: str = ""
) -> Iterator[None]:
    """Do what a receiving server does: what comes for *sent_to* goes into a folder of *read_by*."""

    def carry() -> None:
        (raw,) = dovecot.mails(sent_to, at_least=1)
        dovecot.deliver(read_by, head.encode() + raw, folder=folder)

    thread = threading.Thread(target=carry)
    thread.start()
    yield
    thread.join()


def test_a_mail_that_arrives_in_the_inbox_is_said_to_and_is_left_unread(
    tmp_path, dovecot, postfix, ada
):
    lay_out(tmp_path, dovecot, postfix, ada)
    code, (taken, arrived, proof) = tried(tmp_path, "--wait", "20")
    assert code == 0, (taken, arrived, proof)
    assert taken["says"].startswith("taken: 250 2.0.0 Ok: queued as ")
    assert (arrived["state"], "arrived in INBOX" in arrived["says"]) == ("ok", True)
    assert (proof["state"], "authserv" in proof["fix"]) == ("unchecked", True)
    assert b"\\Seen" not in dovecot.flags(ada)[0]


def test_the_mail_is_known_as_our_own_and_is_never_an_alert(tmp_path, dovecot, postfix, ada):
    lay_out(tmp_path, dovecot, postfix, ada)
    tried(tmp_path, "--wait", "0")
    (raw,) = dovecot.mails(ada, at_least=1)
    done = call(tmp_path, "run", "--once", "--strict")
    assert done.returncode == 0, done.stderr
    found = extract(Alert(source="inbox", key="1", media="mail", raw=raw, digest="d"))
    assert (found.outcome, found.sightings) == ("not-an-alert", ())


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_what_the_receiving_server_proved_is_told(tmp_path, dovecot, postfix, ada, verdict):
    box = dovecot.user("box")
    lay_out(tmp_path, dovecot, postfix, box, ada.name, address=ada.name, authserv="mx.mail.example")
    head = f"Authentication-Results: mx.mail.example; {PROVEN.format(verdict)}\r\n"
    with carried(dovecot, ada, box, head=head):
        found, (_, arrived, proof) = tried(tmp_path, "--wait", "20")
    assert (found, arrived["state"]) == (int(verdict == "fail"), "ok")
    assert f"SPF pass, DKIM pass, DMARC {verdict}, says mx.mail.example" in proof["says"]


def test_a_mail_under_spam_is_a_failure_with_the_way_out(tmp_path, dovecot, postfix, ada):
    box = dovecot.user("box")
    lay_out(tmp_path, dovecot, postfix, box, ada.name, address=ada.name)
    with carried(dovecot, ada, box, folder="Junk"):
        code, (_, spam, _) = tried(tmp_path, "--wait", "20")
    assert code == 1
    assert (spam["state"], "under spam, in Junk" in spam["says"]) == ("failed", True)
    assert "mark it there" in spam["fix"]


def test_one_that_does_not_come_and_one_that_is_refused_are_failures(
    tmp_path, dovecot, postfix, ada
):
    other = dovecot.user("other")
    refused = f"refused-{ada.name}"
    lay_out(tmp_path, dovecot, postfix, ada, other.name, refused, address=other.name)
    code, (taken, no, missing) = tried(tmp_path, "--wait", "1")
    assert code == 1
    assert (taken["state"], no["state"], missing["state"]) == ("ok", "failed", "failed")
    assert "No such mailbox" in no["says"]
    assert "did not arrive within 1 s" in missing["says"]


def test_a_mailbox_that_nobody_reads_is_not_waited_for(tmp_path, dovecot, postfix, ada):
    other = dovecot.user("other")
    lay_out(tmp_path, dovecot, postfix, ada, other.name)
    code, (taken, where) = tried(tmp_path)
    assert (code, taken["state"], where["state"]) == (0, "ok", "unchecked")
    assert "no source reads that mailbox" in where["says"]


def test_files_of_a_mail_to_try_take_the_place_of_no_digest(tmp_path):
    configure(tmp_path)
    code, lines = tried(tmp_path)
    assert (code, [one["state"] for one in lines]) == (0, ["ok"])
    names = [file.name for file in (tmp_path / "out").iterdir()]
    assert len(names) == 3
    assert not any("-me-me" in name for name in names)


def test_what_cannot_be_done_is_said_and_nothing_is_sent(tmp_path):
    configure(tmp_path, profiles={"me": person(), "ben": person()})
    for words, said in (
        (("send",), "say --test"),
        (("send", "--test"), "name one by --profile: ben, me"),
        (("send", "--test", "--profile", "eve"), "no profile eve"),
        (("send", "--test", "--profile", "me", "--channel", "post"), "no channel post"),
    ):
        done = call(tmp_path, *words)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (None, "unchecked"),
        (Checked(by="mx", spf="pass", dkim="pass", dmarc="pass"), "ok"),
        (Checked(by="mx", spf="softfail", dkim="pass", dmarc="pass"), "ok"),
        (Checked(by="mx", spf="pass", dkim="none"), "ok"),
        (Checked(by="", spf="softfail", dkim="none", dmarc="none"), "warning"),
        (Checked(by="mx", spf="fail", dkim="none", dmarc="none"), "failed"),
        (Checked(by="mx", spf="pass", dkim="fail", dmarc="fail"), "failed"),
        (Checked(by="mx"), "warning"),
    ],
)
def test_proofs_are_judged_as_the_receiver_does(found, state):
    assert trial.judge_proof("to ada", found).state == state


def test_only_the_receiver_itself_is_believed():
    results = "spf=pass smtp.mailfrom=b.example; dkim=fail header.d=b.example; dkim=pass header.d=c.example"
    raw = f"Authentication-Results: mx.a.example; {results}\r\nFrom: x@b.example\r\n\r\n".encode()
    found = checked(raw, receiver_of("imap.a.example", "mx.a.example"))
    assert found == Checked(by="mx.a.example", spf="pass", dkim="pass")
    assert checked(raw, receiver_of("imap.z.example", "mx.z.example")) is None
    assert checked(b"From: x@b.example\r\n\r\n", receiver_of("imap.gmail.com")) is None


def test_folders_for_spam_are_known_by_their_mark_or_their_name():
    nothing: frozenset[str] = frozenset()
    folders = {
        "INBOX": nothing,
        "Weg damit": frozenset({"\\junk"}),
        "INBOX.Spam": nothing,
        "[Gmail]": frozenset({"\\noselect"}),
        "[Gmail]/All": frozenset({"\\all"}),
        "Junk mail tips": nothing,
    }
    assert trial.folders_to_look_in(folders, "Alerts") == {
        "Weg damit": True, "INBOX.Spam": True, "INBOX": False, "Alerts": False, "[Gmail]/All": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("user", "address", "recipient", "reads"),
    [
        ("ada@mail.example", None, "Ada@Mail.example", True),
        ("ada@mail.example", None, "ada+jobs@mail.example", True),
        ("ada", None, "ada@mail.example", True),
        ("ada", "coach@mail.example", "ada@mail.example", False),
        ("box", "ada@mail.example", "ada@mail.example", True),
        ("ben@mail.example", None, "ada@mail.example", False),
    ],
)
def test_a_mailbox_is_read_whose_address_it_is(tmp_path, user, address, recipient, reads):
    box = {"type": "mailbox", "host": "h.example", "user": user, "password": "hunter2"}
    if address:
        box["address"] = address
    config = load(configure(tmp_path, sources={"box": box}), {})
    assert list(trial.readers_of(config, recipient)) == (["box"] if reads else [])


def test_the_mail_has_what_a_digest_has():
    mail = trial.delivery(
        "me",
        Recipient("mail", "ada@mail.example"),
        identity="1" * 32,
        secret="2" * 32,
        now=NOW,
        day=date(2026, 11, 21),
    )
    raw = build(mail, sender="cxdigest <x@mail.example>").decode()
    for head in (
        "X-Cxdigest-Edition: cxdigest/2026-11-21/",
        "List-Unsubscribe: ",
        "Auto-Submitted: ",
    ):
        assert head in raw
    assert "multipart/alternative" in raw
