"""Say what a test needs; skip with a reason where it is missing, fail where it is required."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip the test, or fail it under ``CXDIGEST_REQUIRE_SERVERS=1``."""
    if os.environ.get("CXDIGEST_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{what}, and CXDIGEST_REQUIRE_SERVERS=1 forbids to skip", pytrace=False)
    pytest.skip(what)


def binary(*names: str, package: str) -> str:
    """Return the path of the first of *names* that is installed."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    missing(f"{names[0]} is not installed (Debian: {package})")
