"""``cxdigest init``: from nothing to the first digest in a terminal, or by options alone.

The mailbox is a real Dovecot's, the server for sending a real Postfix.
"""

from __future__ import annotations

import io
import re
import shlex
import signal
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cxdigest.cli import app as commands
from cxdigest.cli.init import ending
from cxdigest.cli.init.alone import alone
from cxdigest.cli.init.talk import Talk
from cxdigest.config import FeedConfig, MailboxConfig, SmtpConfig, load
from cxdigest.net import Http
from tests.cli.inside import call
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.postfix import Postfix
from tests.servers.web import LOOPBACK, Web
from tests.terminal import Terminal, terminal

ROOT = Path(__file__).parents[2]
ALERTS = sorted((ROOT / "examples" / "alerts").glob("*.eml"))
PASSWORD = "plain words here"
WHO = ("init", "--name", "Ada Lind", "--time-zone", "Europe/Berlin")


@pytest.fixture(scope="module")
def ada(dovecot: Dovecot) -> MailUser:
    """A mailbox with alerts of this week, and one that is older than a digest looks back."""
    user = dovecot.user("ada", password=PASSWORD)
    lately = datetime.now(UTC) - timedelta(days=2)
    dovecot.deliver(user, *(one.read_bytes() for one in ALERTS[:6]), received=lately)
    dovecot.deliver(user, ALERTS[7].read_bytes(), received=lately - timedelta(days=20))
    return user


def reading(dovecot: Dovecot, user: MailUser, folder: Path) -> tuple[str, ...]:
    (folder / "password").write_text(f"{user.password}\n")
    return (
        *("--address", user.name, "--password-file", str(folder / "password")),
        *("--imap-host", "localhost", "--imap-port", str(dovecot.imaps_port)),
        *("--imap-security", "tls", "--imap-certificate", dovecot.cafile),
    )


def sending(postfix: Postfix) -> tuple[str, ...]:
    return (
        *("--smtp-host", "localhost", "--smtp-port", str(postfix.smtps_port)),
        *("--smtp-security", "tls", "--smtp-certificate", postfix.cafile),
    )


def name_server(screen: Terminal, port: int) -> None:
    """Name a server that no preset knows."""
    screen.answer("mail (", "localhost")
    screen.answer("Its port", str(port))
    screen.answer("Its protection", "")


def trust(screen: Terminal, certificate: str) -> None:
    screen.answer("What now [2]", "")
    screen.answer("Server", "")
    screen.answer("Its port", "")
    screen.answer("Path of that file", certificate)
    screen.answer("User name", "")
    screen.answer("Password", "")


def test_person_is_led_from_nothing_to_the_first_digest(
    tmp_path, dovecot: Dovecot, postfix: Postfix, ada: MailUser
):
    with terminal("init", cwd=tmp_path) as screen:
        screen.answer("as the digest says it", "")
        assert "A name is missing" in screen.answer("as the digest says it", "Ada Lind")
        assert "Europe/Lisbon" in screen.answer("Its mail address", ada.name)
        screen.answer("Type its number [9]", "")
        name_server(screen, dovecot.imaps_port)
        screen.answer("Password", "")
        assert "Nothing was typed" in screen.answer("Password for", "not the password")
        trust(screen, dovecot.cafile)
        refused = screen.answer("What now [1]", "")
        assert "refused the login" in refused
        assert "app password" in refused
        screen.answer("Password", PASSWORD)
        assert "1. linkedin.com" in screen.answer("Which shall be read", "9")
        screen.answer("Which shall be read", "1")
        screen.answer("Address of a feed", "nonsense")
        assert "nonsense is no address of a feed" in screen.answer("Address of a feed", "")
        screen.answer("time of day", "6.30")
        screen.answer("How shall it come", "")
        screen.answer("To which mail address", "")
        name_server(screen, postfix.smtps_port)
        trust(screen, postfix.cafile)  # with the mailbox's password, which is not asked for again
        assert "Your first digest, from " in screen.see("Keep this, and write config.yaml?")
        (shown,) = (tmp_path / "out").glob("*.html")
        assert f"out/{shown.name}" in screen.screen
        assert "customer experience" in shown.read_text()
        assert not (tmp_path / "config.yaml").exists()
        screen.type("")
        screen.see("Take those of the last year in?")
        assert not (tmp_path / "data").exists()
        screen.type("")
        assert "1 mail looked at" in screen.see("1 taken in as alerts")
        next_steps = screen.see("in your browser")
        assert screen.end() == 0
    assert "password" in screen.screen
    assert PASSWORD not in screen.screen
    assert "not the password" not in screen.screen
    # A bar is drawn again and again in its place, which is one line here.
    lines = [one for one in screen.screen.splitlines() if "━" not in one]
    assert max(map(len, lines)) <= 120
    settings = load(tmp_path / "config.yaml")
    mailbox = settings.sources["mailbox"]
    assert isinstance(mailbox, MailboxConfig)
    assert mailbox.senders == ("linkedin.com",)
    assert str(settings.profiles["ada-lind"].send_at) == "06:30:00"
    assert str(settings.profiles["ada-lind"].time_zone) == "Europe/Lisbon"
    named = {one.split()[0] for one in next_steps.split("-m cxdigest ")[1:]}
    assert named == {"run", "serve", "service", "doctor"}
    assert len(dovecot.mails(ada)) == 7, "nothing was sent"
    assert b"\\Seen" not in b"".join(dovecot.flags(ada))


