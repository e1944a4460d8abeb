"""One wheel, one sdist and one environment for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.install.built import ROOT, Environment, build, dependencies, made
from tests.plugged import EXAMPLE


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made of the checkout."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel."""
    environment = made(tmp_path_factory.mktemp("venv"), *dependencies())
    environment.install(wheel)
    return environment


@pytest.fixture(scope="session")
def with_plugin(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that sees that one, with the wheel of the example of a plugin."""
    environment = made(tmp_path_factory.mktemp("venv"), installed.packages, *dependencies())
    environment.install(build(EXAMPLE, tmp_path_factory.mktemp("plugin"), "wheel"))
    return environment
