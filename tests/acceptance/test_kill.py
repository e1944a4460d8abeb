"""The real program killed at random moments of its turn, between a real mailbox and a real server."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from contextlib import closing

import yaml

from tests.acceptance.test_main_job import configure, example_feed, example_mails, parsed
from tests.hours import where_it_is_noon

KILLS = 10


def pass_leases(instance) -> None:
    """Let the time go by after which a dead worker's claims are over, and a coach who was asked."""
    database = instance.folder / "data" / "cxdigest.sqlite"
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if {"sources", "deliveries"} <= tables:
            past = "2020-01-01 00:00:00.000000"
            connection.execute("UPDATE sources SET lease_until = ?", (past,))
            connection.execute("UPDATE deliveries SET due = ? WHERE state = 'sending'", (past,))
        if "digests" in tables:
            asked = "SELECT substr(profile, 8) FROM digests WHERE profile LIKE 'review/%'"
            connection.execute(
                f"UPDATE digests SET deadline = ? WHERE state = 'review' AND profile IN ({asked})",
                (past,),
            )


def killed_after(instance, seconds: float) -> float:
    """Start a turn and kill it; return 0, or how long it took if it had ended by then."""
    began = time.monotonic()
    try:
        turn = instance.call("run", "--once", timeout=seconds)
    except subprocess.TimeoutExpired:
        return 0
    assert turn.returncode == 0, turn.stderr
    return time.monotonic() - began


def with_a_client(instance, *, client: str, coach: str) -> None:
    """Add one whose settings are in the store, and whose digests wait for a coach."""
    settings = yaml.safe_load(instance.config.read_text())
    settings["coaches"] = {
        "berta": {
            "name": "Berta", "send_at": "00:00", "time_zone": where_it_is_noon(),
            "deliver": [{"channel": "mail", "to": [coach]}],
        }
    }  # fmt: skip
    instance.configure(**settings)
    stored = settings["profiles"]["ada"] | {"coach": "berta", "review": {"wait": 600}}
    stored["deliver"] = [{"channel": "mail", "to": [client]}]
    file = instance.folder / "bo.yaml"
    file.write_text(yaml.safe_dump(stored))
    added = instance.call("profile", "add", "bo", str(file))
    assert added.returncode == 0, added.stderr


def test_a_program_killed_again_and_again_sends_everybody_the_whole_digest(  # noqa: PLR0917 - fixtures
    tmp_path_factory, instance, web, dovecot, postfix, record_property
):
    owner, rehearsal = dovecot.user("seeker"), dovecot.user("rehearsal")
    readers = [dovecot.user(f"reader{number}") for number in range(3)]
    client, berta = dovecot.user("client"), dovecot.user("berta")
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed())
    servers = {"web": web, "dovecot": dovecot, "postfix": postfix, "owner": owner}
    undisturbed = type(instance)(folder=tmp_path_factory.mktemp("undisturbed"))
    configure(undisturbed, **servers, to=[rehearsal.name])
    undisturbed.call("--version")  # the first call also loads the modules
    began = time.monotonic()
    undisturbed.run()
    whole = time.monotonic() - began
    (raw,) = dovecot.mails(rehearsal, at_least=1)
    wanted = parsed(raw)["Subject"]

    configure(instance, **servers, to=[reader.name for reader in readers])
    with_a_client(instance, client=client.name, coach=berta.name)
    seed = random.randrange(10**6)
    moment, kills = random.Random(seed), 0
    for number in range(KILLS):
        # Ever later, so that every step is reached; at random, so that no run is like another.
        part = (number + moment.uniform(0, 1)) / (KILLS + 2)
        if took := killed_after(instance, whole * (0.05 + part)):
            whole = min(whole, took)  # the machine has less to do now than at the rehearsal
        else:
            kills += 1
        pass_leases(instance)
    instance.run()
    pass_leases(instance)
    instance.run()

    told = f"seed {seed}, {kills} kills, an undisturbed turn took {whole:.1f} s"
    print(told)
    record_property("injected", kills)
    assert kills > 2, told  # the others had ended before: their work was done
    time.sleep(1)  # a further copy would have arrived by now
    # The one of the store got hers once her coach had had time to look.
    for reader in (*readers, client):
        mails = [parsed(raw) for raw in dovecot.mails(reader, at_least=1)]
        assert {mail["Subject"] for mail in mails} == {wanted}, told
        assert len({mail["Message-ID"] for mail in mails}) == 1, told
        assert len(mails) <= 1 + kills, told
    mails = [parsed(raw) for raw in dovecot.mails(berta, at_least=2)]
    asked = [mail for mail in mails if mail["Subject"].startswith("Review by")]
    assert len({mail["Message-ID"] for mail in asked}) == 1, told
    assert len({mail["Message-ID"] for mail in mails}) == 2, told
    assert len(mails) <= 2 + kills, told
