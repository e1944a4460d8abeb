"""What a configuration takes from its surroundings: passwords, and files that must be there.

Works on the plain data before it becomes models, so that its problems stand beside all others.
The only module that opens files that the configuration names.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxdigest.config import problems
from cxdigest.config.keys import Keys, Secret
from cxdigest.config.plugged import Section, models
from cxdigest.config.shape import keys_at
from cxdigest.config.wording import nearest
from cxdigest.errors import Problem
from cxdigest.language import _
from cxdigest.yamlfile import Document
from cxdigest.yamlfile import Path as KeyPath

#: What each type keeps secret, and how its keys begin.
_SECRET_OF = {
    "mailbox": "password",
    "smtp": "password",
    "webhook": "password",
    "apprise": "service",
}
_SECRET_OF_SECTION = {"web": "metrics_token", "heartbeat": "url"}
_LARGEST = 65_536  #: bytes of a password file; a token of an identity provider has a few thousand
_NEEDS_SECRET = ("mailbox", "webhook", "apprise")


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """Where the values come from that do not stand in the file."""

    document: Document
    folder: Path  #: relative paths begin here
    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def complete(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return *data* with every password in its place; what fails is added to ``problems``."""
        self._refuse_placeholders(data, ())
        self._find_packs(data)
        full = dict(data)
        if isinstance(data.get("store"), dict):
            self._check_store(data["store"])
            full["store"] = self._with_secret(data["store"], ("store",), "password")
        for section, secret in _SECRET_OF_SECTION.items():
            if isinstance(data.get(section), dict):
                full[section] = self._with_secret(data[section], (section,), secret)
        for section in ("sources", "channels"):
            if isinstance(data.get(section), dict):
                full[section] = {
                    name: self._entry(entry, (section, name))
                    for name, entry in data[section].items()
                }
        if isinstance(data.get("logins"), dict):
            full["logins"] = {
                name: self._with_secret(entry, ("logins", name), "client_secret")
                if isinstance(entry, dict)
                else entry
                for name, entry in data["logins"].items()
            }
        return full

    def _entry(self, entry: Any, path: KeyPath) -> Any:  # noqa: ANN401 - whatever stands there
        kind = entry.get("type") if isinstance(entry, dict) else None
        secret = _secret_of(path, kind) if isinstance(kind, str) else ""
        if not secret:
            return entry
        ways = _ways(secret)
        if entry.get("enabled") is False:
            return {key: value for key, value in entry.items() if key not in ways}
        self._find(entry.get("ca_file"), (*path, "ca_file"), _("file of certificates"))
        self._need_login(entry, path)
        return self._with_secret(entry, path, secret)

    def _need_login(self, entry: dict[str, Any], path: KeyPath) -> None:
        kind, secret = entry["type"], _secret_of(path, entry["type"])
        needed = _needs_secret(path, kind)
        given = [way for way in _ways(secret) if way in entry]
        if "login" in entry:
            self._check_token(entry, path, given)
            return
        unknown = set(entry) - set(keys_at((*path, kind)))
        if any(nearest(key, _ways(secret)) for key in unknown):
            return  # a password, misspelt; it is named as an unknown key
        if not given and ("user" in entry or needed):
            what = _("a {secret} is missing", secret=secret)
            self._problem(
                path, what, _("write {secret}_file, {secret}_env or {secret}", secret=secret)
            )
        if given and "user" not in entry and not needed and "user" in keys_at((*path, kind)):
            self._problem(
                (*path, given[0]), _("a password without a user"), _("write user: as well")
            )

    def _check_token(self, entry: dict[str, Any], path: KeyPath, given: list[str]) -> None:
        if given:
            what = _("a login is given as well")
            self._problem((*path, given[0]), what, _("keep one of the two"))
        elif "user" not in entry and not _needs_secret(path, entry["type"]):
            self._problem((*path, "login"), _("a login without a user"), _("write user: as well"))

    def _check_store(self, store: dict[str, Any]) -> None:
        given = [way for way in _ways("password") if way in store]
        url = str(store.get("url", ""))
        user, _at, _host = url.partition("://")[2].rpartition("@")
        if not given:
            return
        if not url.startswith("postgres"):
            self._problem(
                ("store", given[0]), _("only PostgreSQL has a password"), _("remove the key")
            )
        elif ":" in user:
            what = _("the address holds a password as well")
            self._problem(("store", given[0]), what, _("take it out of store.url"))
        elif not user:
            what = _("a password without a user")
            self._problem(
                ("store", given[0]), what, _("write the user into store.url: //user@host/…")
            )

    def _with_secret(self, entry: dict[str, Any], path: KeyPath, secret: str) -> dict[str, Any]:
        given = [way for way in _ways(secret) if way in entry]
        if len(given) > 1:
            self._problem(
                (*path, given[1]),
                _("{given} is given as well", given=given[0]),
                _("keep one of the two"),
            )
            return entry
        if not given or not isinstance(entry[given[0]], str):
            return entry
        value = self._resolve(given[0], entry[given[0]], (*path, given[0]))
        return {**entry, secret: value} if value is not None else entry

    def _resolve(self, way: str, said: str, path: KeyPath) -> str | None:
        if way.endswith("_env"):
            return self._from_environment(said, path)
        if way.endswith("_file"):
            return self._from_file(said, path)
        if not said:
            self._problem(path, _("is empty"), _("write the {way}, or remove the key", way=way))
        return said

    def _from_environment(self, name: str, path: KeyPath) -> str | None:
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            bare = re.fullmatch(r"\$\{?([A-Za-z_]\w*)\}?", name, re.ASCII)
            what = _("is not the name of a variable")
            instead = (
                _("write {bare} alone", bare=bare[1])
                if bare
                else _("write the name alone; not the password")
            )
            self._problem(path, what, instead)
        elif name not in self.environ:
            near = nearest(name, [known for known in self.environ if "CXDIGEST" in known.upper()])
            hint = (
                _('did you mean "{near}"?', near=near)
                if near
                else _("set it, or use password_file")
            )
            self._problem(path, _("the environment has no variable {name}", name=name), hint)
        elif not self.environ[name]:
            self._problem(
                path, _("the variable {name} is empty", name=name), _("set it to the password")
            )
        else:
            return self.environ[name].rstrip("\r\n")
        return None

    def _from_file(self, said: str, path: KeyPath) -> str | None:
        file = self.folder / Path(said).expanduser()
        if not self._find(said, path, "file"):
            return None
        try:
            with file.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
                mode = os.fstat(stream.fileno()).st_mode
            secret = content.decode().rstrip("\r\n")
        except OSError as error:
            self._problem(
                path,
                _("cannot be read: {strerror}", strerror=error.strerror),
                _("let this user read {file}", file=file),
            )
            return None
        except UnicodeDecodeError:
            self._problem(
                path, _("{file} is not UTF-8 text", file=file), _("save the password as plain text")
            )
            return None
        if not secret or "\n" in secret or len(content) > _LARGEST:
            what = (
                _("{file} is empty", file=file)
                if not secret
                else _("{file} holds more than one line", file=file)
            )
            self._problem(path, what, _("put the password into it and nothing else"))
            return None
        if is_open_to_all(file, mode):
            self._warn(
                path,
                _("everybody on this machine can read {file}", file=file),
                _("chmod 600 {file}", file=file),
            )
        return secret

    def _find(self, said: object, path: KeyPath, what: str) -> bool:
        """Tell whether the named file is there; what is not a path is the models' affair."""
        if not isinstance(said, str) or not said:
            return False
        file = self.folder / Path(said).expanduser()
        if file.is_file():
            return True
        wrong = (
            _("{said} is a folder", said=said)
            if file.is_dir()
            else _("no such {what}: {said}", what=what, said=said)
        )
        self._problem(path, wrong, _("relative paths begin at {folder}", folder=self.folder))
        return False

    def _find_packs(self, data: dict[str, Any]) -> None:
        rules = data.get("rules")
        packs = rules.get("packs") if isinstance(rules, dict) else None
        for index, pack in enumerate(packs if isinstance(packs, list) else []):
            self._find(pack, ("rules", "packs", index), "pack")
        for section in ("profiles", "coaches"):
            entries = data.get(section)
            for name, entry in entries.items() if isinstance(entries, dict) else ():
                if isinstance(entry, dict):
                    self._find_own(entry, (section, name))

    def _find_own(self, entry: dict[str, Any], path: KeyPath) -> None:
        packs = entry.get("packs")
        for index, pack in enumerate(packs if isinstance(packs, list) else []):
            self._find(pack, (*path, "packs", index), "pack")
        said = entry.get("templates")
        if not isinstance(said, str) or not said:
            return
        folder = self.folder / Path(said).expanduser()
        if not folder.is_dir():
            what = (
                _("{said} is a file", said=said)
                if folder.is_file()
                else _("no such folder: {said}", said=said)
            )
            instead = _("relative paths begin at {folder}", folder=self.folder)
            self._problem((*path, "templates"), what, instead)

    def _refuse_placeholders(self, value: object, path: KeyPath) -> None:
        for found, name in _placeholders(value, path):
            key = str(found[-1])
            way = key if key.endswith(("_env", "_file")) else f"{key}_env"
            secret = key in _SECRET_OF.values()
            instead = (
                _("write {way}: {name}", way=way, name=name)
                if secret
                else _("write the value itself")
            )
            if key not in ("password_env", "service_env"):  # its own message says it better
                self._problem(found, _("${…} is not filled in from the environment"), instead)

    def _problem(self, path: KeyPath, what: str, instead: str) -> None:
        self.problems.append(problems.problem(self.document, path, what, instead))

    def _warn(self, path: KeyPath, what: str, instead: str) -> None:
        self.warnings.append(problems.problem(self.document, path, what, instead))