@pytest.mark.parametrize(("code", "told"), [(0, False), (1, True), (130, False)])
def test_older_alerts_that_could_not_be_read_can_be_taken_in_later(
    tmp_path, monkeypatch, capsys, code, told
):
    """Stopped, the command itself says how to go on: not by set-up, which is done."""
    given = {}
    monkeypatch.setattr(ending.older, "run", lambda *_, **more: given.update(more) or code)
    walk = SimpleNamespace(talk=Talk(asks=False), given=SimpleNamespace(no_older=False))
    answers = SimpleNamespace(senders=("indeed.com",), mailbox=None)
    ending.take_older(walk, tmp_path / "config.yaml", answers)
    assert "import mailbox" in given["again"]
    assert ("can be taken in later" in capsys.readouterr().out) == told


def test_every_answer_can_be_an_option(
    tmp_path, monkeypatch, dovecot: Dovecot, postfix: Postfix, ada: MailUser
):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    options = (*reading(dovecot, ada, tmp_path), *sending(postfix), "--send-at", "06:30")
    options = tuple("-" if one == str(tmp_path / "password") else one for one in options)
    reader = dovecot.user("reader")
    done = call(tmp_path, *WHO, *options, "--to", reader.name)
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    settings = load(tmp_path / "config.yaml")
    mailbox, mail = settings.sources["mailbox"], settings.channels["mail"]
    assert isinstance(mailbox, MailboxConfig)
    assert isinstance(mail, SmtpConfig)
    assert mail.password is not None
    assert mail.password.get_secret_value() == PASSWORD
    assert set(mailbox.senders) >= {"linkedin.com", "indeed.com"}
    assert settings.profiles["ada-lind"].deliver[0].to == (reader.name,)
    for name in ("config.yaml", "secrets/mailbox", "secrets/smtp"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    # What it says to type next works as it stands.
    assert call(tmp_path, "run", "--once").returncode == 0
    assert len(dovecot.mails(reader, at_least=1)) == 1


def test_login_that_is_refused_says_which_password_and_where_it_is_made(
    tmp_path, dovecot: Dovecot, ada: MailUser
):
    options = list(reading(dovecot, ada, tmp_path))
    (tmp_path / "password").write_text("my usual one\n")
    before = set(tmp_path.iterdir())
    done = call(tmp_path, *WHO, *options, "--provider", "fastmail", "--files")
    assert done.returncode == 2
    assert re.search(r"refused the login of \S+: \[AUTHENTICATIONFAILED\]", done.stderr)
    assert "Fastmail takes an app password" in done.stderr
    assert "https://app.fastmail.com/settings/security/apps" in done.stderr
    assert "my usual one" not in done.stdout + done.stderr
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ("--yes", ["--name", "--address", "--to"]),
        ("--name Ada --address ada@example.org", ["--password-file", "--imap-host", "--smtp-host"]),
        ("--name Ada --address ada@gmail.com", ["--password-file"]),
        ("--name Ada --address ada@hotmail.co.uk --files", ["--client-id"]),
        ("--name Ada --address a@proton.me", ["--password-file", "--imap-certificate"]),
        ("--name Ada --feed https://example.org/f", ["--to"]),
        ("--name Ada --alerts . --to a@gmail.com", ["--smtp-password-file"]),
        ("--name Ada --alerts . --to a@live.com", ["--files"]),
    ],
)
def test_all_that_is_missing_is_named_at_once(tmp_path, options: str, missing: list[str]):
    done = call(tmp_path, "init", "--time-zone", "UTC", *shlex.split(options))
    assert done.returncode == 2
    named = [one.split()[0].strip(",") for one in done.stderr.splitlines() if one[:4] == "  --"]
    assert named == missing
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--address ada@gmail.com --password-file nowhere", "--password-file: nowhere cannot be"),
        ("--address ada@gmail.com --password-file empty", "--password-file: empty holds no"),
        ("--address ada@gmail.com --password-file binary", "binary is not text in UTF-8"),
        (
            "--address ada --imap-host h --password-file empty --smtp-host h",
            "is not a mail address",
        ),
        ("--address a@x.example --provider gmial", "there is no such provider; choose one of"),
        ("--alerts nowhere --files", "nowhere is not a folder"),
        ("--feed nonsense --files", "nonsense is no address of a feed"),
        ("--alerts . --files --send-at 25:00", "25:00 is no time of day"),
        ("--alerts . --files --to a@example.org", "--files and --to say the opposite"),
        ("--no-mailbox --address a@example.org", "--no-mailbox and --address say the opposite"),
        ("--alerts . --files --time-zone Nowhere", "Nowhere is no time zone"),
    ],
)
def test_option_that_cannot_be_used_says_so_and_writes_nothing(tmp_path, options: str, told: str):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\n")
    done = call(tmp_path, *WHO, *shlex.split(options))
    assert done.returncode == 2
    assert told in done.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"empty", "binary"}


