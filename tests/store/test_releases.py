"""A store of each release is opened by the present program: nothing of it is lost or sent again."""

from __future__ import annotations

import json

import pytest

from cxdigest.store import open_store
from tests.store.copies.test_moving import move
from tests.store.keep import RELEASES, said_of, unpacked
from tests.web.console.instance import opened, put_instance

VERSIONS = sorted(one.name for one in RELEASES.iterdir())


def told(version: str) -> dict:
    return json.loads((RELEASES / version / "what.json").read_text("utf-8"))


def test_a_release_is_kept_with_all_that_people_have_in_it():
    assert "0.1.0" in VERSIONS
    for version in VERSIONS:
        assert all(told(version).values()), "every kind of thing is there"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_release_stored_is_found_by_the_present_program(version, tmp_path):
    store = open_store(str(unpacked(version, tmp_path)))
    assert said_of(store) == told(version)
    store.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_release_stored_arrives_whole_in_postgresql(version, tmp_path, fresh_postgres):
    kept = str(unpacked(version, tmp_path))
    open_store(kept).close()  # brings its tables up to date
    move(kept, fresh_postgres, force=True)
    store = open_store(fresh_postgres)
    assert said_of(store) == told(version)
    store.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_on_the_store_of_a_release_work_goes_on_and_nothing_is_sent_again(version, tmp_path):
    put_instance(tmp_path)
    unpacked(version, tmp_path)
    with opened(tmp_path) as made:
        before = {one.id: one.state for one in made.store.deliveries()}
        made.turn()
        assert {one.id: one.state for one in made.store.deliveries()} == before
        assert made.store.user("root")
        assert made.store.feedback_rows("ada")
