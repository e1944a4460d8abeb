from __future__ import annotations

import pytest

from tests.worlds import World


@pytest.fixture
def world(tmp_path):
    """A world without sources, with the profile ada; its clock stands half an hour past seven."""
    made = World(tmp_path)
    yield made
    made.store.close()
