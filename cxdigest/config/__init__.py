"""Read the configuration: a YAML file and the passwords it points to, checked as a whole.

Every problem is reported at once with its line; nothing else in cxdigest reads the environment.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cxdigest import yamlfile
from cxdigest.config import models
from cxdigest.config.channels import (
    AppriseConfig,
    ChannelConfig,
    FolderChannelConfig,
    SmtpConfig,
    WebhookConfig,
    signing_key,
)
from cxdigest.config.crosscheck import advice, references
from cxdigest.config.keys import Secret
from cxdigest.config.logins import LoginConfig
from cxdigest.config.models import (
    CoachConfig,
    Config,
    LogConfig,
    NetConfig,
    RulesConfig,
    StoreConfig,
    WorkerConfig,
)
from cxdigest.config.operations import BackupConfig, HeartbeatConfig
from cxdigest.config.people import (
    addresses_of,
    defined,
    one_person,
    people_of,
    sort_people,
    whose,
)
from cxdigest.config.problems import NO_SUCH_KEY, from_validation, problem
from cxdigest.config.profiles import DeliverConfig, ProfileConfig, WishesConfig
from cxdigest.config.shape import secrets
from cxdigest.config.sources import (
    BoardConfig,
    FeedConfig,
    FolderSourceConfig,
    MailboxConfig,
    SourceConfig,
)
from cxdigest.config.surroundings import Surroundings, is_open_to_all
from cxdigest.config.web import WebConfig
from cxdigest.errors import ConfigError, Problem
from cxdigest.language import _
from cxdigest.render.templates import brand_in
from cxdigest.yamlfile import Document

__all__ = [
    "AppriseConfig",
    "BackupConfig",
    "BoardConfig",
    "ChannelConfig",
    "CoachConfig",
    "Config",
    "DeliverConfig",
    "FeedConfig",
    "FolderChannelConfig",
    "FolderSourceConfig",
    "HeartbeatConfig",
    "LogConfig",
    "LoginConfig",
    "MailboxConfig",
    "NetConfig",
    "ProfileConfig",
    "RulesConfig",
    "Secret",
    "SmtpConfig",
    "SourceConfig",
    "StoreConfig",
    "WebConfig",
    "WebhookConfig",
    "WishesConfig",
    "WorkerConfig",
    "addresses_of",
    "defined",
    "load",
    "one_person",
    "people_of",
    "signing_key",
    "sort_people",
    "whose",
]

EXAMPLE = "config.example.yaml"


def load(path: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Return the configuration in the file at *path*.

    Passwords are looked up in *environ* (the process's own unless given) and in files; what is
    disabled needs none. Relative paths in the file begin at the file's folder.

    Raises:
        ConfigError: with every problem, in the order of the file.
    """
    content, mode = _content(path)
    document = yamlfile.load(content, str(path), secrets=secrets())
    data = _mapping(document)
    folder = path.absolute().parent
    surroundings = Surroundings(
        document=document,
        folder=folder,
        environ=os.environ if environ is None else environ,
    )
    full = surroundings.complete(data)
    problems = [*document.problems, *surroundings.problems, *references(data, document)]
    try:
        config = models.read(full, folder=folder)
    except ValidationError as error:
        problems += _unless_told(problems, from_validation(document, error))
    else:
        problems += _brands(config)
    if problems:
        raise ConfigError(_in_order(problems))
    warnings = [*surroundings.warnings, *advice(config, document), *_exposed(path, mode, document)]
    return config.loaded_from(path, _in_order(warnings))


def _brands(config: Config) -> Iterator[Problem]:
    """Yield what is wrong with the brands in folders of templates, each once."""
    folders = [one.templates for one in config.profiles.values()]
    folders += [one.templates for one in config.coaches.values()]
    for folder in dict.fromkeys(folders):
        if folder is None or not folder.is_dir():
            continue
        try:
            brand_in(folder)
        except ConfigError as error:
            yield from error.problems


def _content(path: Path) -> tuple[bytes, int]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            with path.open("rb") as stream:
                return stream.read(yamlfile.LONGEST + 1), os.fstat(stream.fileno()).st_mode
        # A pipe or a device may never end, and is empty where a command reads it again.
        what, instead = (
            _("is no ordinary file"),
            _("write what it holds to a file, and name that one"),
        )
    except FileNotFoundError:
        what, instead = (
            _("no such file"),
            _(
                "run cxdigest init (or cxdigest serve, in a browser), or copy {example} to {path}",
                example=EXAMPLE,
                path=path,
            ),
        )
    except IsADirectoryError:
        what, instead = (
            _("is a folder"),
            _("name the file in it, perhaps {value}", value=path / "config.yaml"),
        )
    except PermissionError:
        what, instead = (
            _("this user may not read it"),
            _("let the user who runs cxdigest read the file"),
        )
    except OSError as error:
        what, instead = (
            _("cannot be read: {strerror}", strerror=error.strerror),
            _("check the path"),
        )
    except ValueError:  # a NUL in the name
        what, instead = _("is not the name of a file"), _("check the path")
    raise ConfigError([Problem(where=str(path), line=0, key="", what=what, instead=instead)])


def _mapping(document: Document) -> dict[str, Any]:
    """Return the top of *document*; a section with nothing in it counts as left out."""
    if document.broken:
        raise ConfigError(document.problems)
    if document.data is None:
        what, instead = (
            _("the file is empty"),
            _("copy {example} over it and fill it in", example=EXAMPLE),
        )
    elif not isinstance(document.data, dict):
        what, instead = (
            _("the file holds no keys"),
            _('write "key: value" lines, as in {example}', example=EXAMPLE),
        )
    else:
        return {key: value for key, value in document.data.items() if value is not None}
    problem = Problem(where=document.where, line=0, key="", what=what, instead=instead)
    raise ConfigError([*document.problems, problem])


def _unless_told(told: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """Leave out what follows from a value that was misread or could not be filled in."""
    keys = {problem.key for problem in told}
    return [
        problem for problem in found if problem.key not in keys or problem.what == _(NO_SUCH_KEY)
    ]


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))


def _exposed(path: Path, mode: int, document: Document) -> Iterator[Problem]:
    """Warn of passwords in a file that everybody can read."""
    if not is_open_to_all(path, mode):
        return
    entries: list[tuple[tuple[str, ...], Any]] = [(("store",), document.data.get("store"))]
    for section in ("sources", "channels", "logins"):
        group = document.data.get(section) or {}
        entries += [((section, name), entry) for name, entry in group.items()]
    entries += [((section,), document.data.get(section)) for section in ("web", "heartbeat")]
    for at, entry in entries:
        for secret in ("password", "client_secret", "service", "metrics_token"):
            if entry and secret in entry:
                what = _(
                    "everybody on this machine can read this file and the {secret} in it",
                    secret=secret,
                )
                yield problem(document, (*at, secret), what, _("chmod 600 {path}", path=path))
