"""What is offered behind Tab: commands, options, and names of the configuration.

Whether real shells show it: test_shells.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from tests.cli.inside import call

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