def _secret_of(path: KeyPath, kind: str) -> str:
    """Return the key that the entry of type *kind* at *path* keeps secret; ``""``: none."""
    model = _plugged(path, kind)
    return "password" if model and issubclass(model, Secret) else _SECRET_OF.get(kind, "")


def _needs_secret(path: KeyPath, kind: str) -> bool:
    model = _plugged(path, kind)
    return kind in _NEEDS_SECRET or bool(getattr(model, "needs_password", False))


def _plugged(path: KeyPath, kind: str) -> type[Keys] | None:
    section: Section = "sources" if path[0] == "sources" else "channels"
    return models(section).get(kind)


def _ways(secret: str) -> tuple[str, str, str]:
    return secret, f"{secret}_env", f"{secret}_file"


def is_open_to_all(file: Path, mode: int) -> bool:
    """Tell whether *file* with *mode* can be read by people it does not concern."""
    # Container engines mount secrets readable for all in here; nobody else is inside.
    if os.name == "nt" or file.is_relative_to("/run/secrets"):
        return False
    return bool(mode & stat.S_IROTH)


def _placeholders(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _placeholders(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _placeholders(item, (*path, index))
    elif isinstance(value, str) and (found := re.search(r"\$\{(\w+)\}", value)):
        yield path, found[1]
