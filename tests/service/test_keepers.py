"""The service on each system: installed, asked, refused and removed, by commands that write down."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxdigest.errors import ServiceError, WrongUseError
from cxdigest.service import Keeper, Launchd, Program, Systemd, TaskScheduler
from tests.service.commands import Commands


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path / "bin")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(
        interpreter=tmp_path / "venv" / "bin" / "python", config=tmp_path / "my config.yaml"
    )


def systemd(tmp_path: Path, commands: Commands, *, root: bool = False) -> Systemd:
    return Systemd(folder=tmp_path / "units", user="ada", root=root, run=commands.run)


def launchd(tmp_path: Path, commands: Commands, uid: int = 501) -> Launchd:
    return Launchd(home=tmp_path / "home", uid=uid, run=commands.run)


def scheduler(_tmp_path: Path, commands: Commands) -> TaskScheduler:
    return TaskScheduler(user="DESK\\ada", run=commands.run)


EVERY = pytest.mark.parametrize("make", [systemd, launchd, scheduler])


@EVERY
def test_it_is_installed_runs_and_is_removed(make, tmp_path, commands, program):
    keeper: Keeper = make(tmp_path, commands)
    assert keeper.standing().installed is False
    assert any("cxdigest runs" in line for line in keeper.install(program))
    assert (keeper.standing().installed, keeper.standing().running) == (True, True)
    assert any("stood there already" in line for line in keeper.install(program)), "twice is once"
    assert any("stopped" in line for line in keeper.remove())
    assert keeper.standing().installed is False
    assert keeper.remove() == []


@EVERY
def test_a_service_with_other_settings_is_not_overwritten(make, tmp_path, commands, program):
    keeper: Keeper = make(tmp_path, commands)
    keeper.install(program)
    other = Program(interpreter=program.interpreter, config=tmp_path / "other.yaml")
    with pytest.raises(WrongUseError, match=r"other settings.*cxdigest service remove"):
        keeper.install(other)
    keeper.remove()
    keeper.install(other)
    assert keeper.standing().running


@EVERY
def test_without_the_systems_command_the_way_out_is_said(make, tmp_path, program):
    keeper: Keeper = make(tmp_path, Commands(tmp_path / "empty", there=()))
    for ask in (lambda: keeper.install(program), keeper.standing, keeper.remove):
        with pytest.raises(WrongUseError, match=r"there is no .*cxdigest serve"):
            ask()
    assert not (tmp_path / "units").exists()


def test_systemd_is_asked_in_the_right_order(tmp_path, commands, program):
    keeper = systemd(tmp_path, commands)
    keeper.install(program)
    keeper.remove()
    changed = [line for line in commands.asked if "show" not in line]
    assert changed == [
        "systemctl --user daemon-reload",
        "systemctl --user enable --now cxdigest.service",
        "systemctl --user disable --now cxdigest.service",
        "systemctl --user daemon-reload",
    ]


def test_systemd_says_how_it_stays_when_nobody_is_signed_in(tmp_path, commands, program):
    keeper = systemd(tmp_path, commands)
    assert "loginctl enable-linger ada" in keeper.install(program)[-1]
    commands.so("lingers")
    assert not any("enable-linger" in line for line in keeper.standing().lines)


def test_a_container_and_root_are_told_their_own_way(tmp_path, commands, program):
    commands.so("no-bus")
    with pytest.raises(WrongUseError, match=r"Failed to connect to bus.*docker compose"):
        systemd(tmp_path, commands).install(program)
    with pytest.raises(WrongUseError, match=r"root.*docs/operations\.md"):
        systemd(tmp_path, commands, root=True).install(program)
    commands.so("no-session")
    with pytest.raises(WrongUseError, match="sign in at the Mac"):
        launchd(tmp_path, commands).install(program)
    with pytest.raises(WrongUseError, match="without sudo"):
        launchd(tmp_path, commands, uid=0).install(program)


def test_what_systemd_refuses_is_told_in_its_words(tmp_path, commands, program):
    commands.so("refuses")
    with pytest.raises(
        ServiceError, match=r"enable --now cxdigest.service` failed: Unit is masked\."
    ):
        systemd(tmp_path, commands).install(program)


@pytest.mark.parametrize("make", [systemd, launchd])
def test_a_file_of_somebody_else_is_left_alone(make, tmp_path, commands, program):
    keeper = make(tmp_path, commands)
    keeper.path.parent.mkdir(parents=True)
    keeper.path.write_text("of another program")
    with pytest.raises(WrongUseError, match="not made by cxdigest"):
        keeper.install(program)
    with pytest.raises(WrongUseError, match="not made by cxdigest"):
        keeper.remove()
    assert keeper.path.read_text() == "of another program"
    assert not any("able" in line or "boot" in line for line in commands.asked), "nor stopped"


def test_a_task_of_somebody_else_is_left_alone(tmp_path, commands):
    (commands.folder / "task").write_text("<Task><Exec><Command>x.exe</Command></Exec></Task>")
    with pytest.raises(WrongUseError, match="not made by cxdigest"):
        scheduler(tmp_path, commands).remove()
    assert (commands.folder / "task").exists()


def test_a_task_that_ended_is_not_said_to_run(tmp_path, commands, program):
    keeper = scheduler(tmp_path, commands)
    keeper.install(program)
    commands.run(["schtasks", "/end", "/tn", "cxdigest"])
    assert (keeper.standing().installed, keeper.standing().running) == (True, False)


def test_the_file_is_the_owners_alone(tmp_path, commands, program):
    keeper = systemd(tmp_path, commands)
    keeper.install(program)
    assert keeper.path.stat().st_mode & 0o777 == 0o600
