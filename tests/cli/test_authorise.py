"""``cxdigest authorise`` as a person uses it: in a browser, by pasting, by a code, by copying."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

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
def begun(server, tmp_path):
    def begin(*more, way="", typed=""):
        (tmp_path / "secret").write_text(SECRET)
        (tmp_path / "secret").chmod(0o600)
        way = way or f"authorize_url: {server.url}/authorize"
        config = tmp_path / "config.yaml"
        config.write_text(CONFIG.format(client=CLIENT, url=server.url, way=way))
        command = [sys.executable, "-m", "cxdigest", "--config", config, "authorise", *more]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "BROWSER": BROWSER},
        )

    return begin


def test_a_browser_on_this_machine_brings_the_token(begun, server, tmp_path):
    _, told = begun("post").communicate(timeout=60)
    kept = tmp_path / "secrets" / "token"
    assert "the token is kept in" in told, told
    assert json.loads(kept.read_text())["access"] in server.holding
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not any(token in told for token in (*server.holding, *server.renewals))


def test_without_a_browser_the_address_to_which_it_led_is_pasted(begun, server, tmp_path):
    process = begun("post", "--no-browser")
    line = next(line for line in process.stderr if line.startswith("http"))
    _, told = process.communicate(server.browse(line.strip()) + "\n", timeout=60)
    assert process.returncode == 0, told
    assert (tmp_path / "secrets" / "token").exists()


def test_what_is_pasted_without_a_code_is_refused(begun, tmp_path):
    process = begun("post", "--no-browser")
    _, told = process.communicate("https://mail.example/inbox\n", timeout=60)
    assert process.returncode == 1
    assert "no address with a code in it" in told
    assert not (tmp_path / "secrets").exists()


def test_where_codes_for_devices_are_given_the_person_is_shown_one(begun, server, tmp_path):
    server.waits = ["authorization_pending"]
    process = begun("post", way=f"device_url: {server.url}/device")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert f"Open {server.url}/type on any device and type this code: ABCD-EFGH" in told
    assert (tmp_path / "secrets" / "token").exists()


def test_a_token_of_a_laptop_is_copied_to_a_server_as_one_line(begun, server, tmp_path):
    line, _ = begun("post", "--print-token").communicate(timeout=60)
    assert not (tmp_path / "secrets").exists()
    process = begun("post", "--paste-token")
    _, told = process.communicate(line, timeout=60)
    assert process.returncode == 0, told
    assert json.loads((tmp_path / "secrets" / "token").read_text()) == json.loads(line)


def test_a_login_that_is_not_there_is_named_with_those_that_are(begun):
    process = begun("pots")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "there is no login 'pots'" in told
    assert "there are: post" in told
