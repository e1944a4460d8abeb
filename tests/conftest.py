"""Fixtures that every room shares; real servers live in ``tests/servers``, one module each."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.compiled import share

# Commands speak the language of the environment: that of the tests is English, wherever they run.
for _name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(_name, None)
os.environ["LANG"] = "C.UTF-8"

# What is printed is kept back until there is more of it, as on a person's machine.
os.environ.pop("PYTHONUNBUFFERED", None)

# A busy machine is slow, and no property is about that. What is tried is the same on every machine,
# as Hypothesis does it where ``CI`` is set; `make fuzz` tries something else each time.
settings.register_profile(
    "everywhere",
    deadline=None,
    derandomize=not {"CXDIGEST_EVERY", "CXDIGEST_STORIES"} & os.environ.keys(),
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
settings.load_profile("everywhere")

# The servers of the tests run as other accounts, and read what is made for them.
os.umask(0o022)

# What a shell starts in the background hears no Ctrl-C, nor does what it starts; tests press it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = [
    "tests.guard",
    "tests.servers.browser",
    "tests.servers.chromium",
    "tests.servers.dovecot",
    "tests.servers.postfix",
    "tests.servers.postgres",
    "tests.servers.web",
]

#: While thousands of tests are collected nearly nothing becomes garbage, and to look for it again and
#: again takes a fifth of that time.
gc.disable()
share()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, though not among what was collected: that all stays."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[object]:
    """A command that a test calls shows its log to the test alone, and no longer than it lasts."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        return (yield)
    finally:
        for one in root.handlers[:]:
            if one not in handlers:
                root.removeHandler(one)
        root.setLevel(level)
        logging.captureWarnings(capture=False)


def _folder(variable: str) -> Path:
    named = os.environ.get(variable)
    if not named:
        pytest.skip(f"{variable} is not set: no folder of real data to read")
    folder = Path(named)
    assert folder.is_dir(), f"{variable} names {folder}, which is not a folder"
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real alerts (``alerts/``) with their truth (``truth/``)."""
    return _folder("CXDIGEST_SAMPLES")


@pytest.fixture(scope="session")
def labels() -> Path:
    """The folder of real labelled postings (``dev.jsonl``)."""
    return _folder("CXDIGEST_LABELS")


@pytest.fixture(scope="session")
def torture() -> Path:
    """The folder of broken and hostile input."""
    return _folder("CXDIGEST_TORTURE")
