"""A digest as files: the mail, its HTML, its text, its enclosures; each whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from cxdigest.channels.body import file_name
from cxdigest.channels.message import build, mailbox
from cxdigest.errors import DeliveryError
from cxdigest.model import Delivery, Receipt

_UNSAFE = re.compile(r"[^\w@+.-]+|^\.+|\.+$")
_NAME_MOST = 60  #: letters; three parts and an ending stay below the 255 bytes of a file name


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChannel:
    """A folder that takes digests as ``<day>-<profile>[-<recipient>].eml``, ``.html``, ``.txt``.

    Files that go with a digest lie beside it as ``…-1-<name>``, ``…-2-<name>``.
    """

    name: str
    path: Path  #: made where it is missing
    sender: str = "cxdigest@localhost"  #: From of the mail

    def send(self, delivery: Delivery) -> Receipt:
        """Write *delivery* and return where its HTML lies; a second time changes nothing.

        Raises:
            DeliveryError: the folder cannot be written; never permanent.
        """
        stem = file_stem(delivery)
        beside = {
            f"-{number}-{_UNSAFE.sub('_', file_name(one.name))}": one
            for number, one in enumerate(delivery.rendered.enclosures, start=1)
        }
        html = delivery.rendered.html
        for ending, one in beside.items():
            if one.cid:  # a browser finds no picture within a mail
                html = html.replace(f"cid:{one.cid}", quote(f"{stem}{ending}"))
        parts = {
            **{ending: one.content for ending, one in beside.items()},
            ".txt": delivery.rendered.text.encode("utf-8", "replace"),
            ".html": html.encode("utf-8", "replace"),
            ".eml": build(replace(delivery, recipient=self._to(delivery)), sender=self.sender),
        }
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for ending, content in parts.items():
                _write(self.path / f"{stem}{ending}", content)
        except OSError as error:
            raise DeliveryError(
                f"cannot write {stem} in {self.path}: {error.strerror or error}",
                permanent=False,
            ) from error
        return Receipt(detail=str(self.path / f"{stem}.html"))

    def _to(self, delivery: Delivery) -> str:
        """Return the recipient where it is an address; a folder needs none."""
        try:
            mailbox(delivery.recipient)
        except ValueError:
            return self.sender
        return delivery.recipient


def file_stem(delivery: Delivery) -> str:
    """Return the name of the delivery's files, without an ending; safe, and one per delivery."""
    parts = [delivery.day.isoformat(), _safe(delivery.profile)]
    if delivery.recipient:
        parts.append(_safe(delivery.recipient))
    return "-".join(parts)


def _safe(name: str) -> str:
    safe = _UNSAFE.sub("_", name)[:_NAME_MOST]
    if safe == name:
        return safe
    # Two names must not become one file, so what was lost comes back as a hash.
    return f"{safe}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
