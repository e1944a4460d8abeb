"""The process that stays: what it gives back after a turn."""

from __future__ import annotations

import ctypes
import sys

import pytest

from tests import started

MUCH = 2_000  #: pieces of 100 kB, each too small to be given back by itself


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="this C library gives back by itself",
)
def test_after_a_turn_the_system_has_back_what_the_turn_alone_needed():
    done = started.run("tests.holding", str(MUCH))
    assert done.returncode == 0, done.stderr
    before, during, after = map(int, done.stdout.split())
    assert during - before > MUCH * 90, "kB; otherwise this shows nothing"
    assert after - before < (during - before) / 4
