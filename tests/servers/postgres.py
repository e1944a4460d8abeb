"""A real PostgreSQL of the tests' own: in a temporary folder, on a socket there, for one session."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from tests.servers.need import binary, missing


class Postgres:
    """A running server and its databases."""

    def __init__(self, folder: Path, user: str, program: Path, account: dict) -> None:
        self.folder = folder
        self.user = user
        self._program = program
        self._account = account  #: what runs it as somebody else than root

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    self._program, "-D", self.folder / "data", "-k", self.folder,
                    "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200",
                    "-c", "timezone=Asia/Kathmandu",
                    # Rows are found in the order in which they came, however long a session lasts.
                    "-c", "autovacuum=off",
                ],
                stdout=log, stderr=log, cwd=self.folder, **self._account,
            )  # fmt: skip
        _await(self, self._server)

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)  # "fast shutdown": sessions are ended
        self._server.wait(timeout=120)

    def restart(self) -> None:
        """End the server and all its sessions, and start it again."""
        self.stop()
        self.start()

    @property
    def socket(self) -> str:
        """The path of the socket on which it listens, for a line of wire to it."""
        return str(self.folder / ".s.PGSQL.5432")

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def run(self, sql: str, database: str = "postgres") -> list[tuple]:
        import psycopg

        with psycopg.connect(
            host=str(self.folder), user=self.user, dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = f"cx{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _programs() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "postgres").exists():
            return folder
    return Path(binary("postgres", package="postgresql")).parent


def _account() -> pwd.struct_passwd:
    """PostgreSQL refuses root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


@pytest.fixture(scope="session")
def postgres():
    try:
        import psycopg  # noqa: F401
    except ImportError:
        missing("psycopg is not installed (pip install 'cxdigest[postgresql]')")
    programs, account = _programs(), _account()
    # Not pytest's folder: the path of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="cxpg"))
    as_account = {}
    if os.getuid() == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    try:
        subprocess.run(
            [programs / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True, capture_output=True, cwd=folder, **as_account,
        )  # fmt: skip
        running = Postgres(folder, account.pw_name, programs / "postgres", as_account)
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)


def _await(running: Postgres, server: subprocess.Popen) -> None:
    import psycopg

    deadline = time.monotonic() + 120
    while True:
        try:
            running.run("SELECT 1")
        except psycopg.OperationalError:
            log = (running.folder / "log").read_text()
            assert server.poll() is None, f"PostgreSQL ended at once:\n{log}"
            assert time.monotonic() < deadline, f"PostgreSQL does not answer:\n{log}"
            time.sleep(0.1)
        else:
            return
