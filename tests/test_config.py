"""The configuration: every problem at once, with its line and the way out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cxdigest.config import (
    AppriseConfig,
    Config,
    MailboxConfig,
    SmtpConfig,
    WebhookConfig,
    load,
    signing_key,
)
from cxdigest.config.reference import ordered, reference, schema
from cxdigest.config.shape import SECRETS, keys_at, sections
from cxdigest.errors import ConfigError

HERE = Path(__file__).parent / "config"
ROOT = HERE.parent.parent
ENVIRON = {"GOOD": "swordfish", "EMPTY": "", "CXDIGEST_MAILBOX": "x"}
PASSWORDS = ("swordfish", "hunter", "corréct", "from the $FILE", "0123")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private copy of the fixtures, as the folder that the person is in."""
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True)
    for file in [*tmp_path.glob("*.yaml"), *(tmp_path / "secrets").iterdir()]:
        file.chmod(0o600)  # a checkout makes them readable for all
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(name: str, room: Path) -> str:
    """What loading says, as it stands in the expectation: the outcome, then a line a problem."""
    try:
        lines = ["loads:", *map(str, load(Path(name), ENVIRON).warnings)]
    except ConfigError as error:
        lines = ["refused:", *map(str, error.problems)]
    return "\n".join(lines).replace(str(room), "/here") + "\n"


@pytest.mark.parametrize("name", sorted(file.name for file in HERE.glob("*.yaml")))
def test_each_configuration_is_told_what_its_expectation_says(name: str, room: Path) -> None:
    assert told(name, room) == (room / name).with_suffix(".expect.txt").read_text()


def test_no_message_shows_a_password(room: Path) -> None:
    expectations = list(room.glob("*.expect.txt"))
    assert expectations
    for expectation in expectations:
        for password in PASSWORDS:
            assert password not in expectation.read_text(), expectation


# -- what a configuration that is right becomes


def test_the_example_works_as_it_stands_and_switches_nothing_on_that_asks_a_server() -> None:
    config = load(ROOT / "config.example.yaml", {})
    assert config.warnings == ()
    assert config.store.temporary
    assert {source.type for source in config.sources.values() if source.enabled} == {"folder"}
    assert {channel.type for channel in config.channels.values() if channel.enabled} == {"folder"}
    assert config.sources["examples"].path == ROOT / "examples" / "alerts"


def test_the_example_shows_every_key() -> None:
    lines = (ROOT / "config.example.yaml").read_text().splitlines()
    shown = _keys_by_section(lines)
    for pattern, model in sections():
        for key in model.model_fields:
            assert key in shown[pattern], f"{'.'.join((*pattern, key))} is not in the example"


def _keys_by_section(lines: list[str]) -> dict[tuple[str, ...], set[str]]:
    """Keys of the example by the place they stand in, those behind a # included."""
    shown: dict[tuple[str, ...], set[str]] = {pattern: set() for pattern, _ in sections()}
    path: list[tuple[int, str]] = []
    kinds: dict[tuple[str, str], str] = {}
    for line in lines:
        # What stands behind a # is a key too: all of it but the # itself.
        plain = re.sub(r"^(\s*)# (?=\s*(?:- )?[a-z_]+:(?: |$))", r"\1", line)
        found = re.fullmatch(r"(\s*)(- )?([a-z_-]+):(?: (.*))?", plain)
        if not found:
            continue
        indent = len(found[1]) + len(found[2] or "")
        path = [*(step for step in path if step[0] < indent), (indent, found[3])]
        steps = tuple(step for _, step in path)
        if len(steps) == 3 and found[3] == "type":
            kinds[steps[0], steps[1]] = found[4]
        tail = (kinds[steps[0], steps[1]],) if (steps[0], *steps[1:2]) in kinds else ()
        if len(steps) == 3 and steps[0] in ("sources", "channels"):
            shown[steps[0], "*", *tail].add(steps[2])
        elif len(steps) == 3:
            shown[steps[:2] if steps[:2] in shown else (steps[0], "*")].add(steps[2])
        elif len(steps) == 4:
            group = (steps[0], "*", steps[2])
            shown[group if group in shown else (*group, "*")].add(steps[3])
        elif len(steps) < 3 and steps[:-1] in shown:
            shown[steps[:-1]].add(steps[-1])
    return shown


