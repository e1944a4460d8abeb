"""Tab in real shells on a terminal, put in place as docs/service.md says, pressed as a person does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import need
from tests.terminal import Terminal, program

ROOT = Path(__file__).parents[2]
#: What a shell reads at its start: a prompt to wait for.
PROMPTS = {
    "bash": (".bashrc", "PS1='say: '\n"),
    "zsh": (".zshrc", "PS1='say: '\n"),
    "fish": (".config/fish/config.fish", "function fish_prompt; echo 'say: '; end\n"),
}
#: The command; what is typed with it in the end is written down in place of being done.
COMMAND = """#!/bin/sh
case "$_CXDIGEST_COMPLETE$1" in profile | --config) echo "$*" > typed; exit;; esac
exec "{python}" -c "import sys; sys.argv[0] = 'cxdigest'; from cxdigest.cli import main; main()" "$@"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A person's folder with a configuration, and a command like one in an environment of Python."""
    (tmp_path / "config.yaml").write_text("profiles: {ada: {}, zoe: {}}\n", "utf-8")
    command = tmp_path / "venv" / "cxdigest"
    command.parent.mkdir()
    command.write_text(COMMAND.format(python=sys.executable), "utf-8")
    command.chmod(0o755)
    # fish would read every manual page of this machine at its first start.
    (tmp_path / ".local/share/fish/generated_completions").mkdir(parents=True)
    return tmp_path


@contextmanager
def opened(shell: str, home: Path, *, path: str = "") -> Iterator[Terminal]:
    """Open a new terminal with *shell* in it, and wait for its prompt."""
    env = {
        "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT),
        "PATH": f"{path}{os.pathsep}/usr/bin{os.pathsep}/bin",
    }  # fmt: skip
    with program(need.binary(shell, package=shell), "-i", cwd=home, env=env) as terminal:
        terminal.see("say: ")
        yield terminal


def called(terminal: Terminal, home: Path, *typed: tuple[str, str]) -> str:
    """Type keys, press Tab, wait for what it adds, and so on; return what Enter calls then."""
    for keys, added in typed:
        terminal.keys(f"{keys}\t")
        terminal.see(added)
    terminal.type("; echo that was' all'")
    terminal.see("that was all")
    written = home / "typed"
    said = written.read_text("utf-8").strip()
    written.unlink()
    return said


@pytest.mark.parametrize("shell", PROMPTS)
def test_in_a_real_shell_tab_completes_commands_files_names_and_options(shell, home):
    file, prompt = PROMPTS[shell]
    (home / file).parent.mkdir(parents=True, exist_ok=True)
    (home / file).write_text(prompt, "utf-8")
    with opened(shell, home, path=f"{home / 'venv'}") as terminal:
        terminal.type("cxdigest --install-completion")  # which shell it is, it finds out
        terminal.see("take effect once")
    # From now on it is not on the path; fish alone looks for it there before it asks.
    with opened(shell, home, path=f"{home / 'venv'}" if shell == "fish" else "") as terminal:
        line = [("venv/cxdigest prof", "ile"), ("sho", "w"), ("z", "oe")]
        assert called(terminal, home, *line) == "profile show zoe"
        line = [("~/venv/cxdigest --config c", "onfig.yaml"), ("sources --j", "son")]
        assert called(terminal, home, *line) == "--config config.yaml sources --json"
        assert "no such" not in terminal.screen.lower()
        assert "not found" not in terminal.screen.lower()
