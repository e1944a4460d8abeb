"""Formats that are data: one YAML file a board, read by one engine. Written from others' notes.

A file says who sends, which links are postings, and in which order a posting's lines stand;
``docs/formats.md`` shows how to write one. A file is parsed when the first mail that names one of
its hosts asks for it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from importlib import resources

from cxdigest.extract.declared.reading import hrefs_of, read, recognises
from cxdigest.extract.declared.schema import Declared, read_format
from cxdigest.extract.format import MailFormat
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction
from cxdigest.text import host_of

_SENDERS = re.compile(rb"^senders:(.*?)^links:", re.DOTALL | re.MULTILINE)
_HOST = re.compile(rb"[\w-]+(?:\.[\w-]+)*\.(?:[\w-]+|\*)")
_UNPROVEN = b"\nunproven: true\n"


def shipped() -> dict[str, bytes]:
    """Return the files that ship with cxdigest by the name of their format, in a fixed order."""
    folder = resources.files("cxdigest.extract").joinpath("formats")
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {
        file.name.removesuffix(".yaml"): file.read_bytes()
        for file in sorted(files, key=lambda file: file.name)
    }


@cache
def shipped_format(name: str) -> Declared:
    """Return the shipped format of that name."""
    return read_format(name, _SHIPPED[name])


_SHIPPED = shipped()
_HOSTS = {
    name: frozenset(host.decode().lower() for host in _HOST.findall(content))
    for name, content in _SHIPPED.items()
}


def _recognises(name: str, mail: Mail) -> bool:
    if _HOSTS[name].isdisjoint(_hosts(mail.text, mail.html, mail.sender)):
        return False  # it names none of the mail's hosts: that can be told without parsing it
    return recognises(shipped_format(name), mail)


@lru_cache(maxsize=2)
def _hosts(text: str, html: str, sender: str) -> frozenset[str]:
    """Return the hosts of a mail as files may name them: ``uk.jora.com``, ``jora.com``, ``jora.*``.

    Links count as written and unwrapped.
    """
    hrefs = hrefs_of(text, html)
    hosts = {host_of(url) for href in hrefs for url in (href, clean(href).url)}
    named: set[str] = set()
    for host in {*hosts, sender.rpartition("@")[2]}:
        labels = host.split(".")
        for at, label in enumerate(labels):
            named |= {".".join(labels[at:]), f"{label}.*"}
    return frozenset(named)


def _read(name: str, mail: Mail) -> Extraction:
    return read(shipped_format(name), mail)


def _domains(content: bytes) -> tuple[str, ...]:
    """Return the hosts of the senders, told without parsing the file."""
    said = _SENDERS.search(content)
    hosts = _HOST.findall(said[1]) if said else []
    return tuple(host.decode() for host in hosts)


FORMATS: tuple[MailFormat, ...] = tuple(
    MailFormat(
        name=name,
        recognises=partial(_recognises, name),
        read=partial(_read, name),
        domains=_domains(content),
        marks=f"its links are those of {name}",
        proven=_UNPROVEN not in content,
    )
    for name, content in _SHIPPED.items()
)
