"""The real program killed at random moments of its turn, between a real mailbox and a real server."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from tests.acceptance.test_main_job import configure, example_feed, example_mails, parsed

pytestmark = pytest.mark.xdist_group("mailservers")

KILLS = 10


def pass_leases(instance) -> None:
    """Let the quarter of an hour go by after which a dead worker's claims are over."""
    database = instance.folder / "data" / "cxdigest.sqlite"
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if {"sources", "deliveries"} <= tables:
            past = "2020-01-01 00:00:00.000000"
            connection.execute("UPDATE sources SET lease_until = ?", (past,))
            connection.execute("UPDATE deliveries SET due = ? WHERE state = 'sending'", (past,))


def killed_after(instance, seconds: float) -> bool:
    """Start a turn and kill it; False if it had ended by then."""
    with subprocess.Popen(
        instance.command("run", "--once"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as turn:
        try:
            turn.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            turn.send_signal(signal.SIGKILL)
            turn.communicate()
    assert turn.returncode in (0, -signal.SIGKILL)
    return turn.returncode != 0


def test_a_program_killed_again_and_again_sends_everybody_the_whole_digest(
    tmp_path_factory, instance, web, dovecot, postfix
):
    owner, rehearsal = dovecot.user("seeker"), dovecot.user("rehearsal")
    readers = [dovecot.user(f"reader{number}") for number in range(3)]
    dovecot.deliver(owner, *example_mails())
    web.page("/feed", example_feed())
    servers = {"web": web, "dovecot": dovecot, "postfix": postfix, "owner": owner}
    undisturbed = type(instance)(folder=tmp_path_factory.mktemp("undisturbed"))
    configure(undisturbed, **servers, to=[rehearsal.name])
    began = time.monotonic()
    undisturbed.run()
    whole = time.monotonic() - began
    (raw,) = dovecot.mails(rehearsal, at_least=1)
    wanted = parsed(raw)["Subject"]

    configure(instance, **servers, to=[reader.name for reader in readers])
    seed = random.randrange(10**6)
    moment, kills = random.Random(seed), 0
    for number in range(KILLS):
        # Ever later, so that every step is reached; at random, so that no run is like another.
        kills += killed_after(instance, whole * (0.25 + 0.05 * number + moment.uniform(0, 0.05)))
        pass_leases(instance)
    instance.run()

    told = f"seed {seed}, {kills} kills, an undisturbed turn took {whole:.1f} s"
    print(told)
    assert kills > 2, told  # the others had ended before: their work was done
    time.sleep(1)  # a further copy would have arrived by now
    for reader in readers:
        mails = [parsed(raw) for raw in dovecot.mails(reader, at_least=1)]
        assert {mail["Subject"] for mail in mails} == {wanted}, told
        assert len({mail["Message-ID"] for mail in mails}) == 1, told
        assert len(mails) <= 1 + kills, told
