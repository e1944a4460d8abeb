"""What holds for whatever a person's own file says: packs, configurations, profiles, brands, formats."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cxdigest import yamlfile
from cxdigest.config import Config, load, sort_people
from cxdigest.config.problems import as_yaml
from cxdigest.errors import ConfigError, PackError, Problem, ProblemsError
from cxdigest.extract.declared.schema import read_format
from cxdigest.extract.declared.shipped import shipped as formats
from cxdigest.model import Posting
from cxdigest.render.brand import CONTRAST, contrast, read_brand
from cxdigest.rules import Rules, judge, shipped
from cxdigest.rules.reading.pack import read_packs
from tests.rules.fuzz import PACK, problems

ROOT = Path(__file__).parents[2]
#: Inputs of these readers that once broke a promise.
FOUND = Path(__file__).parent / "found"
_SETTINGS = [pack for pack in shipped() if pack[0] == "judge.yaml"]
_SEEN = Posting(id="1", title="Tea Experience Host", description="You sell lovely tea. " * 30)
_TEMPORARY = tempfile.TemporaryDirectory(prefix="cxdigest-fuzz-files-")
_FOLDER = Path(_TEMPORARY.name)
_ENVIRON = {"MAIL_PASSWORD": "invented", "SMTP_PASSWORD": "invented"}


def _example() -> bytes:
    return (ROOT / "config.example.yaml").read_bytes()


def _settled() -> Config:
    path = _FOLDER / "config.yaml"
    path.write_bytes(_example())
    return load(path, _ENVIRON)


_CONFIG = _settled()


def pack(data: bytes) -> Iterator[str]:
    """Read a pack alone first, which is quick; with the shipped settings where nothing is wrong."""
    try:
        read_packs((), [("mine.yaml", data)])
    except PackError as error:
        yield from _told(error.problems)
        if len(error.problems) > _MISSING:
            return
    try:
        rules = Rules(read_packs(_SETTINGS, [("mine.yaml", data)]))
    except PackError as error:
        yield from _told(error.problems)
    else:
        yield from problems(_SEEN, judge(_SEEN, rules))


def _missing() -> int:
    try:
        read_packs((), [("mine.yaml", PACK.encode())])
    except PackError as error:
        return len(error.problems)
    return 0


_MISSING = _missing()


def config(data: bytes) -> Iterator[str]:
    """Load a configuration; what it names stands in no folder of this machine's."""
    if b"/dev" in data or b"/proc" in data or b"~" in data:
        return
    path = _FOLDER / "tried.yaml"
    path.write_bytes(data)
    try:
        load(path, _ENVIRON)
    except ConfigError as error:
        yield from _told(error.problems)


def profiles(data: bytes) -> Iterator[str]:
    """Read what a coach takes in; what is kept must read back as itself."""
    document = yamlfile.load(data, "the file")
    if not document.broken and not document.problems:
        again = yamlfile.load(as_yaml({"kept": document.data}).encode(), "again")
        if again.problems or again.data != {"kept": document.data}:
            yield "what is written does not read back as itself"
    try:
        sort_people(document, _CONFIG)
    except ConfigError as error:
        yield from _told(error.problems)


def brand(data: bytes) -> Iterator[str]:
    """Read a brand; its colours can be read and its lines are lines."""
    try:
        made = read_brand(data, "brand.yaml")
    except ConfigError as error:
        yield from _told(error.problems)
        return
    if made.link and contrast(made.link, "#ffffff") < CONTRAST:
        yield f"nobody can read {made.link}"
    if any("\n" in line or "\r" in line for line in (made.name, *made.footer)):
        yield "a line of a brand is several"


def declared(data: bytes) -> Iterator[str]:
    """Read the description of a format."""
    try:
        read_format("mine", data)
    except ProblemsError as error:
        yield from _told(error.problems)


def _told(found: Sequence[Problem]) -> Iterator[str]:
    if not found:
        yield "refused without a problem"
    for one in found:
        if not one.what or one.line < 0:
            yield "a problem that tells nothing"
        if len(str(one).splitlines()) != 1 or "\x1b" in str(one):
            yield "a problem that is not one line"


def seeds() -> Iterator[bytes]:
    """Yield shipped files and fixtures, each behind the byte that says what it is read as."""
    yield b"k" + PACK.encode()
    for name, content in shipped():
        if name in {"sales.yaml", "success.yaml"}:
            yield b"k" + content
    yield b"c" + _example()
    for path in sorted((ROOT / "tests" / "config").glob("*.yaml")):
        yield b"c" + path.read_bytes()
        yield b"y" + path.read_bytes()
    yield b"d" + (ROOT / "examples" / "brand" / "brand.yaml").read_bytes()
    for name, content in formats().items():
        yield b"o" + content.replace(name.encode(), b"mine")


READERS: dict[bytes, Callable[[bytes], Iterator[str]]] = {
    b"k": pack,
    b"c": config,
    b"y": profiles,
    b"d": brand,
    b"o": declared,
}
