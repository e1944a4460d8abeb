from __future__ import annotations

import ssl

import pytest

from cxdigest.net import Http
from tests.town import Road, Town
from tests.worlds import World


@pytest.fixture
def world(tmp_path):
    """A world without sources, with the profile ada; its clock stands half an hour past seven."""
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def tls():
    """It takes a while to make."""
    return ssl.create_default_context()


@pytest.fixture
def town(web, tls):
    """Hosts of any name, played by one server."""
    http = Http(
        user_agent="cxdigest-tests", pace=0, deadline=30, tls=tls, transport=Road(web),
        sleep=lambda _seconds: None,
        max_bytes=1_000_000,
    )  # fmt: skip
    yield Town(web, http)
    http.close()
