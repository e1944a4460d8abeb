"""What is written for each system says the very paths, whatever letters they hold."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest

from cxdigest.errors import WrongUseError
from cxdigest.service import Program
from cxdigest.service.agent import agent
from cxdigest.service.task import task, told_by
from cxdigest.service.unit import unit
from tests.service.commands import as_c_reads

ROOT = Path(__file__).parents[2]

ODD = (
    "plain",
    "two words",
    'a "quoted" one',
    "it's",
    "100% %h",
    "Zoë 東京",
    "$HOME ${x}",
    "back\\slash",
)


def program(folder: str | Path) -> Program:
    root = PurePosixPath("/home/ada", str(folder))
    return Program(interpreter=root / "bin" / "python3", config=root / "config.yaml")


def as_systemd_reads(text: str) -> list[str]:
    """Undo the quoting of an ExecStart line as systemd.service(5) describes it."""
    (line,) = re.findall(r"^ExecStart=:(.*)$", text, re.MULTILINE)
    words = re.findall(r'"((?:\\.|[^"\\])*)"', line)
    assert " ".join(f'"{word}"' for word in words) == line, "nothing stands outside of quotes"
    assert not re.search("%[^%]", "".join(words).replace("%%", "")), "no specifier is left"
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]


@pytest.mark.parametrize("folder", ODD)
def test_a_unit_and_an_agent_say_the_command_as_it_is(folder):
    made = program(folder)
    assert [one for one in as_systemd_reads(unit(made)) if one != "/usr/bin/env"] == [*made.command]
    listed = plistlib.loads(agent(made, PurePosixPath("/home/ada/log")))
    assert listed["ProgramArguments"] == list(made.command)
    assert (listed["RunAtLoad"], listed["KeepAlive"]) == (True, {"SuccessfulExit": False})


@pytest.mark.parametrize("folder", [one for one in ODD if '"' not in one and "%" not in one])
def test_a_task_says_the_command_as_it_is(folder):
    root = PureWindowsPath("C:\\Users\\Ada", folder)
    made = Program(interpreter=root / "pythonw.exe", config=root / "config & more.yaml")
    xml = task(made, "DESK\\ada")
    assert ET.fromstring(xml.encode("utf-16")).tag.endswith("}Task"), "as the file is written"
    command, arguments, ours = told_by(xml)
    assert (command, as_c_reads(arguments), ours) == (
        str(root / "pythonw.exe"),
        list(made.arguments),
        True,
    )


@pytest.mark.parametrize("folder", ["%TEMP%", "a $(Arg0)"])
def test_a_task_refuses_a_path_that_the_scheduler_would_change(folder):
    root = PureWindowsPath("C:\\Users", folder)
    made = Program(interpreter=root / "python.exe", config=root / "config.yaml")
    with pytest.raises(WrongUseError, match="rename"):
        task(made, "DESK\\ada")


def test_a_line_break_in_a_path_is_refused_by_all():
    made = program("two\nlines")
    for write in (
        unit,
        lambda one: agent(one, PurePosixPath("/log")),
        lambda one: task(one, "ada"),
    ):
        with pytest.raises(WrongUseError, match="rename"):
            write(made)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_a_unit_of_odd_paths(tmp_path):
    # Together, since each call takes a while: a wrong quote would name another program.
    folder = tmp_path / " ".join(one for one in ODD if not set(one) & set("\"'\\"))
    interpreter = folder / "bin" / "python3"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text("#!/bin/sh\n")
    interpreter.chmod(0o755)
    path = tmp_path / "cxdigest.service"
    path.write_text(unit(Program(interpreter=interpreter, config=folder / "config.yaml")), "utf-8")
    verify = ["systemd-analyze", "--user", "verify", str(path)]
    env = {"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(verify, capture_output=True, text=True, check=False, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    odd = Program(
        interpreter=interpreter.with_name('it\'s \\ "odd"'), config=folder / "config.yaml"
    )
    path.write_text(unit(odd), "utf-8")
    by_env = subprocess.run(verify, capture_output=True, text=True, check=False, env=env)
    assert (by_env.returncode, by_env.stderr) == (0, "")
    path.write_text(unit(Program(interpreter=interpreter, config=folder / "config.yaml")), "utf-8")
    interpreter.unlink()
    gone = subprocess.run(verify, capture_output=True, text=True, check=False, env=env)
    assert "not executable" in gone.stderr, "it looks for that very program"


def test_the_unit_for_a_machine_lets_the_daily_backup_step_back_for_others():
    lines = (ROOT / "deploy" / "cxdigest.service").read_text("utf-8").splitlines()
    assert lines.index("SystemCallFilter=setpriority") > lines.index(
        "SystemCallFilter=~@privileged @resources"
    ), "what stands later counts"
    assert "SystemCallErrorNumber=EPERM" in lines, "or a call that is refused kills"
