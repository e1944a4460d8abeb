"""Turns that are killed while they send to a real mail server.

``python -m tests.pipeline.dying_sending`` reads from standard input what to do, as JSON, forks one
worker after the other, kills each, lets an heir finish, and prints what it saw, as JSON. A forked
worker has everything loaded, so two hundred deaths take less than a minute.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from cxdigest.channels.smtp import SmtpChannel
from cxdigest.pipeline.street import LEASE
from tests.ready import shipped_templates
from tests.servers.need import binary
from tests.warm import warm
from tests.worlds import DAY, MINUTE, NOW, Shelf, World, alert, profile

TITLES = ("CX Lead", "Head of Customer Experience")
TEMPLATES = shipped_templates()


@dataclass
class Watched:
    """The SMTP channel, and whether it has sent since the last commit."""

    channel: SmtpChannel
    name: str = "mail"
    sent: int = 0

    def send(self, delivery):
        receipt = self.channel.send(delivery)
        self.sent += 1
        return receipt


def world_in(folder: Path, to: list[str], port: int, *, holder: str, now: datetime) -> World:
    """One profile for each three recipients, one source, and the server at *port*."""
    channel = SmtpChannel(
        name="mail", host="127.0.0.1", port=port, security="none",
        sender="cxdigest <digest@coach.example>", timeout=20,
    )  # fmt: skip
    parts = [tuple(to[at : at + 3]) for at in range(0, len(to), 3)]
    return World(
        folder,
        sources=[Shelf([alert(title) for title in TITLES])],
        profiles=[profile(f"p{number}", to=part) for number, part in enumerate(parts)],
        channels={"mail": Watched(channel)},
        templates=TEMPLATES,
        holder=holder,
        now=now,
    )


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_composing(world: World) -> None:
    def watch(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO deliveries"):
            die()

    event.listen(world.store._database.engine, "after_cursor_execute", watch)


def die_at_commit(world: World, *, after_mail: int) -> None:
    """Die before the commit number *after_mail*, counted from the first mail that was sent."""
    commits = Counter()

    def watch(connection):
        writes = connection.get_execution_options().get("cxdigest_begin")
        if writes and world.channels["mail"].sent:
            commits["seen"] += 1
            if commits["seen"] == after_mail:
                die()

    event.listen(world.store._database.engine, "commit", watch)


#: Where a worker dies by its own hand. On the wire the test's proxy kills it.
MOMENTS: dict[str, Callable[[World], None]] = {
    "while it composes": die_composing,
    "before the outcome is committed": partial(die_at_commit, after_mail=1),
    "between two recipients": partial(die_at_commit, after_mail=2),
}


def fork(work: Callable[[], object]) -> int:
    if (child := os.fork()) == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - it ends here, and says why
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(3)
    return child


def ended_by_kill(child: int) -> bool:
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0, status
    return os.WIFSIGNALED(status)


def finish(folder: Path, to: list[str], port: int, now: datetime) -> None:
    """Let an heir do what is left, when the lease of the dead is over."""
    world = world_in(folder, to, port, holder="heir", now=now)
    world.turn(after=LEASE + MINUTE)
    world.turn(after=LEASE + MINUTE)
    world.store.close()


def deliveries(folder: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(folder / "cxdigest.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        query = (
            "SELECT d.message_id, d.recipient, d.state, d.due, d.attempts, d.holder, g.day"
            " FROM deliveries d JOIN digests g ON g.id = d.digest_id"
        )
        return [dict(row) for row in connection.execute(query)]


def at_moments(told: dict[str, Any]) -> dict[str, Any]:
    """Kill one worker at its moment and let an heir finish."""
    folder, to, log = Path(told["folder"]), told["to"], MailLog(Path(told["maillog"]))
    log.settle()

    def work() -> None:
        (folder / "pid").write_text(str(os.getpid()))
        world = world_in(folder, to, told["port"], holder="dying", now=NOW)
        MOMENTS.get(told["moment"], lambda _: None)(world)
        world.turn()

    assert ended_by_kill(fork(work))
    before = deliveries(folder)
    assert not ended_by_kill(fork(partial(finish, folder, to, told["server"], NOW)))
    log.settle()
    return {"before": before, "after": deliveries(folder), "taken": log.taken}


# -- at random -------------------------------------------------------------------------------------


@dataclass
class MailLog:
    """What Postfix says it took: the mails that it put into its queue, by Message-ID."""

    path: Path
    read: int = 0
    open: int = 0  #: connections
    marks: int = 0  #: lines of our own
    marked: str = ""  #: the last of them that was read
    named: dict[str, str] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    def follow(self) -> None:
        with self.path.open("rb") as file:
            file.seek(self.read)
            lines = file.read()
        whole = lines[: lines.rfind(b"\n") + 1]
        self.read += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            if " connect from " in line:
                self.open += 1
            elif " disconnect from " in line:
                self.open -= 1
            elif found := re.search(r"cxdigest\[\d+\]: (mark .*)", line):
                self.marked = found[1]
            elif found := re.search(r"cleanup\[\d+\]: (\w+): message-id=(<\S+>)", line):
                self.named[found[1]] = found[2]
            elif found := re.search(r"qmgr\[\d+\]: (\w+): .*\(queue active\)", line):
                # A mail that is tried again enters the queue again, and was named only once.
                self.taken.update(filter(None, [self.named.pop(found[1], "")]))

    def settle(self) -> None:
        """Follow until the server has seen that the dead hung up, and taken or dropped what it had."""
        ends = time.monotonic() + 60
        self._catch_up()
        while self.open or self._in_hand():
            assert time.monotonic() < ends, f"{self.open} open, {self.named} in hand"
            time.sleep(0.005)
            self._catch_up()
        self._catch_up()

    def _in_hand(self) -> bool:
        """Whether a mail that was named is still on its way into the queue."""
        rooms = [self.path.parent / "queue" / name for name in ("incoming", "active")]
        return any((room / one).exists() for one in self.named for room in rooms)

    def _catch_up(self) -> None:
        """Follow to a line of our own: the servers log over a process that may be behind them."""
        self.marks += 1
        mark = f"mark {os.getpid()} {self.marks}"
        program = binary("postlog", package="postfix")
        subprocess.run([program, "-c", self.path.parent, "-t", "cxdigest", mark], check=True)
        ends = time.monotonic() + 60
        while self.marked != mark:
            assert time.monotonic() < ends, "the server logs nothing"
            self.follow()


def at_random(told: dict[str, Any]) -> dict[str, Any]:
    """Kill one worker after the other at random moments, until so many have died."""
    folder, to, moment = Path(told["folder"]), told["to"], random.Random(told["seed"])
    log, now, died, ended = MailLog(Path(told["maillog"])), NOW, [], 0
    log.settle()

    def work(holder: str) -> None:
        world_in(folder, to, told["server"], holder=holder, now=now).turn()

    whole = 0.0
    for _ in range(2):  # the first also makes the database
        began, now = time.monotonic(), now + DAY
        assert not ended_by_kill(fork(partial(work, "undisturbed")))
        whole = time.monotonic() - began
    while len(died) < told["kills"]:
        if died and died[-1]["ended"] == ended:
            now += LEASE + MINUTE
        else:  # whoever lives to the end has sent what is left of a day: on to the next morning
            now = datetime.combine((now + DAY).date(), NOW.time(), tzinfo=UTC)
        before = Counter(log.taken)
        holder = f"w{len(died)}"
        child = fork(partial(work, holder))
        time.sleep(moment.uniform(0.02, whole))
        os.kill(child, signal.SIGKILL)
        if not ended_by_kill(child):
            ended += 1
            continue
        log.settle()
        states = {one["message_id"]: one["state"] for one in deliveries(folder)}
        held = {one["message_id"] for one in deliveries(folder) if one["holder"] == holder}
        grown = dict(log.taken - before)
        died.append({
            "ended": ended,
            "taken": grown,
            "sending": sorted(held),
            "unsaid": [one for one in grown if states[one] != "sent" and one not in held],
        })  # fmt: skip
    assert not ended_by_kill(fork(partial(finish, folder, to, told["server"], now)))
    log.settle()
    return {"died": died, "whole": whole, "after": deliveries(folder), "taken": log.taken}


def main() -> None:
    warm()
    for line in sys.stdin:
        told = json.loads(line)
        Path(told["folder"]).mkdir()
        print(json.dumps((at_random if "kills" in told else at_moments)(told)), flush=True)


if __name__ == "__main__":
    main()