def test_without_a_terminal_and_without_options_it_says_the_ways_out(tmp_path):
    done = call(tmp_path, "init")
    assert done.returncode == 2
    for way in ("in a terminal", "init --help", "cxdigest serve"):
        assert way in " ".join(done.stderr.split())


def test_configuration_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "config.yaml").write_text("mine: 1\n")
    (tmp_path / "alerts").mkdir()
    done = call(tmp_path, *WHO, "--alerts", "alerts", "--files")
    assert done.returncode == 2
    assert "config.yaml is there already and is not overwritten" in done.stderr
    assert (tmp_path / "config.yaml").read_text() == "mine: 1\n"
    assert not (tmp_path / "out").exists()


def test_second_one_at_once_is_refused_and_after_the_first_it_begins(tmp_path):
    (tmp_path / "alerts").mkdir()
    words = (*WHO, "--alerts", "alerts", "--files")
    with alone(tmp_path / "config.yaml"):
        done = call(tmp_path, *words)
        assert done.returncode == 2
        assert "another cxdigest init is under way" in done.stderr
    assert call(tmp_path, *words).returncode == 0
    assert list(load(tmp_path / "config.yaml").channels) == ["files"]


def keyboard(monkeypatch, *answers: tuple[str, str | type[BaseException]]) -> list[str]:
    """Let somebody type *answers*, each to the question that it names; return what is left."""
    left = list(answers)

    def asked(question: str) -> str:
        wanted, answer = left.pop(0)
        assert wanted in question
        if not isinstance(answer, str):
            raise answer
        return answer

    monkeypatch.setattr("cxdigest.cli.init.Talk", lambda asks: Talk(asks=True))
    monkeypatch.setattr("builtins.input", asked)
    monkeypatch.setattr("getpass.getpass", asked)
    return left


