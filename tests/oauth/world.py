"""A login at the small provider of the tests, and a clock to turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cxdigest.oauth import Login, Provider, TokenFile
from tests.servers.tokens import CLIENT, SECRET

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def turn(self, **by):
        self.now += timedelta(**by)


def login(server, folder, clock, **more):
    given = {
        "name": "post",
        "provider": Provider(
            authorize_url=f"{server.url}/authorize",
            device_url=f"{server.url}/device",
            token_url=f"{server.url}/token",
            scope="mail offline_access",
        ),
        "client_id": CLIENT,
        "client_secret": SECRET,
        "file": TokenFile(path=folder / "secrets" / "token"),
        "clock": clock,
    }
    return Login(**{**given, **more})
