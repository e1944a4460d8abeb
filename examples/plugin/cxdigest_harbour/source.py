"""A notice board: a text file with one opening a line, ``title; employer; place; number``.

Each line becomes an alert, a small mail that the format ``harbour`` reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cxdigest.config.keys import Polled, raw
from cxdigest.config.plugged import SourceType
from cxdigest.config.values import FilePath, Line, Span
from cxdigest.errors import SourceError
from cxdigest.model import Alert, Cursor
from cxdigest.sources import Batch, SourceTools

_PARTS = 4  #: of a line


class NoticeboardConfig(Polled):
    """A notice board: a text file with one opening a line."""

    type: Literal["noticeboard"] = Field(description="The word noticeboard.")
    path: FilePath = Field(description="The file.", examples=["quay/notices.txt"])
    keeper: Line = Field(default="the harbour office", description="Who keeps the board.")
    every: Annotated[timedelta, Span("minutes", 1, 10_080)] = Field(
        default=raw(30), description="Minutes between two polls."
    )


class Noticeboard:
    """One file. The cursor is empty: an alert's key is the hash of its line."""

    def __init__(self, name: str, path: Path, keeper: str) -> None:
        self.name = name
        self._path = path
        self._keeper = keeper

    def fetch(
        self, cursor: Cursor, *, now: datetime, known: Callable[[str], bool]
    ) -> Iterator[Batch]:
        """Yield one alert for each line.

        Raises:
            SourceError: the file cannot be read.
        """
        del now, known
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            message = f"{self.name}: {self._path} cannot be read: {error}; ask {self._keeper}"
            raise SourceError(message, outcome="gone") from error
        alerts = tuple(self._alert(line) for line in lines if line.strip())
        yield Batch(alerts=alerts, cursor=cursor)

    def _alert(self, line: str) -> Alert:
        digest = hashlib.sha256(line.encode()).hexdigest()
        return Alert(source=self.name, key=digest, media="mail", raw=_mail(line), digest=digest)


def _mail(line: str) -> bytes:
    title, company, place, number = (line.split(";") + [""] * _PARTS)[:_PARTS]
    mail = EmailMessage()
    mail["From"] = "Notice board <notices@harbourjobs.example>"
    mail["Subject"] = "An opening on the notice board"
    address = f"https://www.harbourjobs.example/{number.strip()}"
    mail.set_content(f"{title.strip()}\n{company.strip()}\n{place.strip()}\n{address}\n")
    return mail.as_bytes()


def _make(name: str, keys: NoticeboardConfig, _: SourceTools) -> Noticeboard:
    return Noticeboard(name, keys.path, keys.keeper)


NOTICEBOARD = SourceType(keys=NoticeboardConfig, make=_make)
