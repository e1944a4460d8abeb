"""Pages see who is there as the store has it, and read it once for all that ask meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cxdigest.web.present import Present
from tests.web.console.instance import Console, opened, put_instance


@pytest.fixture
def console(tmp_path):
    with opened(put_instance(tmp_path / "instance")) as made:
        yield made


def test_who_is_there_is_read_once_while_nothing_changes(console: Console) -> None:
    present = Present(console.street)
    assert present() is present()


def test_a_profile_that_is_paused_is_paused_at_once(console: Console) -> None:
    present = Present(console.street)
    assert not present().profile("ada").paused
    console.store.pause_profile("ada", now=console.now)
    assert present().profile("ada").paused


def test_a_pack_that_is_saved_judges_at_once(console: Console) -> None:
    present = Present(console.street)
    before = present()
    assert console.store.save_pack("ada", "", seen=0, by="you", now=console.now)
    assert present() is not before


def test_after_some_seconds_it_is_read_anew(console: Console) -> None:
    now = [console.now]
    present = Present(replace(console.street, clock=lambda: now[0]))
    before = present()
    now[0] += timedelta(seconds=6)
    assert present() is not before
