"""One view: what is read meanwhile is of one state, and the next reading sees what came since."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from cxdigest.errors import StoreError
from cxdigest.store.schema import postings
from tests.store.world import NOW


def test_what_is_written_meanwhile_is_seen_after_the_view_alone(store):
    with store.one_view():
        assert store.people() == []
        store.register_profiles(["ada"], now=NOW)
        assert store.people() == []
        with ThreadPoolExecutor(1) as another:
            assert another.submit(store.people).result() == ["ada"], "a view is its thread's"
        with store.one_view():
            assert store.people() == []
        assert store.people() == [], "the inner one is the outer one"
    assert store.people() == ["ada"]


def test_a_view_that_fails_is_given_up(store):
    def failing():
        with store.one_view():
            store.people()
            raise StoreError("the disk is gone")

    with pytest.raises(StoreError, match="the disk is gone"):
        failing()
    store.register_profiles(["ada"], now=NOW)
    assert store.people() == ["ada"]


def test_nobody_holds_rows_of_a_view_that_others_may_change(store):
    if store._database.is_sqlite:
        pytest.skip("its readers hold nothing that a writer waits for")
    with pytest.raises(StoreError, match="takes no writing"), store._database.reading() as view:
        view.execute(select(postings.c.id).with_for_update())
