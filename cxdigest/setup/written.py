"""Write the configuration that the answers describe: commented, so that it can be changed by hand.

``text`` is pure. ``keep`` writes the file and the passwords beside it, never over what is there;
passwords stand in files of their own that nobody else may read.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.language import SOURCE, _, spoken
from cxdigest.setup.answers import Account, Answers
from cxdigest.text import key_of as plain_key
from cxdigest.yamlfile.writing import dump

#: Where passwords are kept, beside the configuration.
SECRETS = "secrets"
STORE = "data/cxdigest.sqlite"
#: What the login by a token is called.
LOGIN = "outlook"
_FILES = {"mailbox": "mailbox", "smtp": "smtp"}
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700


def text(
    answers: Answers,
    *,
    store: str = STORE,
    listen: str = "",
    public: bool = False,
    files: Mapping[str, str] = _FILES,
) -> str:
    """Return the configuration that *answers* describe, as YAML.

    *store* is where everything is kept; *listen* is where pages are served, where it is not the
    usual address; *public* says that others than this machine reach it; *files* are ``free_files``.
    """
    return "\n".join([*_opening(store), *_logins(answers), *_sources(answers, files),
                      *_channels(answers, files), *_profile(answers),
                      *_web(listen, public=public)])  # fmt: skip


def free_files(path: Path, answers: Answers) -> Mapping[str, str]:
    """Return the names of files for passwords beside *path* at which no other password lies.

    Another configuration in the same folder may name those that are there.
    """
    return {what: _free(path.absolute().parent / SECRETS, what, password)
            for what, password in _passwords(answers)}  # fmt: skip


def _free(folder: Path, what: str, password: str) -> str:
    names = (what, *(f"{what}-{number}" for number in range(2, 1000)))
    return next(one for one in names if _is_free(folder / one, password))


def _is_free(path: Path, password: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == password + "\n"
    except FileNotFoundError:
        return True
    except (OSError, UnicodeDecodeError):
        return False


def key_of(name: str) -> str:
    """Return the key of the profile of the person *name*."""
    return plain_key(name) or "me"


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


def _logins(answers: Answers) -> Iterator[str]:
    """Declare the one login by a token that there can be: the mailbox's, which may send as well."""
    known = (one.client_id for one in (answers.mailbox, answers.sending) if one)
    if client_id := next(filter(None, known), ""):
        yield f"# What logs in without a password. Once: cxdigest authorise {LOGIN}"
        yield "logins:"
        yield f"  {LOGIN}:"
        yield "    provider: microsoft"
        yield f"    client_id: {_value(client_id)}"
        yield f"    token_file: {SECRETS}/{LOGIN}-token"
        yield ""


def _sources(answers: Answers, files: Mapping[str, str]) -> Iterator[str]:
    yield "# Where alerts come from."
    yield "sources:"
    if answers.mailbox:
        yield "  # Your mailbox. It is read and never changed: what is unread there stays unread."
        yield "  mailbox:"
        yield "    type: mailbox"
        yield from _login(answers.mailbox, files.get("mailbox", ""))
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
    if account.client_id:
        yield f"    login: {LOGIN}"
    else:
        yield f"    password_file: {SECRETS}/{secret} # holds the password and nothing else"
    if account.ca_file:
        yield f"    ca_file: {_value(account.ca_file)} # its certificate"


def _channels(answers: Answers, files: Mapping[str, str]) -> Iterator[str]:
    yield "# Where digests go."
    yield "channels:"
    if answers.sending:
        yield "  mail:"
        yield "    type: smtp"
        yield from _login(answers.sending, files.get("smtp", ""))
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


def secrets_of(answers: Answers, files: Mapping[str, str] = _FILES) -> Mapping[str, str]:
    """Return the passwords by the names of their files, which are ``free_files``."""
    return {files[what]: password for what, password in _passwords(answers)}


def _passwords(answers: Answers) -> Iterator[tuple[str, str]]:
    accounts = {"mailbox": answers.mailbox, "smtp": answers.sending}
    return ((what, one.password) for what, one in accounts.items() if one and one.password)


def keep(path: Path, content: str, secrets: Mapping[str, str]) -> None:
    """Write the configuration *content* to *path*, and each of *secrets* to a file beside it.

    The configuration comes last and whole, so that it is there only once all of it is. Nothing that
    is there is written over; where it cannot be done, or is broken off, what was begun is removed.

    Raises:
        WrongUseError: there is a configuration already, or the folder cannot be written to.
    """
    if path.exists():
        raise WrongUseError(_("{path} is there already and is not overwritten", path=path))
    folder = path.absolute().parent
    begun: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if secrets:
            (folder / SECRETS).mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        for name, secret in secrets.items():
            _put_secret(folder / SECRETS / name, secret, begun)
        _put(path, content)
    except OSError as error:
        _take_back(begun)
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
    except BaseException:
        _take_back(begun)
        raise


def _put_secret(path: Path, secret: str, begun: list[Path]) -> None:
    if path.exists() and _is_free(path, secret):
        path.chmod(_PRIVATE_FILE)
        return
    _put(path, secret + "\n")
    begun.append(path)


def _take_back(begun: Iterable[Path]) -> None:
    for path in begun:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _put(path: Path, content: str) -> None:
    """Write a file at once and whole, readable by its owner alone.

    Raises:
        WrongUseError: there is one already.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        new.chmod(_PRIVATE_FILE)
        try:
            path.hardlink_to(new)
        except FileExistsError as error:  # somebody else was first
            raise WrongUseError(f"{path} is there already and is not overwritten") from error
    finally:
        new.unlink(missing_ok=True)
