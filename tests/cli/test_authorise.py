"""``cxdigest authorise`` as a person uses it: in a browser, by pasting, by a code, by copying."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from tests import started
from tests.servers.tokens import CLIENT, SECRET, token_server

CONFIG = """
logins:
  post:
    provider: other
    client_id: {client}
    client_secret_file: secret
    token_file: secrets/token
    {way}
    token_url: {url}/token
    scope: mail
sources: {{inbox: {{type: mailbox, host: imap.example.org, user: a@example.org, login: post}}}}
channels: {{files: {{type: folder, path: out}}}}
profiles:
  ada:
    {{name: Ada, sources: [inbox], time_zone: UTC, deliver: [{{channel: files, to: [a@x.example]}}]}}
"""
#: A browser that goes where it is sent.
BROWSER = f"{sys.executable} -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' %s"


@pytest.fixture
def server():
    with token_server() as running:
        yield running


@pytest.fixture
def words(server, tmp_path):
    """Write the configuration and answer with the words of the command."""

    def of(*more, way=""):
        (tmp_path / "secret").write_text(SECRET)
        (tmp_path / "secret").chmod(0o600)
        way = way or f"authorize_url: {server.url}/authorize"
        config = tmp_path / "config.yaml"
        config.write_text(CONFIG.format(client=CLIENT, url=server.url, way=way))
        return "cxdigest", "--config", config, "authorise", *more

    return of


@pytest.fixture
def ended(words):
    def end(*more, way="", typed=""):
        env = {**os.environ, "BROWSER": BROWSER}
        return started.run(*words(*more, way=way), env=env, given=typed.encode())

    return end


def test_a_browser_on_this_machine_brings_the_token(ended, server, tmp_path):
    told = ended("post").stderr
    kept = tmp_path / "secrets" / "token"
    assert "the token is kept in" in told, told
    assert json.loads(kept.read_text())["access"] in server.holding
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not any(token in told for token in (*server.holding, *server.renewals))


def test_without_a_browser_the_address_to_which_it_led_is_pasted(words, server, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", *words("post", "--no-browser")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    line = next(line for line in process.stderr if line.startswith("http"))
    _, told = process.communicate(server.browse(line.strip()) + "\n", timeout=60)
    assert process.returncode == 0, told
    assert (tmp_path / "secrets" / "token").exists()


def test_what_is_pasted_without_a_code_is_refused(ended, tmp_path):
    done = ended("post", "--no-browser", typed="https://mail.example/inbox\n")
    assert done.returncode == 1
    assert "no address with a code in it" in done.stderr
    assert not (tmp_path / "secrets").exists()


def test_where_codes_for_devices_are_given_the_person_is_shown_one(ended, server, tmp_path):
    server.waits = ["authorization_pending"]
    done = ended("post", way=f"device_url: {server.url}/device")
    assert done.returncode == 0, done.stderr
    assert f"Open {server.url}/type on any device and type this code: ABCD-EFGH" in done.stderr
    assert (tmp_path / "secrets" / "token").exists()


def test_a_token_of_a_laptop_is_copied_to_a_server_as_one_line(ended, server, tmp_path):
    line = ended("post", "--print-token").stdout
    assert not (tmp_path / "secrets").exists()
    done = ended("post", "--paste-token", typed=line)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "secrets" / "token").read_text()) == json.loads(line)


def test_a_login_that_is_not_there_is_named_with_those_that_are(ended):
    done = ended("pots")
    assert done.returncode == 2
    assert "there is no login 'pots'" in done.stderr
    assert "there are: post" in done.stderr
