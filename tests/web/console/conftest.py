"""``console``: a small installation with two profiles and real alerts, its pages really served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.console.instance import Console, put_instance, served


@pytest.fixture
def console(tmp_path) -> Iterator[Console]:
    with served(put_instance(tmp_path / "instance")) as made:
        yield made