@pytest.mark.parametrize(
    ("way", "told"), [(KeyboardInterrupt, "Stopped."), (EOFError, "Stopped."), ("n", "")]
)
def test_whatever_ends_it_nothing_stays(tmp_path, monkeypatch, way, told: str):
    (tmp_path / "alerts").mkdir()
    words = (*WHO, "--alerts", "alerts", "--files", "--send-at", "7:00")
    with monkeypatch.context() as patch:
        left = keyboard(
            patch, ("Address of a feed", ""), ("Keep this, and write", "perhaps"), ("Keep", way)
        )
        done = call(tmp_path, *words)
    assert not left
    assert done.returncode == 1
    assert f"{told} Nothing was written".strip() in done.stdout + done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["alerts"]


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(Terminal.hang_up, id="closed"),
        pytest.param(lambda screen: screen.end_by(signal.SIGHUP), id="told-so"),
        pytest.param(lambda screen: screen.end_by(signal.SIGTERM), id="killed"),
    ],
)
def test_terminal_that_is_closed_leaves_nothing_behind(tmp_path, end: Callable[[Terminal], int]):
    (tmp_path / "alerts").mkdir()
    words = (*WHO, "--alerts", "alerts", "--files", "--send-at", "7:00")
    with terminal(*words, cwd=tmp_path) as screen:
        screen.answer("Address of a feed", "")
        screen.see("Keep this, and write")
        assert list((tmp_path / "out").iterdir())
        assert end(screen) == 1
    assert "Traceback" not in screen.screen
    assert [one.name for one in tmp_path.iterdir()] == ["alerts"]
    assert call(tmp_path, *words).returncode == 0, "a later one begins anew"


def test_ctrl_c_at_the_password_ends_in_one_plain_line(tmp_path, dovecot: Dovecot, ada: MailUser):
    options = reading(dovecot, ada, tmp_path)
    at = options.index("--password-file")
    with terminal(*WHO, *options[:at], *options[at + 2 :], cwd=tmp_path) as screen:
        screen.see("Password for")
        screen.press("C")
        screen.see("Stopped. Nothing was written")
        assert screen.end() == 1
    assert "Traceback" not in screen.screen
    assert [one.name for one in tmp_path.iterdir()] == ["password"]


def test_other_passwords_in_the_folder_are_not_written_over(
    tmp_path, dovecot: Dovecot, postfix: Postfix, ada: MailUser
):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "mailbox").write_text("of another configuration\n")
    words = (*WHO, *reading(dovecot, ada, tmp_path), *sending(postfix))
    assert call(tmp_path, "--config", "second.yaml", *words).returncode == 0
    assert (tmp_path / "secrets" / "mailbox").read_text() == "of another configuration\n"
    mailbox = load(tmp_path / "second.yaml").sources["mailbox"]
    assert isinstance(mailbox, MailboxConfig)
    assert mailbox.password is not None
    assert mailbox.password.get_secret_value() == PASSWORD


def test_mistyped_server_port_and_protection_are_said_at_once_and_can_be_mended(
    tmp_path, monkeypatch, dovecot: Dovecot, ada: MailUser
):
    port = str(dovecot.imap_port)
    left = keyboard(
        monkeypatch,
        ("Server for reading", "my server"),
        ("Server for reading", "localhost"),
        ("Its port", "143x"),
        ("Its port", port),
        ("Its protection", "ssl"),
        ("Its protection", "TLS"),  # which that port does not speak
        ("Password for", PASSWORD),
        ("What now", "2"),
        ("Server", ""),
        ("Its port", ""),
        ("Its protection", "none"),
        ("User name", ""),
        ("Password", ""),
        ("Which shall be read", "0"),
        ("Address of a feed", ""),
        ("Keep this", "y"),
    )
    words = ("--address", ada.name, "--provider", "other", "--files", "--send-at", "7:00")
    done = call(tmp_path, *WHO, *words)
    assert not left
    assert done.returncode == 0, done.stderr
    for said in ("my server is not the name", "is not a number from 1 to 65535", "one of: tls"):
        assert said in " ".join(done.stdout.split())
    mailbox = load(tmp_path / "config.yaml").sources["mailbox"]
    assert isinstance(mailbox, MailboxConfig)
    assert mailbox.security == "none"