def test_times_zones_days_networks_and_paths_arrive_as_such(room: Path) -> None:
    (room / "mine.yaml").write_text(
        (room / "smallest.yaml").read_text()
        + '    send_at: "7:05"\n    days: [sat, mon]\n    lookback: 2\n'
        + 'net: {allow: ["10.0.0.0/8", "fd00::/8"], pace: 0.5}\nworker: {wake: 5}\n'
    )
    config = load(Path("mine.yaml"), {})
    me = config.profiles["me"]
    assert (me.send_at, me.time_zone) == (time(7, 5), ZoneInfo("Europe/Berlin"))
    assert (me.days, me.lookback) == (frozenset({0, 5}), timedelta(days=2))  # Monday is 0
    assert config.net.allow == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert config.net.pace == timedelta(milliseconds=500)
    assert config.worker.wake == timedelta(seconds=5)
    assert config.sources["alerts"].path == room / "alerts"
    assert config.path == Path("mine.yaml")


def test_the_smallest_configuration_has_sensible_values_for_all_the_rest(room: Path) -> None:
    config = load(Path("smallest.yaml"), {})
    assert config.store.url == config.store.address == str(room / "data" / "cxdigest.sqlite")
    assert not config.store.temporary
    assert config.profiles["me"].days == frozenset(range(7))
    assert config.profiles["me"].send_at == time(7)
    assert config.net.deadline == timedelta(seconds=30)
    assert config.rules.packs == ()
    assert config.log.level == "info"


