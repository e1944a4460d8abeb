"""A worker killed at any moment: nothing is lost, and no more is sent twice than was promised."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cxdigest.pipeline.street import LEASE
from tests.pipeline.dying import TITLES, world_in
from tests.worlds import DAY, MINUTE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def remains(tmp_path_factory):
    """The folders that killed workers left, in the order of their deaths; the last one lived."""
    root = tmp_path_factory.mktemp("dying") / "remains"
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipeline.dying", str(root)],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *dead, alive = sorted(folder for folder in root.iterdir() if folder.is_dir())
    assert all((folder / "died").exists() for folder in dead)
    assert not (alive / "died").exists()
    return dead


def editions(world):
    """Each recipient's mails by Message-ID."""
    found = {}
    for mail in world.mail.mails:
        found.setdefault(mail["to"], {}).setdefault(mail["id"], mail["text"])
    return found


def copies(world):
    return Counter(mail["id"] for mail in world.mail.mails)


def test_the_moments_of_death_cover_every_step(remains):
    kinds = Counter((folder / "died").read_text() for folder in remains)
    # Three mails; at least wake, two registrations, claim, three batches, poll, verdicts, two
    # digests, and claim and end of each of three deliveries.
    assert kinds["mail"] == 3
    assert kinds["commit"] >= 17


def test_after_every_death_everybody_gets_every_posting_in_exactly_one_edition(
    remains, record_property
):
    record_property("injected", len(remains))
    for folder in remains:
        world = world_in(folder, "heir")
        for wait in (0 * MINUTE, LEASE, MINUTE, DAY):
            world.turn(after=wait)
        found = editions(world)
        assert set(found) == {"ada@x.example", "coach@x.example", "bea@x.example"}, folder.name
        for recipient, texts in found.items():
            shown = Counter(t for text in texts.values() for t in TITLES if t in text)
            assert shown == dict.fromkeys(TITLES, 1), (folder.name, recipient)
        assert {one.state for one in world.store.deliveries()} == {"sent"}, folder.name
        # One death, so at most one mail left twice, and both of it are the same mail.
        again = [number for number in copies(world).values() if number > 1]
        assert again in ([], [2]), folder.name
        assert len({(m["id"], m["text"]) for m in world.mail.mails}) == len(copies(world))
        world.store.close()


def test_a_mail_that_left_unrecorded_leaves_again_only_when_the_lease_is_over(tmp_path):
    world = world_in(tmp_path, "dead")
    claimed = []

    class Killed(BaseException):
        """Stands for the end of the process: no handler of the pipeline may catch it."""

    send = world.mail.send

    class Deadly:
        name = "mail"

        def send(self, delivery):
            send(delivery)
            claimed.append(delivery)
            raise Killed

    world.channels = {"mail": Deadly()}
    with pytest.raises(Killed):
        world.turn()
    world.channels, world.holder = {"mail": world.mail}, "heir"
    (left,) = claimed
    world.turn()
    world.turn(after=LEASE - MINUTE)
    assert copies(world)[left.message_id] == 1, "before the lease is over"
    world.turn(after=MINUTE)
    assert copies(world)[left.message_id] == 2, "after it"
    world.turn(after=LEASE)
    assert copies(world)[left.message_id] == 2, "and then never again"
    world.store.close()
