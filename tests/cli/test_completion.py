"""What shells offer behind Tab: commands, options, and names of the configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.inside import call

ROOT = Path(__file__).parents[2]
CONFIG = {
    "sources": {"inbox": {"type": "folder"}, "google": {"type": "feed"}},
    "channels": {},
    "logins": {"gmail": {}},
    "coaches": {"berta": {}},
    "profiles": {"ada": {"name": "Ada"}, "adam": {}, "zoe": {}},
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False), "utf-8")
    return tmp_path


def offered(home: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ask as bash does, the cursor at the end of *line*."""
    monkeypatch.setenv("_CXDIGEST_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    done = call(home)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("cxdigest profile show ", ["ada", "adam", "zoe"]),
        ("cxdigest profile pause ada", ["ada", "adam"]),
        ("cxdigest preview --profile z", ["zoe"]),
        ("cxdigest feedback propose -p ", ["ada", "adam", "zoe"]),
        ("cxdigest reread --source ", ["inbox", "google"]),
        ("cxdigest authorise ", ["gmail"]),
        ("cxdigest review list --coach ", ["berta"]),
        ("cxdigest profile add ", []),  # a new name is the person's own
        ("cxdigest service ", ["install", "status", "remove"]),
        ("cxdigest demo --k", ["--keep"]),
    ],
)
def test_names_are_offered_where_they_fit(line, names, home, monkeypatch):
    assert offered(home, line, monkeypatch) == names


def test_the_configuration_that_the_line_names_is_the_one_that_is_read(home, monkeypatch):
    (home / "config.yaml").rename(home / "other.yaml")
    assert offered(home, "cxdigest profile show ", monkeypatch) == []
    assert offered(home, "cxdigest -c other.yaml profile show z", monkeypatch) == ["zoe"]
    monkeypatch.setenv("CXDIGEST_CONFIG", str(home / "other.yaml"))
    assert offered(home, "cxdigest profile show z", monkeypatch) == ["zoe"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"profiles: [ada]", b"- ada", b"profiles: {ada", b"\xff\xfe", b"profiles: &a {x: *a}",
        b"profiles: 12", b"#" * 1_000_001, None,
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_be_read_offers_nothing_and_says_nothing(
    content, home, monkeypatch
):
    config = home / "config.yaml"
    config.unlink()
    config.mkdir() if content is None else config.write_bytes(content)
    assert offered(home, "cxdigest profile show ", monkeypatch) == []


@pytest.mark.parametrize(
    ("shell", "sign"),
    [
        ("bash", "complete -o default -F"), ("zsh", "#compdef cxdigest"),
        ("fish", "complete --command cxdigest"), ("powershell", "Register-ArgumentCompleter"),
        ("pwsh", "Register-ArgumentCompleter"),
    ],
)  # fmt: skip
def test_the_script_of_the_shell_that_is_named_is_shown(shell, sign, home, monkeypatch):
    monkeypatch.setitem(os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "")
    done = call(home, "--show-completion", shell)
    assert (done.returncode, sign in done.stdout) == (0, True), done


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_in_a_real_bash_it_is_installed_and_offers_names(home):
    command = home / "bin" / "cxdigest"
    command.parent.mkdir()
    start = "import sys; sys.argv[0] = 'cxdigest'; from cxdigest.cli import main; main()"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{start}" "$@"\n')
    command.chmod(0o755)
    typed = """
    cxdigest --install-completion bash > installed && . ~/.bashrc
    COMP_WORDS=(cxdigest --config config.yaml profile show ad) COMP_CWORD=5
    $(complete -p cxdigest | sed 's/.*-F \\([^ ]*\\).*/\\1/') cxdigest && echo "${COMPREPLY[@]}"
    """
    env = {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["bash", "--norc", "-c", typed],
        cwd=home, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("ada adam\n", "")
