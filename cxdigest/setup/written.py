"""Write the configuration that the answers describe: commented, so that it can be changed by hand.

``text`` is pure. ``keep`` writes the file and the passwords beside it, never over what is there;
passwords stand in files of their own that nobody else may read.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.language import SOURCE, _, spoken
from cxdigest.setup.answers import Account, Answers
from cxdigest.yamlfile.writing import dump

#: Where passwords are kept, beside the configuration.
SECRETS = "secrets"
STORE = "data/cxdigest.sqlite"
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def text(answers: Answers, *, store: str = STORE, listen: str = "", public: bool = False) -> str:
    """Return the configuration that *answers* describe, as YAML.

    *store* is where everything is kept; *listen* is where pages are served, where it is not the
    usual address; *public* says that others than this machine reach it.
    """
    return "\n".join([*_opening(store), *_sources(answers), *_channels(answers), *_profile(answers),
                      *_web(listen, public=public)])  # fmt: skip


def key_of(name: str) -> str:
    """Return the key of the profile of the person *name*."""
    return _NOT_A_NAME.sub("-", name.lower()).strip("-")[:40].strip("-") or "me"


def _value(value: str) -> str:
    written = dump({"x": value})[len("x:") :].strip()
    # A value of more than a line would need the indentation of its place.
    return json.dumps(value, ensure_ascii=False) if "\n" in written else written


def _opening(store: str) -> Iterator[str]:
    yield "# The configuration of cxdigest, written by its set-up. Change what you like: it is read"
    yield "# when the program starts. docs/configuration.md has every key."
    yield ""
    if spoken() != SOURCE:  # in which the questions were answered
        yield f"language: {spoken()} # of digests and the pages behind them"
        yield ""
    yield "store:"
    yield f"  url: {_value(store)} # where everything is kept"
    yield ""


def _sources(answers: Answers) -> Iterator[str]:
    yield "# Where alerts come from."
    yield "sources:"
    if answers.mailbox:
        yield "  # Your mailbox. It is read and never changed: what is unread there stays unread."
        yield "  mailbox:"
        yield "    type: mailbox"
        yield from _login(answers.mailbox, "mailbox")
        yield f"    folder: {_value(answers.folder)}"
        yield "    # Only mails from these are read; an empty list, [], reads every mail."
        yield f"    senders: {_list(answers.senders)}"
        yield "    since: 14 # days that the first poll goes back"
        yield "    every: 15 # minutes between two looks"
    for number, feed in enumerate(answers.feeds, start=1):
        yield f"  google-{number}: # a Google Alert"
        yield "    type: feed"
        yield f"    url: {_value(feed)}"
        yield "    every: 60 # minutes; Google locks out who asks more often than every 15"
    if answers.alerts:
        yield "  saved: # a folder of saved alert mails"
        yield "    type: folder"
        yield f"    path: {_value(answers.alerts)}"
    yield ""


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(_value(one) for one in values) + "]"


def _login(account: Account, secret: str) -> Iterator[str]:
    yield f"    host: {_value(account.host)}"
    yield f"    security: {account.security}"
    yield f"    port: {account.port}"
    yield f"    user: {_value(account.user)}"
    yield f"    password_file: {SECRETS}/{secret} # holds the password and nothing else"
    if account.ca_file:
        yield f"    ca_file: {_value(account.ca_file)} # its certificate"


def _channels(answers: Answers) -> Iterator[str]:
    yield "# Where digests go."
    yield "channels:"
    if answers.sending:
        yield "  mail:"
        yield "    type: smtp"
        yield from _login(answers.sending, "smtp")
        yield f"    sender: {_value(f'cxdigest <{_sender(answers)}>')}"
    else:
        yield "  files: # open them in a browser or a mail program"
        yield "    type: folder"
        yield "    path: digests"
    yield ""


def _sender(answers: Answers) -> str:
    user = answers.sending.user if answers.sending else ""
    return user if "@" in user else answers.recipient


def _profile(answers: Answers) -> Iterator[str]:
    channel, to = ("mail", answers.recipient) if answers.sending else ("files", "me")
    yield "# Who gets a digest. More people are added here, on the page Clients, or by"
    yield "# cxdigest profile add."
    yield "profiles:"
    yield f"  {_value(key_of(answers.name))}:"
    yield f"    name: {_value(answers.name)}"
    yield f"    sources: {_list(source_names(answers))}"
    yield f"    time_zone: {_value(answers.zone)}"
    yield f'    send_at: "{answers.send_at:%H:%M}" # local time; each day, once'
    yield f"    deliver: [{{channel: {channel}, to: {_list((to,))}}}]"
    yield ""


def source_names(answers: Answers) -> tuple[str, ...]:
    """Return the names of the sources in the configuration."""
    feeds = (f"google-{number}" for number in range(1, len(answers.feeds) + 1))
    mailbox = ("mailbox",) if answers.mailbox else ()
    return (*mailbox, *feeds, *(("saved",) if answers.alerts else ()))


def _web(listen: str, *, public: bool) -> Iterator[str]:
    yield "# The console, in a browser."
    yield "web:"
    yield f'  listen: "{listen or "127.0.0.1:8080"}"'
    if public:
        yield "  # Under which address others reach it, through a proxy that holds a certificate:"
        yield "  # public_url: https://digest.example.org"
    yield ""


def secrets_of(answers: Answers) -> Mapping[str, str]:
    """Return the passwords by the names of their files."""
    accounts = {"mailbox": answers.mailbox, "smtp": answers.sending}
    return {name: one.password for name, one in accounts.items() if one}


def keep(path: Path, content: str, secrets: Mapping[str, str]) -> None:
    """Write the configuration *content* to *path*, and each of *secrets* to a file beside it.

    The configuration comes last and whole, so that it is there only once all of it is.

    Raises:
        WrongUseError: there is a configuration already, or the folder cannot be written to.
    """
    if path.exists():
        raise WrongUseError(_("{path} is there already and is not overwritten", path=path))
    folder = path.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if secrets:
            (folder / SECRETS).mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        for name, secret in secrets.items():
            _put(folder / SECRETS / name, secret + "\n", over=True)
        _put(path, content, over=False)
    except OSError as error:
        if path.exists() and isinstance(error, FileExistsError):
            raise WrongUseError(
                _("{path} is there already and is not overwritten", path=path)
            ) from error
        who = os.getuid() if hasattr(os, "getuid") else _("this user")
        raise WrongUseError(
            _(
                "{folder} cannot be written to: {strerror}; let user {who} write there: chown "
                "-R {who} {folder}",
                folder=folder,
                strerror=error.strerror,
                who=who,
            )
        ) from error


def _put(path: Path, content: str, *, over: bool) -> None:
    """Write a file at once and whole, readable by its owner alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        new.chmod(_PRIVATE_FILE)
        if over:
            new.replace(path)
        else:
            path.hardlink_to(new)  # fails where somebody else was first
    finally:
        new.unlink(missing_ok=True)
