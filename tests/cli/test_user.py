"""``cxdigest user``: who may see the console, from the command line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cxdigest.cli import app
from cxdigest.console.instance.users import let_in, make_token
from cxdigest.errors import WrongUseError
from tests.ready import ready_store
from tests.store.world import NOW
from tests.test_roll import configure

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "saved").mkdir()
    configure(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str, given: str | None = None) -> str:
    """What the command prints; its error is raised as it is."""
    done = runner.invoke(app, ["user", *words], input=given)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def add(name="root", *more: str) -> str:
    return call("add", name, *more, given=f"{PASSWORD}\n")


def test_the_first_user_is_an_admin_and_can_sign_in(home):
    assert "Nobody" in call("list")
    assert add() == "root may sign in: everything.\n"
    store = ready_store(next(home.rglob("*.sqlite")))
    assert let_in(store, "root", PASSWORD)
    store.close()
    told = call("list")
    assert "root" in told
    assert "password" in told


def test_further_ones_need_a_role_and_whose_it_is(home):
    add()
    with pytest.raises(WrongUseError, match="say what they may see: --role admin, coach or client"):
        add("ben")
    with pytest.raises(WrongUseError, match="say which profile; the profiles are ada"):
        add("ben", "--role", "client")
    assert "the digest of ada" in add("ben", "--role", "client", "--profile", "ada")
    assert "everything" in call("role", "BEN", "admin")
    (record, _) = map(json.loads, call("list", "--json").splitlines())
    assert (record["user"], record["role"], record["profile"]) == ("ben", "admin", "")
    assert PASSWORD not in str(record)
    assert "argon2" not in str(record)


def test_a_password_is_changed_and_a_user_removed_but_the_last_admin(home):
    add()
    assert "another password" in call("password", "root", given="quite another one\n")
    with closing(ready_store(next(home.rglob("*.sqlite")))) as store:
        for label in ("one", "two"):
            make_token(store, "root", label, now=NOW)
    kept = call("password", "root", "--keep-tokens", given="quite another one\n")
    assert "Access tokens go on." in kept
    assert "All access tokens have ended." in call("password", "root", given="quite another one\n")
    with closing(ready_store(next(home.rglob("*.sqlite")))) as store:
        assert not store.access_tokens("root")
    with pytest.raises(WrongUseError, match="no user 'eve'; `cxdigest user list` shows all"):
        call("password", "eve", given="quite another one\n")
    with pytest.raises(WrongUseError, match="root is the only admin"):
        call("remove", "root")
    add("ben", "--role", "client", "-p", "ada")
    assert "may no longer sign in" in call("remove", "ben")
    assert "ben" not in call("list")


def test_without_a_line_there_is_no_password_and_no_user(home):
    with pytest.raises(WrongUseError, match="no password came"):
        call("add", "root", given="")
    with pytest.raises(WrongUseError, match="needs 12 letters"):
        call("add", "root", given="short\n")
    assert "Nobody" in call("list")


def test_who_has_no_password_needs_a_proxy(home):
    with pytest.raises(WrongUseError, match="no proxy signs people in here"):
        call("add", "root", "--proxy-only")
    with (home / "config.yaml").open("a") as file:
        file.write("web: {proxy: {addresses: [10.0.0.1]}}\n")
    assert "may sign in" in call("add", "root", "--proxy-only")
    assert "proxy alone" in call("list")


@pytest.mark.parametrize(("again", "code"), [(PASSWORD, 0), ("something else", 2)])
def test_a_terminal_is_asked_twice_and_shows_nothing(again: str, code: int, home):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cxdigest", "-c", str(home / "config.yaml"), "user", "add", "root"],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    for asked, answer in ((b"Password: ", PASSWORD), (b"again: ", again)):
        while asked not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, answer.encode() + b"\n")
    try:
        while more := os.read(ours, 1024):
            shown += more
    except OSError:  # the other side is closed
        pass
    os.close(ours)
    assert process.wait(60) == code, shown
    assert PASSWORD.encode() not in shown
