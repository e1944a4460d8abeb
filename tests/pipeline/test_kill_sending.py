"""Workers killed while they send to a real Postfix: everybody gets every digest, once or explained.

The promise (docs/delivery.md): a second copy exists only where a worker died after the server had
taken the mail and before that was committed, and it has the Message-ID of the first.
``make faults`` kills five hundred times (CXDIGEST_KILLS), the ordinary run ten.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.servers.proxy import CUT, Proxy

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CXDIGEST_KILLS", "10"))


@pytest.fixture(scope="module")
def killer():
    """Gives the process that forks and kills what to do, and returns what it saw."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.dying_sending"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def ask(**told):
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, process.stderr.read()
        return json.loads(answer)

    yield ask
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()
    process.stderr.close()


@pytest.fixture(scope="module")
def readers(dovecot):
    return [dovecot.user(f"reader{number}") for number in range(6)]


def copies(dovecot, told, readers) -> dict[str, list[tuple[str, bytes]]]:
    """Return (mailbox, mail below the servers' own headers) of every copy, by Message-ID.

    When as many have arrived as the server took.
    """
    wanted = {one["message_id"]: told["taken"][one["message_id"]] for one in told["after"]}
    ends = time.monotonic() + 60
    while True:
        found: dict[str, list[tuple[str, bytes]]] = {one: [] for one in wanted}
        for raw, reader in ((raw, one) for one in readers for raw in dovecot.mails(one)):
            below = raw[raw.index(b"Message-ID:") :]
            message_id = below.split(maxsplit=2)[1].decode()
            found.get(message_id, []).append((reader.name, below))
        if all(len(found[one]) >= wanted[one] for one in wanted):
            return found
        assert time.monotonic() < ends, "what the server took must arrive"
        time.sleep(0.1)


def sound(after) -> None:
    """Nothing is left stuck: all is sent, and nobody holds anything."""
    assert {one["state"] for one in after} == {"sent"}
    assert {(one["due"], one["holder"]) for one in after} == {(None, None)}


#: With which of the worker's lines it dies, and whether the server still gets that line.
WIRE = {
    "when it says MAIL": (b"mail from:", True),
    "before RCPT": (b"rcpt to:", False),
    "when it says RCPT": (b"rcpt to:", True),
    "when it says DATA": (b"data\r\n", True),
    "after DATA": (b".\r\n", True),
}


def on_wire(folder, start: bytes, passes: bool):
    def react(line: bytes) -> bytes | None:
        if not line.lower().startswith(start):
            return None
        os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
        return None if passes else CUT

    return react


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("while it composes", 1),
        ("when it says MAIL", 1),
        ("before RCPT", 1),
        ("when it says RCPT", 1),
        ("when it says DATA", 1),
        # The window opens: the server has the whole mail, and nobody heard that it took it.
        ("after DATA", 2),
        ("before the outcome is committed", 2),
        # And is closed.
        ("between two recipients", 1),
    ],
)
def test_a_worker_killed_at_a_moment_leaves_so_many_copies_of_the_mail_in_hand(  # noqa: PLR0917 - fixtures
    dovecot, postfix, readers, killer, tmp_path, moment, expected
):
    folder, to = tmp_path / "dying", [reader.name for reader in readers[:2]]
    with Proxy(postfix.port, on_wire(folder, *WIRE.get(moment, (b"\0", False)))) as proxy:
        told = killer(
            folder=str(folder), to=to, moment=moment, port=proxy.port, server=postfix.port,
            maillog=str(postfix.folder / "maillog"),
        )  # fmt: skip
    sound(told["after"])
    ids = {one["message_id"]: one for one in told["after"]}
    assert Counter(one["recipient"] for one in ids.values()) == dict.fromkeys(to, 1)
    found = copies(dovecot, told, readers[:2])
    in_hand = [one["message_id"] for one in told["before"] if one["state"] == "sending"]
    for message_id, one in ids.items():
        held = message_id in in_hand
        assert len(found[message_id]) == (expected if held else 1)
        assert len(set(found[message_id])) == 1, "all copies are the same mail in one mailbox"
        assert found[message_id][0][0] == one["recipient"]
        assert one["attempts"] == (2 if held else 1)


def test_workers_killed_at_random_send_every_digest_and_no_copy_that_the_window_does_not_explain(  # noqa: PLR0917 - fixtures
    dovecot, postfix, readers, killer, tmp_path, record_property
):
    seed = random.randrange(10**6)
    to = [reader.name for reader in readers]
    told = killer(
        folder=str(tmp_path / "dying"), to=to, kills=KILLS, seed=seed, server=postfix.port,
        maillog=str(postfix.folder / "maillog"),
    )  # fmt: skip
    sound(told["after"])
    window: Counter[str] = Counter()
    for death in told["died"]:
        assert len(death["sending"]) <= 1, "a worker has one delivery in hand"
        assert not death["unsaid"], "a mail is claimed before it leaves"
        window.update(one for one in death["sending"] if one in death["taken"])
    ids = {one["message_id"] for one in told["after"]}
    found = copies(dovecot, told, readers)
    days = {one["day"] for one in told["after"]}
    had = Counter(one["recipient"] for one in told["after"])
    again = sum(len(found[one]) - 1 for one in ids)
    note = (
        f"{len(told['died'])} kills, {sum(bool(d['taken']) for d in told['died'])} of "
        f"them of workers that had sent, {sum(map(bool, (d['sending'] for d in told['died'])))} "
        f"with a mail in hand, {window.total()} in the window; {len(days)} days, {len(ids)} mails, "
        f"{again} second copies"
    )
    print(f"seed {seed}: {note}; an undisturbed turn took {told['whole']:.2f} s")
    record_property("injected", len(told["died"]))
    record_property("note", note)
    assert had == dict.fromkeys(to, len(days)), "every recipient has a mail of every day"
    assert all(found.values()), "and it arrived"
    for message_id in ids:
        assert len(found[message_id]) <= 1 + window[message_id], message_id
        assert len(set(found[message_id])) == 1, "all copies are the same mail in one mailbox"