@pytest.mark.parametrize(
    ("kind", "security", "port"),
    [
        ("mailbox", "tls", 993),
        ("mailbox", "starttls", 143),
        ("mailbox", "none", 143),
        ("smtp", "tls", 465),
        ("smtp", "starttls", 587),
        ("smtp", "none", 25),
    ],
)
def test_the_port_follows_from_the_security(
    kind: str, security: str, port: int, room: Path
) -> None:
    keys = {"type": kind, "enabled": "false", "host": "x.example", "security": security}
    keys["user" if kind == "mailbox" else "sender"] = "ada@example.org"
    text = "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"
    section = "sources" if kind == "mailbox" else "channels"
    smallest = (room / "smallest.yaml").read_text()
    (room / "mine.yaml").write_text(smallest.replace(f"{section}:\n", f"{section}:\n  x: {text}\n"))
    config = load(Path("mine.yaml"), {})
    assert (config.sources if kind == "mailbox" else config.channels)["x"].port == port


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ('":temporary:"', ":temporary:"),
        ("data/x.sqlite", "{room}/data/x.sqlite"),
        ("sqlite:///data/x.sqlite", "{room}/data/x.sqlite"),
        ("sqlite:////srv/x.sqlite", "/srv/x.sqlite"),
        ("/srv/x.sqlite", "/srv/x.sqlite"),
        ("~/x.sqlite", "/home/ada/x.sqlite"),
        ("postgresql://ada@db.example/x", "postgresql://ada@db.example/x"),
        ("postgres://ada@db.example:5433/x", "postgresql://ada@db.example:5433/x"),
        (
            "postgresql://ada@/x?host=/run/postgresql",
            "postgresql://ada@/x?host=/run/postgresql",
        ),
        (
            "postgresql+psycopg://db.example/x?sslmode=require",
            "postgresql://db.example/x?sslmode=require",
        ),
    ],
)
def test_the_store_is_a_temporary_one_a_file_or_a_server(
    said: str, url: str, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    smallest = (room / "smallest.yaml").read_text()
    (room / "mine.yaml").write_text(f"{smallest}store: {{url: {said}}}\n")
    assert load(Path("mine.yaml"), {}).store.url == url.format(room=room)


def test_senders_are_addresses_or_hosts_in_small_letters(room: Path) -> None:
    text = (room / "passwords-well-kept.yaml").read_text()
    keys = "user: ada, password_env: GOOD"
    (room / "mine.yaml").write_text(
        text.replace(keys, keys + ", senders: [A@B.example, '@Jobs.Example']")
    )
    source = load(Path("mine.yaml"), ENVIRON).sources["a"]
    assert isinstance(source, MailboxConfig)
    assert source.senders == ("a@b.example", "jobs.example")


def test_a_merged_profile_has_what_it_says_itself_and_the_rest_of_the_other(room: Path) -> None:
    profiles = load(Path("anchors.yaml"), {}).profiles
    assert [profile.name for profile in profiles.values()] == ["Ada", "Ben", "Cleo"]
    assert profiles["ben"].deliver == profiles["ada"].deliver == profiles["cleo"].deliver
    assert (profiles["ben"].send_at, profiles["cleo"].send_at) == (time(7), time(8, 15))


def test_a_configuration_cannot_be_changed_once_loaded(room: Path) -> None:
    config = load(Path("smallest.yaml"), {})
    with pytest.raises(ValueError, match="frozen"):
        config.profiles["me"].name = "Eve"  # type: ignore[misc]


# -- passwords


def test_a_password_arrives_whichever_way_it_is_given(room: Path) -> None:
    config = load(Path("passwords-well-kept.yaml"), ENVIRON)
    assert _password(config, "a") == "swordfish"
    assert _password(config, "b") == "corréct horse / staple"  # without the file's line break
    assert _password(config, "c") == "from the $FILE itself"
    assert _password(config, "d") is None  # disabled; its file is not there
    channel = config.channels["mail"]
    assert isinstance(channel, SmtpConfig)
    assert channel.password is not None
    assert channel.password.get_secret_value() == "corréct horse / staple"
    assert config.store.address == (
        "postgresql://cxdigest:corr%C3%A9ct%20horse%20%2F%20staple@db.example/cxdigest"
    )


def _password(config: Config, name: str) -> str | None:
    source = config.sources[name]
    assert isinstance(source, MailboxConfig)
    return source.password.get_secret_value() if source.password else None


def test_a_configuration_never_shows_its_passwords(room: Path) -> None:
    config = load(Path("passwords-well-kept.yaml"), ENVIRON)
    for shown in (repr(config), str(config), str(config.model_dump())):
        for password in PASSWORDS:
            assert password not in shown
    assert "hunter2" not in repr(load(Path("unwise.yaml"), ENVIRON))


def test_passwords_come_from_the_process_unless_another_environment_is_given(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOD", "sturgeon")
    assert _password(load(Path("passwords-well-kept.yaml")), "a") == "sturgeon"


def test_files_with_passwords_that_everybody_can_read_are_warned_of(room: Path) -> None:
    (room / "secrets" / "good").chmod(0o644)
    (room / "passwords-well-kept.yaml").chmod(0o604)
    said = "\n".join(map(str, load(Path("passwords-well-kept.yaml"), ENVIRON).warnings))
    secret = room / "secrets" / "good"
    what = f"everybody on this machine can read {secret}; chmod 600 {secret}"
    assert said.splitlines() == [
        f"passwords-well-kept.yaml:1: store.password_file: {what}",
        f"passwords-well-kept.yaml:4: sources.b.password_file: {what}",
        (
            "passwords-well-kept.yaml:5: sources.c.password: everybody on this machine can read this "
            "file and the password in it; chmod 600 passwords-well-kept.yaml"
        ),
        f"passwords-well-kept.yaml:8: channels.mail.password_file: {what}",
    ]


# -- files that cannot be read at all


def test_a_missing_file_says_where_to_begin(room: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path("config.yaml"), {})
    assert str(caught.value) == (
        "config.yaml: no such file; run cxdigest init (or cxdigest serve, in a browser), or copy config.example.yaml to config.yaml"
    )


def test_a_pipe_or_a_device_is_refused_at_once_as_the_configuration(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ConfigError, match="is no ordinary file; write what it holds to a file"):
            load(path)


def test_a_folder_says_which_file_to_name(room: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path("secrets"), {})
    assert str(caught.value) == (
        "secrets: is a folder; name the file in it, perhaps secrets/config.yaml"
    )


def test_a_name_that_is_no_path_is_told_so(room: Path) -> None:
    for name in ("a\0b", "smallest.yaml/below", "x" * 300):
        with pytest.raises(ConfigError, match=r"check the path|no such file|not the name"):
            load(Path(name), {})


def test_an_enormous_file_is_not_read(room: Path) -> None:
    with (room / "huge.yaml").open("wb") as stream:
        stream.truncate(200_000_000)  # a hole: takes no room
    with pytest.raises(ConfigError) as caught:
        load(Path("huge.yaml"), {})
    assert str(caught.value) == "huge.yaml: is larger than 10,000,000 bytes; is it the right file?"


@pytest.mark.skipif(os.name == "nt", reason="no POSIX permissions on this system")
def test_a_file_that_may_not_be_read_is_told_so(room: Path) -> None:
    (room / "smallest.yaml").chmod(0)
    # Root may read everything, so the question is asked by somebody else.
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from cxdigest.config import load\n"
        "from cxdigest.errors import ConfigError\n"
        "os.getuid() or os.setuid(65534)\n"
        "try:\n    load(Path('smallest.yaml'), {})\n"
        "except ConfigError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        "smallest.yaml: this user may not read it; let the user who runs cxdigest read the file\n"
    )


# -- nothing that a person writes makes it fall over


WEIRD = (
    "", "~", "[]", "{}", "[[]]", "[~]", "{a: b}", '""', "0", "-1.5", "true", "x", '"a\\nb"', '"${X}"',
    "[1, x]", "[{}]", "99999999999999999999", '"https://["', '"postgresql://["', '"://"', "no",
)  # fmt: skip


@pytest.mark.parametrize("weird", WEIRD)
def test_any_value_at_any_key_is_taken_or_told(weird: str, room: Path) -> None:
    for pattern, model in sections():
        for key in model.model_fields:
            (room / "weird.yaml").write_text(_everything({(*pattern, key): weird}))
            try:
                load(Path("weird.yaml"), {})
            except ConfigError as error:
                for problem in error.problems:
                    assert problem.line, str(problem)
                    assert problem.what, str(problem)
                    assert problem.instead, str(problem)


def _everything(changed: dict[tuple[str, ...], str]) -> str:
    """A small right configuration in flow style, with some values changed."""
    values = {
        ("sources", "*", "folder", "path"): "alerts",
        ("sources", "*", "feed", "url"): "https://alerts.example/feed",
        ("sources", "*", "board", "board"): "lever",
        ("sources", "*", "board", "token"): "acme",
        ("sources", "*", "mailbox", "host"): "imap.example.org",
        ("sources", "*", "mailbox", "user"): "ada",
        ("sources", "*", "mailbox", "enabled"): "false",
        ("channels", "*", "folder", "path"): "out",
        ("channels", "*", "smtp", "host"): "smtp.example.org",
        ("channels", "*", "smtp", "sender"): "ada@example.org",
        ("logins", "*", "provider"): "microsoft",
        ("logins", "*", "client_id"): "an-app",
        ("logins", "*", "token_file"): "token",
        ("profiles", "*", "name"): "Ada",
        ("profiles", "*", "sources"): "[folder]",
        ("profiles", "*", "time_zone"): "Europe/Berlin",
        ("profiles", "*", "deliver"): "[{channel: folder, to: [ada@example.org]}]",
        ("profiles", "*", "coach"): "me",
        ("coaches", "*", "name"): "Berta",
        ("coaches", "*", "time_zone"): "Europe/Berlin",
        ("coaches", "*", "deliver"): "[{channel: folder, to: [berta@example.org]}]",
        **changed,
    }
    lines = []
    for section in (
        "store", "net", "sources", "channels", "logins", "profiles", "coaches", "rules", "worker",
        "log", "heartbeat", "backup",
    ):  # fmt: skip
        if (section,) in changed:
            lines.append(f"{section}: {changed[section,]}")
            continue
        lines.append(f"{section}:")
        own = {at: value for at, value in values.items() if at[0] == section}
        if section in ("sources", "channels"):
            for kind in dict.fromkeys(at[2] for at in own):
                keys = {at[3]: value for at, value in own.items() if at[2] == kind}
                lines.append(f"  {kind}: {_flow({'type': kind, **keys})}")
        elif section == "logins":
            lines.append(f"  one: {_flow({at[2]: value for at, value in own.items()})}")
        elif section in ("profiles", "coaches"):
            deliver = {at[4]: value for at, value in own.items() if len(at) == 5}
            keys = {at[2]: value for at, value in own.items() if len(at) == 3}
            if deliver:
                keys["deliver"] = f"[{_flow({'channel': 'folder', 'to': '[a]', **deliver})}]"
            if review := {at[3]: value for at, value in own.items() if len(at) == 4}:
                keys["review"] = _flow(review)
            lines.append(f"  me: {_flow(keys)}")
        elif own:
            lines.append(f"  {{{', '.join(f'{at[1]}: {value}' for at, value in own.items())}}}")
    return "\n".join(lines) + "\n"


def _flow(keys: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


# -- what is written about it


def test_the_reference_on_the_page_is_the_one_the_models_give() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert page.partition("# Reference\n\n")[2].strip() == reference().strip()


def test_every_key_is_explained_in_a_whole_sentence() -> None:
    for pattern, model in sections():
        for key, field in ordered(model):
            where = ".".join((*pattern, key))
            assert field.description, where
            assert field.description.endswith((".", "?")), where
            assert field.description[0].isupper(), where


def test_the_page_shows_the_messages_that_the_program_gives() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert (HERE / "five-mistakes.yaml").read_text().strip() in page
    assert (HERE / "five-mistakes.expect.txt").read_text().removeprefix(
        "refused:\n"
    ).strip() in page


def test_five_mistakes_are_five_messages() -> None:
    lines = (HERE / "five-mistakes.expect.txt").read_text().splitlines()
    assert len(lines) == 1 + 5


def test_the_schema_for_editors_knows_every_key_and_no_null() -> None:
    made = schema()
    for pattern, model in sections():
        part = made["$defs"][model.__name__] if pattern else made
        assert set(part["properties"]) == set(model.model_fields)
        assert part["additionalProperties"] is False
    assert "null" not in str(made)


def test_every_secret_key_is_known_as_one() -> None:
    assert {"password", "client_secret", "service"} == SECRETS
    assert "password" in keys_at(("channels", "any", "smtp"))


# -- the pages, and what is sent elsewhere than by mail


def test_the_pages_have_an_address_to_listen_at_and_one_by_which_they_are_found(room: Path) -> None:
    config = load(Path("web.yaml"), {})
    assert config.web is not None
    assert config.web.address == ("::1", 8080)
    assert config.public_url == "https://digest.example.org"


@pytest.mark.parametrize(
    "web", ["", "web: {}\n", "web: {enabled: false, public_url: https://x.example}\n"]
)
def test_there_is_no_public_address_where_none_is_given_or_nothing_is_served(
    web: str, room: Path
) -> None:
    (room / "mine.yaml").write_text((room / "smallest.yaml").read_text() + web)
    assert load(Path("mine.yaml"), {}).public_url == ""


def test_the_pages_may_be_found_in_clear_on_this_machine_alone(room: Path) -> None:
    for host in ("localhost:8080", "127.0.0.1:8080", "[::1]:8080"):
        (room / "mine.yaml").write_text(
            (room / "smallest.yaml").read_text() + f'web: {{public_url: "http://{host}"}}\n'
        )
        assert load(Path("mine.yaml"), {}).public_url == f"http://{host}"


def test_the_secret_of_a_webhook_and_the_address_of_a_service_arrive_and_are_never_shown(
    room: Path,
) -> None:
    text = (room / "smallest.yaml").read_text()
    secret = "whsec_" + "c3dvcmRmaXNo" * 4  # swordfish, over and over
    (room / "mine.yaml").write_text(
        text.replace(
            "channels:\n",
            "channels:\n"
            f"  hook: {{type: webhook, url: 'https://x.example/hunter2', password: {secret}}}\n"
            "  word: {type: apprise, service_env: GOOD}\n",
        )
    )
    (room / "mine.yaml").chmod(0o600)
    config = load(Path("mine.yaml"), ENVIRON)
    hook, word = config.channels["hook"], config.channels["word"]
    assert isinstance(hook, WebhookConfig)
    assert isinstance(word, AppriseConfig)
    assert hook.password is not None
    assert word.service is not None
    assert signing_key(hook.password.get_secret_value()) == b"swordfish" * 4
    assert word.service.get_secret_value() == "swordfish"
    for shown in (repr(config), str(config), str(config.model_dump())):
        assert secret not in shown
        assert "swordfish" not in shown
    assert "hunter2" not in repr(config)


def test_an_address_of_a_service_that_everybody_can_read_is_warned_of(room: Path) -> None:
    text = (room / "smallest.yaml").read_text()
    (room / "mine.yaml").write_text(
        text.replace("channels:\n", "channels:\n  word: {type: apprise, service: ntfy://hunter2}\n")
    )
    (room / "mine.yaml").chmod(0o604)
    (warning,) = load(Path("mine.yaml"), {}).warnings
    assert warning.key == "channels.word.service"
    assert warning.what == "everybody on this machine can read this file and the service in it"