def test_mailbox_without_known_senders_is_asked_for_its_folder(
    tmp_path, monkeypatch, dovecot: Dovecot
):
    user = dovecot.user("bo", password=PASSWORD)
    dovecot.deliver(user, ALERTS[0].read_bytes(), folder="Jobs")
    left = keyboard(
        monkeypatch,
        ("Its name", "Jbos"),
        ("Its name", "Jobs"),
        ("Which shall be read", "0"),
        ("Address of a feed", ""),
        ("Keep this", "y"),
    )
    words = (*WHO, *reading(dovecot, user, tmp_path), "--files", "--send-at", "7:00")
    done = call(tmp_path, *words)
    assert not left
    assert "INBOX has no mails of the last 30 days" in " ".join(done.stdout.split())
    assert "has no folder 'Jbos'" in done.stdout
    assert re.search(r"there are: (\w+, )*INBOX", " ".join(done.stdout.split()))
    mailbox = load(tmp_path / "config.yaml").sources["mailbox"]
    assert isinstance(mailbox, MailboxConfig)
    assert (mailbox.folder, mailbox.senders) == ("Jobs", ())


def test_server_that_says_no_can_be_gone_without(tmp_path, monkeypatch, dovecot: Dovecot):
    left = keyboard(
        monkeypatch,
        ("What now [1]", "1"),
        ("Password (Enter: the same", ""),
        ("What now [1]", "3"),
        ("Address of a feed", ""),
        ("Address of a feed", KeyboardInterrupt),
    )
    stranger = MailUser(name="nobody@mail.example", password="x y")
    done = call(tmp_path, *WHO, *reading(dovecot, stranger, tmp_path), "--files")
    assert not left
    assert "There is nothing to read yet" in done.stdout
    assert done.returncode == 1


def test_outlook_is_led_to_another_mailbox_or_to_a_login_in_the_browser(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        left = keyboard(
            patch,
            ("Its mail address", "ada@hotmail.co.uk"),
            ("Which shall it be [1]", ""),
            ("Its mail address", "ada@outlook.de"),
            ("Which shall it be [1]", "2"),
            ("Its client id", "1234: #id"),
            ("Address of a feed", ""),
            ("time of day", ""),
            ("How shall it come", "1"),
            ("To which mail address [ada@outlook.de]", ""),
            ("Keep this", ""),
        )
        done = call(tmp_path, *WHO)
    assert not left
    assert done.returncode == 0
    assert "only a login in the browser" in done.stdout
    assert "let Outlook forward your alerts" in done.stdout
    nexts = done.stdout.partition("What now:")[2]
    assert nexts.index("authorise outlook") < nexts.index("preview") < nexts.index("run --once")
    settings = load(tmp_path / "config.yaml")
    assert settings.logins["outlook"].client_id == "1234: #id"
    mailbox, mail = settings.sources["mailbox"], settings.channels["mail"]
    assert isinstance(mailbox, MailboxConfig)
    assert isinstance(mail, SmtpConfig)
    assert mailbox.login == mail.login == "outlook"
    assert (mailbox.host, mail.host) == ("outlook.office365.com", "smtp-mail.outlook.com")
    assert not (tmp_path / "secrets").exists()


def test_feed_is_asked_and_said_what_it_is(tmp_path, monkeypatch, web: Web):
    url = web.page(
        "/feed", (ROOT / "examples" / "alerts" / "05-google-alerts-feed.xml").read_text()
    )
    monkeypatch.setattr(
        "cxdigest.setup.tries.Http", lambda **how: Http(**how | {"allow": LOOPBACK})
    )
    (tmp_path / "alerts").mkdir()
    done = call(tmp_path, *WHO, "--feed", url, "--alerts", "alerts", "--files")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^  Google Alert.*: \d+ entries now\.", done.stdout, re.MULTILINE)
    # An address of this machine is polled only once the configuration allows it.
    assert f"But google-1: {url}: 127.0.0.1, which is this machine" in done.stdout
    feed = load(tmp_path / "config.yaml").sources["google-1"]
    assert isinstance(feed, FeedConfig)
    assert feed.url == url


def test_options_of_the_page_about_it_are_those_that_there_are():
    page = (ROOT / "docs" / "init.md").read_text("utf-8")
    told = CliRunner().invoke(commands, ["init", "--help"], env={"COLUMNS": "200"}).output
    named = set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE))
    assert named == set(re.findall(r"^  (?:-y, )?(--[a-z-]+)", told, re.MULTILINE)) - {"--help"}
