"""Alerts in a real mailbox and on a web server in, one digest through a real mail server out."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import signal
import subprocess
import time
from email.message import EmailMessage
from typing import Any

import pytest

from tests.acceptance.conftest import EXAMPLES, Instance, profile
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.ports import free_port
from tests.servers.postfix import Postfix
from tests.servers.web import Web


def configure(
    instance: Instance,
    *,
    web: Web,
    dovecot: Dovecot,
    postfix: Postfix,
    owner: MailUser,
    to: list[str],
) -> None:
    instance.configure(
        store={"url": "data/cxdigest.sqlite"},
        net={"allow": ["127.0.0.0/8"], "pace": 0},
        sources={
            "inbox": {
                "type": "mailbox",
                "host": "127.0.0.1",
                "port": dovecot.imaps_port,
                "security": "tls",
                "ca_file": dovecot.cafile,
                "user": owner.name,
                "password": owner.password,
                "since": 365,
            },
            "alerts": {"type": "feed", "url": web.url + "/feed"},
        },
        channels={
            "mail": {
                "type": "smtp",
                "host": "127.0.0.1",
                "port": postfix.submission_port,
                "security": "starttls",
                "ca_file": postfix.cafile,
                "user": owner.name,
                "password": owner.password,
                "sender": "cxdigest <digest@mail.example>",
                "timeout": 60,
            }
        },
        profiles={"ada": profile("inbox", "alerts", to=to)},
    )
    instance.config.chmod(0o600)


def example_mails() -> list[bytes]:
    return [path.read_bytes() for path in sorted(EXAMPLES.glob("*.eml"))]


def example_feed() -> bytes:
    return next(EXAMPLES.glob("*google-alerts*.xml")).read_bytes()


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_alerts_become_one_digest_that_a_second_run_does_not_send_again(
    instance, web, dovecot, postfix
):
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed(), etag='"first"')
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[reader.name])

    steps = instance.run()

    polls = {step["source"]: step for step in steps if step["step"] == "poll"}
    assert polls["inbox"]["outcome"] == "new"
    assert polls["alerts"]["outcome"] == "new"
    (raw,) = dovecot.mails(reader, at_least=1)
    digest = parsed(raw)
    assert re.match(r"\d+ customer experience roles?, .*\d+ set aside · ", digest["Subject"])
    text, html = part(digest, "plain"), part(digest, "html")
    assert "the duties say something else" in text
    assert "the duties say something else" in html
    assert "“" in text, "the words that decided are quoted"

    again = instance.run()

    assert not [step for step in again if step["step"] == "deliver"]
    assert web.requests[-1].headers["If-None-Match"] == '"first"'
    time.sleep(0.5)  # a second mail would have arrived by now, as the first did
    assert len(dovecot.mails(reader)) == 1
    assert all(b"\\Seen" not in flags for flags in dovecot.flags(owner))


def test_the_digest_in_a_polled_mailbox_is_never_read_as_an_alert(instance, web, dovecot, postfix):
    owner = dovecot.user("self")
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed())
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[owner.name])
    instance.run()
    assert len(dovecot.mails(owner, at_least=len(example_mails()) + 1)) == len(example_mails()) + 1

    (inbox,) = [s for s in instance.run() if s["step"] == "poll" and s["source"] == "inbox"]

    assert inbox["alerts"] == 1
    assert inbox["sightings"] == 0


def test_one_refused_recipient_does_not_touch_the_others(instance, web, dovecot, postfix):
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *example_mails()[:2])
    web.page("/feed", example_feed())
    to = ["refused-1@mail.example", "later-1@mail.example", reader.name]
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=to)

    done = instance.call("run", "--once")

    assert done.returncode == 1
    assert "refused-1@mail.example over mail is given up" in done.stderr
    assert "later-1@mail.example over mail is tried again" in done.stderr
    assert len(dovecot.mails(reader, at_least=1)) == 1
    told = how_they_stand(instance)
    assert {one: (told[one]["state"], told[one]["attempts"]) for one in to} == {
        to[0]: ("failed", 1), to[1]: ("waiting", 1), reader.name: ("sent", 1),
    }  # fmt: skip
    assert "550 5.1.1" in told[to[0]]["detail"]
    assert "450 4.2.1" in told[to[1]]["detail"]
    assert instance.call("deliveries", "retry", told[to[0]]["id"][:10]).returncode == 0
    assert instance.call("run", "--due").returncode == 1, "it is tried again, and refused again"
    again = how_they_stand(instance)
    assert [again[one]["state"] for one in to] == ["failed", "waiting", "sent"]
    assert {one["message_id"] for one in again.values()} == {
        one["message_id"] for one in told.values()
    }
    assert len(dovecot.mails(reader)) == 1


def how_they_stand(instance: Instance) -> dict[str, dict[str, Any]]:
    lines = instance.call("deliveries", "--json").stdout.splitlines()
    return {one["recipient"]: one for one in map(json.loads, lines)}


def test_a_refused_login_is_named_and_everything_else_goes_on(instance, web, dovecot, postfix):
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    web.page("/feed", example_feed())
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[reader.name])
    text = instance.config.read_text(encoding="utf-8")
    sources, channels = text.split("channels:")
    wrong = re.sub(r"password: .*", "password: not-this-one", sources)
    instance.config.write_text(wrong + "channels:" + channels, encoding="utf-8")

    done = instance.call("run", "--once")

    assert done.returncode == 1
    assert "source inbox" in done.stderr
    assert owner.name in done.stderr
    assert "not-this-one" not in done.stderr + done.stdout
    (raw,) = dovecot.mails(reader, at_least=1)
    assert "inbox" in part(parsed(raw), "plain"), "the footer names the source that needs attention"


@pytest.mark.parametrize("fault", ["html", "hang", "missing"])
def test_a_broken_feed_is_named_in_the_digest_and_the_mailbox_is_still_read(
    instance, web, dovecot, postfix, fault
):
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *example_mails())
    if fault == "html":
        web.page("/feed", "<!doctype html><title>Sign in</title>", kind="text/html")
    elif fault == "hang":
        web.hang("/feed")
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[reader.name])
    text = instance.config.read_text(encoding="utf-8")
    instance.config.write_text(text.replace("pace: 0\n", "pace: 0\n  deadline: 2\n"))

    done = instance.call("run", "--once")

    assert done.returncode == 1
    assert "source alerts" in done.stderr
    (raw,) = dovecot.mails(reader, at_least=1)
    digest = parsed(raw)
    assert "alerts" in part(digest, "plain")
    assert re.match(r"\d+ customer", digest["Subject"])


def test_the_worker_sends_what_is_due_and_ends_cleanly_on_sigterm(instance, web, dovecot, postfix):
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed())
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[reader.name])
    text = instance.config.read_text(encoding="utf-8")
    # Due from the first minute of the local day on, whenever the test runs.
    instance.config.write_text(
        text.replace("send_at: 07:00", 'send_at: "00:00"') + "worker: {wake: 1}\n"
    )
    assert instance.call("health").returncode == 1, "nothing has woken yet"

    with subprocess.Popen(instance.command("serve"), stderr=subprocess.PIPE, text=True) as worker:
        try:
            assert len(dovecot.mails(reader, at_least=1, seconds=240)) == 1
            healthy = instance.call("health")
            assert healthy.returncode == 0, healthy.stderr
        finally:
            worker.send_signal(signal.SIGTERM)
            _, log = worker.communicate(timeout=60)
    assert worker.returncode == 0, log
    assert "Traceback" not in log


def test_a_full_disk_is_named_and_the_next_run_does_the_work(instance, web, dovecot, postfix):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed())
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[reader.name])
    data = instance.folder / "data"
    data.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(data)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        filler = data / "filler"
        filler.write_bytes(b"x" * (1900 * 1024))
        full = instance.call("run", "--once")
        assert full.returncode == 1
        assert "full" in full.stderr
        assert "Traceback" not in full.stderr
        filler.unlink()
        instance.run()
        assert len(dovecot.mails(reader, at_least=1)) == 1
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=False)


def test_a_mail_server_that_is_away_delays_the_digest_and_loses_nothing(
    instance, web, dovecot, postfix
):
    owner, reader = dovecot.user("seeker"), dovecot.user("reader")
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed())
    configure(instance, web=web, dovecot=dovecot, postfix=postfix, owner=owner, to=[reader.name])
    text = instance.config.read_text(encoding="utf-8")
    elsewhere = f"port: {free_port()}"
    instance.config.write_text(text.replace(f"port: {postfix.submission_port}", elsewhere))

    done = instance.call("run", "--once")

    assert done.returncode == 1
    assert f"{reader.name} over mail is tried again" in done.stderr
    assert "127.0.0.1" in done.stderr
