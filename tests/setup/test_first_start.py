"""``cxdigest serve`` without a configuration: a person is led from nothing to the first digest.

The mailbox is a real Dovecot's, the server for sending a real Postfix.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from cxdigest.config import MailboxConfig, load
from tests.asking import asking
from tests.servers.browser import PATIENCE
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_port
from tests.servers.postfix import Postfix

ROOT = Path(__file__).parents[2]
ALERTS = sorted((ROOT / "examples" / "alerts").glob("*.eml"))


class Start:
    """A process without a configuration, and a browser without JavaScript before it."""

    def __init__(self, folder: Path, listen: str = "127.0.0.1") -> None:
        self.config = folder / "config.yaml"
        self.port = free_port()
        self.log = folder / "log"
        stderr = self.log.open("w")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "cxdigest", "--config", str(self.config)),
                *("serve", "--listen", f"{listen}:{self.port}"),
            ],
            cwd=ROOT,
            stderr=stderr,
        )
        stderr.close()
        self.browser = asking(f"http://127.0.0.1:{self.port}", follow_redirects=True)
        self.page = ""
        self.wait_for("/setup in a browser")

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, words: str, *, seconds: float = 120) -> str:
        ends = time.monotonic() + seconds
        while words not in (said := self.log.read_text()):
            assert self.process.poll() is None, said
            assert time.monotonic() < ends, said
            time.sleep(0.05)
        return said

    def get(self, path: str, **headers: str) -> httpx.Response:
        answer = self.browser.get(path, headers=headers)
        self.page = answer.text
        return answer

    def go_on(self, path: str = "/") -> None:
        """Open the console, as the page of those who are too early does by itself."""
        while self.get(path).status_code == 503:
            assert f'content="1; url={path}"' in self.page, self.page
            time.sleep(0.2)

    def send(self, step: str, **form: object) -> httpx.Response:
        proof = re.search(r'name="proof" value="(\w+)"', self.page)
        assert proof, self.page
        answer = self.browser.post(f"/setup/{step}", data={"proof": proof[1], **form})
        self.page = answer.text
        return answer

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.page)
        assert found, self.page
        return found[1]

    @property
    def wrong(self) -> str:
        found = re.search(r'role="alert">(.*?)</p>', self.page)
        return found[1] if found else ""

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def start(tmp_path) -> Iterator[Start]:
    made = Start(tmp_path)
    yield made
    made.browser.close()
    made.process.kill()
    made.process.wait()


def account(server: Dovecot | Postfix, port: int, user: str, password: str) -> dict[str, object]:
    return {
        "host": "localhost",
        "port": port,
        "user": user,
        "password": password,
        "security": "tls",
        "ca_file": server.cafile,
    }


def test_person_is_led_from_nothing_to_the_first_digest(
    start: Start, dovecot: Dovecot, postfix: Postfix
):
    user = dovecot.user("ada", password="plain words here")
    lately = datetime.now(UTC) - timedelta(days=2)
    dovecot.deliver(user, *(one.read_bytes() for one in ALERTS[:6]), received=lately)
    long_ago = lately - timedelta(days=20)
    dovecot.deliver(user, ALERTS[7].read_bytes(), received=long_ago)

    start.get("/")
    start.send("you", name="Ada Lind", zone="Europe/Berlin")
    start.send("mailbox", way="mailbox", address=user.name, provider="other")
    mailbox = account(dovecot, dovecot.imaps_port, user.name, "not the password")
    assert start.send("login", folder="INBOX", **mailbox).status_code == 422
    assert "refused the login" in start.wrong
    assert "not the password" not in start.page

    mailbox["password"] = user.password
    start.send("login", folder="INBOX", **mailbox)
    assert start.heading == "Whose alerts shall be read?"
    senders = re.findall(r'name="sender" value="([^"]+)"', start.page)
    assert senders
    start.send("senders", sender=senders)
    start.send("feeds", feeds="")
    sending = account(postfix, postfix.smtps_port, user.name, "wrong again")
    start.send("sending", way="mail", recipient=user.name, send_at="06:30", **sending)
    assert re.search(r"refused the login of \S+: 535 ", start.wrong)
    # Left empty, the password is that of the mailbox.
    sending["password"] = ""
    start.send("sending", way="mail", recipient=user.name, send_at="06:30", **sending)
    assert start.heading == "Your first digest would be"
    assert user.password not in start.page
    assert len(dovecot.mails(user)) == 7
    assert b"\\Seen" not in b"".join(dovecot.flags(user))
    digest = start.browser.get("/setup/first.html")
    assert "sandbox" in digest.headers["content-security-policy"]
    assert "customer experience" in digest.text
    assert not start.config.exists()

    start.send("look")
    assert start.heading == "It begins"
    settings = load(start.config)
    source = settings.sources["mailbox"]
    assert isinstance(source, MailboxConfig)
    assert source.senders == tuple(senders)

    # The same process goes on at the same address, and whoever asks meanwhile waits for it.
    assert 'href="/sources/mailbox#older"' in start.page
    start.go_on("/sources/mailbox")
    assert "Older alerts" in start.page
    take_older_in(start)
    start.go_on()
    assert "Ada Lind" in start.page
    assert start.browser.get("/setup").status_code == 404
    assert start.end() == 0


def take_older_in(start: Start) -> None:
    """Say on the page of the mailbox that its older alerts are wanted, and wait until they are."""
    proof = re.search(r'name="csrf" value="([^"]+)"', start.page)
    assert proof, start.page
    form = {"csrf": proof[1], "days": "365"}
    start.page = start.browser.post("/sources/mailbox/older", data=form).text
    ends = time.monotonic() + 60
    while "the archive goes back 1 year now" not in start.page:
        assert time.monotonic() < ends, start.page
        time.sleep(0.2)
        start.get("/sources/mailbox")
    assert "1 taken in as alerts" in start.page


def test_answers_that_cannot_be_used_are_said_and_the_others_kept(start: Start, tmp_path):
    start.get("/setup")
    start.send("you", name="Ada", zone="Berlin/Mitte")
    assert "is no time zone" in start.wrong
    assert 'value="Berlin/Mitte"' in start.page
    start.send("you", name="<script>alert(1)</script>", zone="UTC")
    start.get("/setup/you")
    assert "&lt;script&gt;" in start.page
    assert "<script>alert" not in start.page
    start.send("mailbox", way="none")
    start.send("feeds", feeds="")
    assert "nothing to read yet" in start.wrong
    start.send("feeds", feeds="http://127.0.0.1/feed")
    assert "127.0.0.1" in start.wrong  # an address of this machine is never asked for a feed
    (tmp_path / "alerts").mkdir()
    start.get("/setup/mailbox")
    start.send("mailbox", way="folder", folder=str(tmp_path / "alerts"))
    start.send("feeds", feeds="")
    start.send("sending", way="files", send_at="07:00")
    assert start.heading == "Your first digest would be"
    start.config.write_text("mine: 1\n")
    start.send("look")
    assert "is there already and is not overwritten" in start.wrong
    assert start.config.read_text() == "mine: 1\n"
    assert start.end() == 0


def test_a_language_chosen_on_the_way_holds_and_loses_nothing(start: Start, tmp_path):
    start.get("/setup/you", **{"Accept-Language": "fr"})
    assert 'form="step" formnovalidate name="language" value="de"' in start.page
    assert "Go on" in start.page
    answer = start.send("you", name="Ada", zone="Half/typ", language="de")
    assert (answer.status_code, answer.url.path) == (200, "/setup/you")
    assert '<html lang="de">' in start.page
    assert start.wrong == "", "nothing is taken yet"
    assert 'value="Ada"' in start.page
    assert 'value="Half/typ"' in start.page
    start.send("you", name="Ada", zone="Europe/Vienna")
    start.send("mailbox", way="folder", folder="/half/typ", language="en")
    assert '<html lang="en">' in start.page
    assert 'value="/half/typ"' in start.page
    start.send("mailbox", way="none", language="de")
    start.get("/setup/look")
    start.send("look", language="en")
    assert "This does not work yet" in start.page
    assert not start.config.exists()
    foreign = {"language": "de", "proof": "0"}
    assert start.browser.post("/setup/you", data=foreign).status_code == 403
    assert '<html lang="en">' in start.get("/setup/you").text
    start.send("mailbox", way="none", language="../x")
    assert '<html lang="en">' in start.page, "no language there is"


def test_only_our_own_page_of_the_same_browser_can_answer(start: Start):
    start.get("/setup/you")
    proof = re.search(r'name="proof" value="(\w+)"', start.page)
    assert proof
    form = {"name": "Eve", "zone": "UTC", "proof": proof[1]}
    where = f"http://127.0.0.1:{start.port}/setup/you"
    assert httpx.post(where, data=form).status_code == 403  # without its cookie
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert start.browser.post("/setup/you", data=form, headers=foreign).status_code == 403
    assert start.browser.post("/setup/you", data={**form, "proof": "0"}).status_code == 403
    # A name that leads here is no proof that somebody sits at this machine.
    assert start.get("/setup", Host="evil.example").status_code == 403
    assert "open to this machine alone" in start.page


def test_off_this_machine_the_code_of_the_log_lets_in(tmp_path):
    start = Start(tmp_path, listen="0.0.0.0")
    try:
        code = start.wait_for("show this code there: ").partition("code there: ")[2].split()[0]
        start.get("/setup/you")
        assert start.heading == "Begin" or "Code from the log" in start.page
        assert start.send("code", code="wrong").status_code == 403
        start.get("/setup")
        start.send("code", code=code)
        assert 'name="zone"' in start.page
        for _ in range(12):
            with asking(str(start.browser.base_url)) as other:
                proof = re.search(r'name="proof" value="(\w+)"', other.get("/setup").text)
                assert proof
                last = other.post("/setup/code", data={"proof": proof[1], "code": "guess"})
        assert last.status_code == 429
        (tmp_path / "alerts").mkdir()
        start.send("you", name="Ada", zone="UTC")
        start.send("mailbox", way="folder", folder=str(tmp_path / "alerts"))
        start.send("feeds", feeds="")
        start.send("sending", way="files", send_at="07:00")
        start.send("look")
        # Then the same code makes the first admin.
        start.go_on()
        assert "Make the first admin" in start.page
        made = start.browser.post(
            "/login/first",
            data={
                "code": code,
                "name": "root",
                "password": "four words are long",
                "again": "four words are long",
            },
        )
        assert made.status_code == 200
        assert "Make the first admin" not in made.text
        assert start.end() == 0
    finally:
        start.browser.close()
        start.process.kill()
        start.process.wait()


def test_broken_configuration_is_no_first_start(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("sources: 7\n")
    done = subprocess.run(
        [sys.executable, "-m", "cxdigest", "--config", str(config), "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "sources" in done.stderr


def test_the_steps_can_be_read_and_pressed_by_everybody_on_any_width(
    start: Start, browser, tmp_path
):
    (tmp_path / "alerts").mkdir()
    for scheme, width in (("light", 320), ("dark", 1200)):
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, base_url=start.base
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()

        def look(page=page, width=width) -> None:
            assert [one["id"] for one in Axe().run(page).response["violations"]] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width

        page.goto("/")
        assert page.input_value("#zone")  # what the browser knows
        look()
        page.fill("#name", "Ada Lind")
        page.click("button")
        look()
        page.fill("#address", "ada@gmx.de")
        page.click("button")
        look()
        page.goto("/setup/mailbox")
        page.check("#way-folder")
        page.fill("#folder", str(tmp_path / "alerts"))
        page.click("button")
        look()
        page.click("button")
        look()
        page.check("#way-files")
        page.click("button")
        look()
        context.close()
