"""``cxdigest migrate-store``: what it prints, and whose worker it believes to be gone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from cxdigest import app
from cxdigest.config import load
from cxdigest.console.instance.vitals import vitals
from cxdigest.store import open_store
from cxdigest.store.schema import workers
from cxdigest.worker import clock
from tests.cli.inside import call
from tests.ready import put_store
from tests.store.every_row import fill_every_table


@pytest.fixture
def home(tmp_path):
    store = open_store(str(put_store(tmp_path / "old.sqlite")))
    fill_every_table(store)
    with store._database.writing() as connection:
        connection.execute(update(workers).values(woke=datetime(2020, 1, 1, tzinfo=UTC)))
    store.close()
    return tmp_path


def woke(home, holder):
    store = open_store(str(home / "old.sqlite"))
    store.wake(now=datetime.now(UTC), holder=holder)
    store.close()


def test_it_shows_every_table_and_what_the_configuration_says_from_now_on(home, postgres):
    name = postgres.create()
    # A server that trusts everybody takes any password.
    url = f"postgresql://{postgres.user}:swordfish@/{name}?host={postgres.folder}"
    done = call(home, "migrate-store", "old.sqlite", url, columns=120)
    postgres.drop(name)
    assert done.returncode == 0, done.stderr
    assert "swordfish" not in done.stdout
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line.strip()}
    assert rows["postings"][0] == "2"
    assert len(rows["postings"][1]) == 32
    assert rows["postings"][2:] == ["as", "it", "left"]
    assert f"  url: postgresql://{postgres.user}@/{name}?host=" in done.stdout
    assert "password_file" in done.stdout
    assert "no worker works on it any more" in done.stdout


def test_a_table_can_be_had_as_json(home):
    done = call(home, "migrate-store", "old.sqlite", "sqlite:///new/there.sqlite", "--json")
    told = json.loads(done.stdout)
    assert told["url"] == "new/there.sqlite"
    assert told["tables"]["alerts"]["rows"] == 2
    assert (home / "new" / "there.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_worker_of_this_machine_whose_process_is_gone_is_in_nobodys_way(home):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    woke(home, f"{socket.gethostname()}:{child.pid}:x")
    assert call(home, "migrate-store", "old.sqlite", "new.sqlite").returncode == 0


def test_a_store_that_was_just_moved_is_not_well_however_lately_its_worker_woke(home):
    text = "store: {url: old.sqlite}\nsources: {}\nchannels: {}\nprofiles: {}\n"
    (home / "config.yaml").write_text(text)
    woke(home, "a-worker:1:x")
    assert "moved" not in call(home, "health").stderr
    assert call(home, "migrate-store", "old.sqlite", "new.sqlite", "--force").returncode == 0
    done = call(home, "health", "--json")
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem.startswith("the store was moved to ")
    assert "new.sqlite at " in problem
    assert problem.endswith("; name that one under store.url")
    with app.street(load(home / "config.yaml"), clock=clock) as street:
        told = vitals(street, wake=timedelta(minutes=1))
    assert "The store was moved; `cxdigest health` says where." in told.problems
    (home / "config.yaml").write_text(text.replace("old", "new"))
    assert "moved" not in call(home, "health").stderr


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_one_that_may_be_there_is_and_force_goes_past_it(home, where):
    host = socket.gethostname() if where == "here" else "another-machine"
    woke(home, f"{host}:{os.getpid() if where == 'here' else 1}:x")
    done = call(home, "migrate-store", "old.sqlite", "new.sqlite")
    assert done.returncode == 1
    assert "a worker may be running" in done.stderr
    assert "--force" in done.stderr
    assert not (home / "new.sqlite").exists()
    assert call(home, "migrate-store", "old.sqlite", "new.sqlite", "--force").returncode == 0


@pytest.mark.parametrize("pair", [(":temporary:", "new.sqlite"), ("old.sqlite", ":temporary:")])
def test_what_is_forgotten_after_each_run_is_not_moved(home, pair):
    done = call(home, "migrate-store", *pair)
    assert done.returncode == 2
    assert "name a path or a database" in done.stderr
