"""``cxdigest import feeds``: the feeds of an OPML file as sources for the configuration."""

from __future__ import annotations

import json as jsonlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from cxdigest import yamlfile
from cxdigest.cli.terminal.progress import say
from cxdigest.config import Config, FeedConfig, load
from cxdigest.config.grown import block, with_sources
from cxdigest.errors import AlertError, ConfigError, WrongUseError
from cxdigest.extract.feeds.opml import LARGEST, Outline, read_opml
from cxdigest.language import _, ngettext
from cxdigest.model import Json
from cxdigest.text import host_of, printable

_LONGEST = 40  #: letters of a name
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_ALERT = re.compile(r"^google alert\s*[-:–]\s*", re.IGNORECASE)  # noqa: RUF001 - as readers write it
_LOGIN = re.compile(r"//[^/?#\s]*@")
_ANY_LOGIN = re.compile(r"//.*@")
_GOOGLE = re.compile(r"(?:^|\.)google(?:\.[a-z]{2,3}){1,2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of one outline."""

    outline: Outline
    name: str  #: of the source; empty where it is refused
    state: str  #: ``new``, ``known`` or ``refused``
    what: str  #: a word on it


def run(config: Path, file: Path, *, write: bool, json: bool) -> int:
    """Show what the feeds in *file* would be as sources; with *write*, add them to *config*.

    Raises:
        WrongUseError: the file cannot be read, or the configuration cannot be added to.
    """
    settings = load(config)
    lines = look(_read(file), settings)
    fresh = {
        one.name: {"#": _beside(one.outline.title), "type": "feed", "url": one.outline.url}
        for one in lines
        if one.state == "new"
    }
    if write and fresh:
        _write(config, fresh)
    if json:
        for one in lines:
            print(jsonlib.dumps(_record(one, written=write)))
    else:
        _show(lines, fresh, config, write=write)
    return 1 if any(one.state == "refused" for one in lines) else 0


def _read(file: Path) -> list[Outline]:
    if file.exists() and not file.is_file():
        raise WrongUseError(_("{file} is no file", file=file))
    try:
        with file.open("rb") as stream:
            found = read_opml(stream.read(LARGEST + 1))
    except OSError as error:
        raise WrongUseError(f"{file}: {error.strerror}") from error
    except AlertError as error:
        raise WrongUseError(f"{file}: {error}") from error
    if not found:
        raise WrongUseError(_("{file}: no feeds are in it; export them again, as OPML", file=file))
    return found


def look(outlines: Sequence[Outline], settings: Config) -> list[Line]:
    """Return what becomes of each of *outlines* beside the sources of *settings*."""
    known = {
        _same(one.url): name
        for name, one in settings.sources.items()
        if isinstance(one, FeedConfig)
    }
    taken, lines = set(settings.sources), []
    for outline in outlines:
        why = _against(outline.url)
        name = "" if why else known.get(_same(outline.url), "")
        if not (why or name):
            why = _in_the_open(outline.url)
        if why:
            lines.append(Line(outline=outline, name="", state="refused", what=why))
        elif name:
            lines.append(Line(outline=outline, name=name, state="known", what=""))
        else:
            name = _name(outline, taken)
            taken.add(name)
            known[_same(outline.url)] = name
            kind = "Google Alerts" if _GOOGLE.search(host_of(outline.url)) else _("a feed")
            lines.append(Line(outline=outline, name=name, state="new", what=kind))
    return lines


def _against(url: str) -> str:
    """Say what is against a feed at *url*; empty: nothing."""
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme == "http":
        return _("is not encrypted; if its host knows https, write that, or add it by hand")
    if scheme != "https":
        return _("is no address of a feed on the web (https://…)")
    try:
        FeedConfig(type="feed", url=url)
    except ValidationError as error:
        return str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return ""


def _in_the_open(url: str) -> str:
    """Say that *url* holds a user's name or password, which belong in no line that is shown."""
    if urlsplit(url).username is None:
        return ""
    return _(
        "holds a user name or a password; sources of type feed have no key for one, so it is "
        "not taken over. If the feed has an address without it, add that one"
    )


def _bare(text: str) -> str:
    """Return *text*, an address or a title, without what a user is known by there."""
    try:
        whole = bool(urlsplit(text).hostname) and urlsplit(text).port != 0
    except ValueError:
        whole = False
    # In a broken address a password may hold anything, up to the last @.
    return (_LOGIN if whole else _ANY_LOGIN).sub("//…@", text)


def _same(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment=""
    ).geturl()


def _name(outline: Outline, taken: Collection[str]) -> str:
    title = _ALERT.sub("google ", _bare(outline.title)) or host_of(outline.url)
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore")
    stem = _NOT_NAME.sub("-", plain.decode().lower()).strip("-")[:_LONGEST].strip("-") or "feed"
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name


def _beside(title: str) -> str:
    """Return *title* as it may stand in a comment."""
    return printable(_bare(title)).strip()


def _write(config: Path, fresh: Mapping[str, Mapping[str, Any]]) -> None:
    """Add *fresh* to the configuration, if it reads as before and with them afterwards.

    Raises:
        WrongUseError: it does not, or cannot be written; it stays as it was.
    """
    target = config.resolve()
    content = target.read_bytes()
    text = with_sources(content.decode("utf-8"), fresh)
    if text is None:
        raise WrongUseError(
            _(
                "{config}: its sources do not stand in a block of lines, so none are "
                "added there; run this without --write and put the lines in by hand",
                config=config,
            )
        )
    new = text.encode()
    written: Path | None = None
    try:
        written = _beside_it(target, new)
        if not _only_added(content, new, fresh, written):
            raise WrongUseError(
                _(
                    "{config}: with the new lines it would not read as before, so it stays "
                    "as it was; run this without --write and put them in by hand",
                    config=config,
                )
            )
        if target.read_bytes() != content:
            raise WrongUseError(_("{config} was changed meanwhile; run this again", config=config))
        written.replace(target)
    except OSError as error:
        raise WrongUseError(
            _("{config} cannot be written: {strerror}", config=config, strerror=error.strerror)
        ) from error
    finally:
        if written:
            written.unlink(missing_ok=True)


def _beside_it(target: Path, content: bytes) -> Path:
    """Write *content* to a file in the folder of *target*, its owner's and readable as it is."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-", suffix=".yaml")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        status = target.stat()
        owned = (status.st_uid, status.st_gid)
        if hasattr(os, "geteuid") and owned != (os.geteuid(), os.getegid()):
            with suppress(PermissionError):  # who may not give it away owns it
                os.chown(name, status.st_uid, status.st_gid)
        Path(name).chmod(status.st_mode & 0o7777)
    except BaseException:  # a full disk, say: a configuration may hold passwords
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _only_added(
    before: bytes, after: bytes, fresh: Mapping[str, Mapping[str, Any]], written: Path
) -> bool:
    was, now = yamlfile.load(before, "before").data, yamlfile.load(after, "after").data
    try:
        load(written)
    except ConfigError:
        return False
    wanted = {
        name: {key: value for key, value in keys.items() if key != "#"}
        for name, keys in fresh.items()
    }
    whole: dict[str, Any] = {**was, "sources": {**(was.get("sources") or {}), **wanted}}
    return bool(now == whole)


def _show(
    lines: Sequence[Line], fresh: Mapping[str, Mapping[str, Any]], config: Path, *, write: bool
) -> None:
    for one in lines:
        say(_sentence(one))
    if not fresh:
        say(_("Nothing is new in it."))
    elif write:
        print(
            ngettext(
                "{n} source added to {config}.",
                "{n} sources added to {config}.",
                len(fresh),
                config=config,
            )
        )
        print(_("Name them under the sources of a profile, whose digest is to show them:"))
        print(f"  {', '.join(fresh)}")
    else:
        say(_("Put these lines below sources: in your configuration, or run this with --write:"))
        for line in block(fresh):
            print(line)


def _sentence(one: Line) -> str:
    named = _bare(one.outline.title or one.outline.url)
    place = _("line {line}: {value}", line=one.outline.line, value=named)
    if one.state == "known":
        return _("{place}: known already as {name}", place=place, name=one.name)
    if one.state == "refused":
        url = _bare(one.outline.url)[:80]
        return _("{place}: left out, {url} {what}", place=place, url=url, what=one.what)
    return f"{place}: {one.name} ({one.what})"


def _record(one: Line, *, written: bool) -> dict[str, Json]:
    return {
        "line": one.outline.line,
        "title": _bare(one.outline.title),
        "url": _bare(one.outline.url),
        "state": one.state,
        "source": one.name,
        "message": one.what if one.state == "refused" else "",
        "written": written and one.state == "new",
    }
