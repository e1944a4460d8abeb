"""Answers of the last minute."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from cxdigest.console.kept import Kept
from tests.store.world import NOW


def test_answer_is_kept_for_a_minute_and_no_longer():
    kept, found = Kept[int](), iter(range(9))
    assert kept.get("a", NOW, lambda: next(found)) == 0
    assert kept.get("a", NOW + timedelta(seconds=59), lambda: next(found)) == 0
    assert kept.get("a", NOW + timedelta(seconds=60), lambda: next(found)) == 1
    assert kept.get("a", NOW, lambda: next(found)) == 2  # the clock went back


def test_another_question_has_an_answer_of_its_own():
    kept = Kept[str]()
    assert kept.get(("ada",), NOW, lambda: "ada's") == "ada's"
    assert kept.get(("ben",), NOW, lambda: "ben's") == "ben's"


def test_memory_stays_bounded():
    kept = Kept[int]()
    for number in range(200):
        kept.get(number, NOW, lambda: 1)
    assert len(kept._answers) == len(kept._counting) == 64


def test_failed_count_is_tried_again():
    kept = Kept[int]()
    with pytest.raises(ZeroDivisionError):
        kept.get("a", NOW, lambda: 1 // 0)
    assert not kept._counting, "what always fails is not remembered"
    assert kept.get("a", NOW, lambda: 5) == 5


def test_those_who_ask_at_once_wait_for_one_count():
    kept, begun, go, counts = Kept[int](), threading.Event(), threading.Event(), []

    def slowly() -> int:
        counts.append(1)
        begun.set()
        go.wait(60)
        return 7

    answers = []
    askers = [
        threading.Thread(target=lambda: answers.append(kept.get("a", NOW, slowly)))
        for _ in range(5)
    ]
    for one in askers:
        one.start()
    assert begun.wait(60)
    go.set()
    for one in askers:
        one.join(60)
    assert answers == [7] * 5
    assert len(counts) == 1
