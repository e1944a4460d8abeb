"""Real workers, each a process of its own, on one real PostgreSQL."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests import started
from tests.hours import where_it_is_noon

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "alerts"


@dataclass
class Cluster:
    """One installation that several processes work for."""

    folder: Path
    url: str
    ask: Callable[[str], list[tuple]]  #: a question in SQL to its database
    end: Callable[[], object]  #: cuts all connections to it
    workers: list[started.Begun] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    def settle(self, *, people: int, sources: int = 2) -> None:
        """Write the configuration of so many people who share folders of alerts."""
        lines = [f'store: {{url: "{self.url}"}}', "sources:"]
        lines += [
            f"  s{number}: {{type: folder, path: {EXAMPLES}, trust: true, every: 1}}"
            for number in range(sources)
        ]
        lines += ["channels:", "  out: {type: folder, path: out}", "profiles:"]
        lines += [
            f"  p{number}: {{name: P {number}, sources: [s{number % sources}], read_pages: false,"
            f' send_at: "00:00", time_zone: {where_it_is_noon()}, deliver: [{{channel: out, to: [p{number}@x.example]}}]}}'
            for number in range(people)
        ]
        self.config.write_text("\n".join(lines) + "\n")

    def start(self, command: str = "worker", *words: str) -> started.Begun:
        log = self.log(len(self.workers))
        process = started.begin("cxdigest", "--config", self.config, command, *words, log=log)
        self.workers.append(process)
        return process

    def log(self, number: int) -> Path:
        return self.folder / f"worker-{number}.log"

    @property
    def said(self) -> str:
        return "\n".join(self.log(number).read_text() for number in range(len(self.workers)))

    def until(self, sql: str, expected: object, *, seconds: float = 400) -> None:
        """Wait until the answer to *sql* is *expected*."""
        deadline = time.monotonic() + seconds
        answer = None
        while time.monotonic() < deadline:
            try:
                answer = self.ask(sql)[0][0]
            except psycopg.Error as error:  # the tables are not there yet
                answer = error
            if answer == expected:
                return
            time.sleep(0.2)
        raise AssertionError(f"{sql}: {answer!r} is not {expected!r}\n{self.said[-4000:]}")

    def stop(self, process: started.Begun) -> int:
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=60)


@pytest.fixture
def cluster(tmp_path, postgres):
    name = postgres.create()
    made = Cluster(
        folder=tmp_path,
        url=postgres.url(name),
        ask=lambda sql: postgres.run(sql, name),
        end=lambda: postgres.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ),
    )
    yield made
    for worker in made.workers:
        worker.kill()
        worker.wait()
    postgres.drop(name)
