"""What can be answered, and that the configuration says what was answered."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxdigest.config import FeedConfig, MailboxConfig, SmtpConfig, load
from cxdigest.errors import WrongUseError
from cxdigest.language import speaking
from cxdigest.setup import answers as answered
from cxdigest.setup import written
from cxdigest.setup.answers import Account, Answers
from cxdigest.setup.presets import PRESETS, preset_for, spoken_preset, tidy
from cxdigest.setup.written import keep, key_of, secrets_of, text

MAILBOX = Account(
    host="imap.example.org", port=993, security="tls", user="ada@example.org", password="a: #b"
)
SENDING = Account(
    host="smtp.example.org", port=587, security="starttls", user="ada@example.org", password='"x\\'
)
ADA = Answers(
    name="Ada Lind",
    zone="Europe/Berlin",
    mailbox=MAILBOX,
    senders=("linkedin.com", "indeed.com"),
    feeds=("https://www.google.com/alerts/feeds/1/2",),
    sending=SENDING,
    recipient="ada@example.org",
    send_at=time(6, 30),
)


def kept(folder: Path, answers: Answers) -> Path:
    path = folder / "config.yaml"
    keep(path, text(answers), secrets_of(answers))
    return path


def test_configuration_says_what_was_answered(tmp_path):
    settings = load(kept(tmp_path, ADA))
    mailbox, feed = settings.sources["mailbox"], settings.sources["google-1"]
    assert isinstance(mailbox, MailboxConfig)
    assert isinstance(feed, FeedConfig)
    assert mailbox.password is not None
    assert (mailbox.host, mailbox.port, mailbox.user) == ("imap.example.org", 993, MAILBOX.user)
    assert mailbox.password.get_secret_value() == MAILBOX.password
    assert mailbox.senders == ADA.senders
    assert feed.url == ADA.feeds[0]
    mail = settings.channels["mail"]
    assert isinstance(mail, SmtpConfig)
    assert mail.password is not None
    assert mail.password.get_secret_value() == SENDING.password
    ada = settings.profiles["ada-lind"]
    assert (ada.name, ada.send_at, str(ada.time_zone)) == ("Ada Lind", time(6, 30), ADA.zone)
    assert ada.deliver[0].to == ("ada@example.org",)
    assert not settings.warnings


def test_passwords_stand_in_files_of_their_own_that_nobody_else_may_read(tmp_path):
    path = kept(tmp_path, ADA)
    assert MAILBOX.password not in path.read_text()
    for one in (path, tmp_path / "secrets" / "mailbox", tmp_path / "secrets" / "smtp"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert MAILBOX.password not in repr(ADA)


def test_configuration_that_is_there_is_never_overwritten(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("mine: 1\n")
    with pytest.raises(WrongUseError, match="is there already"):
        kept(tmp_path, ADA)
    assert path.read_text() == "mine: 1\n"


def test_folder_that_is_none_is_said_with_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUseError, match=r"cannot be written to.*chown"):
        keep(tmp_path / "file" / "config.yaml", "x: 1\n", {})


LETTERS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x85"), min_size=1, max_size=60
).filter(lambda one: one.strip())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=LETTERS, folder=LETTERS, user=LETTERS, password=LETTERS)
def test_whatever_is_typed_the_configuration_says_it(
    tmp_path_factory, name, folder, user, password
):
    try:
        said = answered.one_line("name", name), answered.one_line("folder", folder)
        account = answered.account(
            host="h.example", port="993", security="tls", user=user, password=password, what="mail"
        )
    except WrongUseError:
        return
    answers = Answers(name=said[0], zone="UTC", mailbox=account, folder=said[1])
    loaded = load(kept(tmp_path_factory.mktemp("any"), answers))
    (profile,) = loaded.profiles.values()
    mailbox = loaded.sources["mailbox"]
    assert isinstance(mailbox, MailboxConfig)
    assert mailbox.password is not None
    assert (profile.name, mailbox.folder) == said
    assert mailbox.user == account.user
    assert mailbox.password.get_secret_value() == password


def test_what_was_begun_is_removed_where_it_cannot_be_ended(tmp_path, monkeypatch):
    def stopped(path: Path, content: str, put=written._put) -> None:
        if path.name == "config.yaml":
            raise KeyboardInterrupt
        put(path, content)

    monkeypatch.setattr(written, "_put", stopped)
    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, ADA)
    assert list((tmp_path / "secrets").iterdir()) == []


def test_password_of_another_configuration_is_not_written_over(tmp_path):
    kept(tmp_path, ADA)
    other = replace(ADA, mailbox=replace(MAILBOX, password="another"))
    files = written.free_files(tmp_path / "second.yaml", other)
    assert files == {"mailbox": "mailbox-2", "smtp": "smtp"}
    path = tmp_path / "second.yaml"
    keep(path, text(other, files=files), secrets_of(other, files))
    for name, password in (("config.yaml", MAILBOX.password), ("second.yaml", "another")):
        mailbox = load(tmp_path / name).sources["mailbox"]
        assert isinstance(mailbox, MailboxConfig)
        assert mailbox.password is not None
        assert mailbox.password.get_secret_value() == password
    with pytest.raises(WrongUseError, match="is there already"):
        keep(tmp_path / "third.yaml", "x: 1\n", {"mailbox": "a third"})


def test_only_feeds_gives_files_as_digests(tmp_path):
    answers = Answers(name="Åsa", zone="UTC", feeds=("https://example.org/a.xml",))
    loaded = load(kept(tmp_path, answers))
    assert list(loaded.channels) == ["files"]
    assert list(loaded.sources) == ["google-1"]


@pytest.mark.parametrize(
    ("take", "value", "words"),
    [
        (lambda one: answered.address("it", one), "nobody", "is not a mail address"),
        (lambda one: answered.address("it", one), "a@b\r\nBcc: c@d", "is not a mail address"),
        (answered.zone, "Berlin/Mitte", "is no time zone"),
        (answered.zone, "../../etc/passwd", "is no time zone"),
        (answered.moment, "25:00", "is no time of day"),
        (answered.feeds, "ftp://example.org/x", "is no address of a feed"),
        (answered.feeds, "https://[x", "is no address of a feed"),
        (lambda one: answered.one_line("it", one), " \x00 ", "is missing"),
        (lambda one: answered.one_line("it", one), "x" * 400, "longer than"),
        (answered.folder_of_alerts, "/nowhere/at/all", "is not a folder"),
    ],
)
def test_answer_that_cannot_be_used_says_what_to_write(take, value, words):
    with pytest.raises(WrongUseError, match=words):
        take(value)


@pytest.mark.parametrize("port", ["", "0", "70000", "x", "99999999999999999999"])
def test_port_that_is_none_is_refused(port):
    with pytest.raises(WrongUseError, match="port for mail"):
        answered.account(
            host="h.example", port=port, security="tls", user="u", password="p", what="mail"
        )


def test_address_tells_its_provider():
    assert preset_for("ada@gmail.com").key == "gmail"
    assert preset_for("ada@GMX.de").key == "gmx"
    assert preset_for("ada@example.org").key == "other"
    assert preset_for("ada@gmx.com").key == "gmx-com"
    for provider, hosts in {
        "gmail": "gmail.com googlemail.com",
        "outlook": "outlook.com outlook.de hotmail.co.uk hotmail.fr live.nl live.com.au msn.com",
        "icloud": "icloud.com me.com mac.com",
        "yahoo": "yahoo.com yahoo.co.uk yahoo.com.br ymail.com rocketmail.com",
        "gmx": "gmx.net gmx.de gmx.at gmx.ch",
        "proton": "proton.me protonmail.com pm.me",
        "fastmail": "fastmail.com fastmail.fm",
        "other": "myhotmail.com yahoo.example.org live.example outlook.com.evil.example gmail.co",
    }.items():
        for host in hosts.split():
            assert preset_for(f"ada@{host}").key == provider, host


def test_password_that_is_shown_in_groups_is_taken_with_its_blanks():
    assert tidy(PRESETS["gmail"], "abcd efgh\u00a0ijkl mnop ") == "abcdefghijklmnop"
    assert tidy(PRESETS["gmx"], " my own ") == " my own "
    assert tidy(None, "a b") == "a b"


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda one: one.key)
def test_every_provider_says_which_password_it_takes_and_where_it_is_made(preset):
    assert preset.takes.endswith(".")
    by_hand = preset.by_token or preset.key in {"proton", "other"}
    assert preset.page.startswith("https://") or by_hand
    assert all(note.endswith(".") and len(note) < 100 for note in preset.notes)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("europe/london", "Europe/London"),
        ("UTC", "UTC"),
        ("Deutschland", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
        ("Zürich", "Europe/Zurich"),
        ("england", "Europe/London"),
        ("Ireland", "Europe/Dublin"),
    ],
)
def test_city_or_country_is_enough_of_a_time_zone(typed: str, zone: str):
    with speaking("de"):
        assert answered.zone(typed) == zone


@pytest.mark.parametrize("typed", ["utc", "gmt", "GMT"])
def test_the_zone_of_no_place_is_known_in_small_letters_too(typed: str):
    assert answered.zone(typed) == typed.upper()


@pytest.mark.parametrize(
    "typed", [".", "\u0301", "World", "Welt", "utc+1", "\U0001f642", "ألمانيا"]
)
def test_what_names_no_place_gets_no_zone_and_none_is_offered(typed: str):
    with speaking("de"), pytest.raises(WrongUseError, match="schreiben Sie Ihr Land oder"):
        answered.zone(typed)


def test_country_of_many_zones_is_asked_for_a_city():
    with pytest.raises(WrongUseError, match="Australia is no time zone; write your country, or"):
        answered.zone("Australia")


def test_hour_is_enough_of_a_time_of_day():
    assert [answered.moment(one) for one in ("7", "07:00", "7.00")] == [time(7)] * 3
    assert answered.moment("23:59") == time(23, 59)


def test_city_of_two_zones_is_asked_again_with_both():
    with pytest.raises(WrongUseError, match=r"choose one of America/.*Buenos_Aires"):
        answered.zone("Buenos Aires")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda one: one.key)
def test_what_a_provider_asks_for_can_be_a_configuration(preset, tmp_path):
    servers = [one for one in (preset.imap, preset.smtp) if one]
    for server in servers:
        account = answered.account(
            host=server.host,
            port=str(server.port),
            security=server.security,
            user="ada@example.org",
            password="secret",
            what="mail",
        )
        answers = Answers(name="Ada", zone="UTC", mailbox=account)
        load(kept(tmp_path / str(server.port), answers))


def test_name_without_letters_still_has_a_key():
    assert key_of("李雷") == "me"
    assert key_of("Ada L. Lind") == "ada-l-lind"
    assert (
        key_of("Jörg Müller-Weiß")
        == key_of("Jo\u0308rg Mu\u0308ller-Weiß")
        == "joerg-mueller-weiss"
    )
    assert key_of("Søren Ångström, é") == "soeren-aangstroem-e"


def test_who_sets_up_in_german_gets_german_digests_and_refusals(tmp_path):
    path = tmp_path / "config.yaml"
    with speaking("de"):
        keep(path, text(ADA), secrets_of(ADA))
        with pytest.raises(WrongUseError, match="ist keine Zeitzone; schreiben Sie"):
            answered.zone("Mars/Olympus")
        assert spoken_preset(PRESETS["other"]).name == "Ein anderer Anbieter"
    assert load(path).language == "de"
    keep(tmp_path / "english.yaml", text(ADA), {})
    assert "language:" not in (tmp_path / "english.yaml").read_text()
