"""A token and the file that keeps it: readable for its owner alone, replaced in one step."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cxdigest.errors import TokenError
from cxdigest.model import require_utc

_LARGEST = 65_536  #: bytes; a token has a few thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a provider gave. Never shown."""

    access: str = field(repr=False)
    renewal: str = field(default="", repr=False)  #: by which the next one is had; may be empty
    ends: datetime  #: when *access* does, UTC
    granted: datetime | None = None  #: when a person consented, UTC; None: an older file
    dies: datetime | None = None  #: when *renewal* does, UTC; None: the provider named no end

    def __post_init__(self) -> None:
        for name in ("ends", "granted", "dies"):
            require_utc(f"Token.{name}", getattr(self, name))

    def written(self) -> str:
        """Return the token as one line, to be kept or copied to another machine."""
        said = {"access": self.access, "renewal": self.renewal, "ends": self.ends.isoformat()}
        later = {"granted": self.granted, "dies": self.dies}
        return json.dumps(said | {name: one.isoformat() for name, one in later.items() if one})


def read_token(line: str, where: str) -> Token:
    """Read what ``Token.written`` wrote.

    Raises:
        TokenError: it is something else; names *where* and nothing of the content.
    """
    try:
        said = json.loads(line)
        ends = datetime.fromisoformat(said["ends"]).astimezone(UTC)
        access, renewal = said["access"], said["renewal"]
        granted, dies = _later(said, "granted"), _later(said, "dies")
    except (ValueError, LookupError, TypeError, OverflowError):
        access, renewal, ends, granted, dies = None, None, None, None, None
    if not (isinstance(access, str) and access and isinstance(renewal, str) and ends):
        raise TokenError(f"{where} holds no token; make one anew with: cxdigest authorise")
    return Token(access=access, renewal=renewal, ends=ends, granted=granted, dies=dies)


def _later(said: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment that earlier versions did not write."""
    return datetime.fromisoformat(said[name]).astimezone(UTC) if said.get(name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFile:
    """Where one login keeps its token."""

    path: Path

    def read(self) -> Token | None:
        """Return the token; None where there is none yet.

        Raises:
            TokenError: the file cannot be read or holds something else.
        """
        try:
            with self.path.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenError(f"{self.path} cannot be read: {error.strerror}") from error
        return read_token(content.decode(errors="replace"), str(self.path))

    def write(self, token: Token) -> None:
        """Keep *token* in place of what was there, readable for this user alone (0600).

        Raises:
            TokenError: the file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes it 0600; a crash leaves the old token or the new one, never half of one.
            number, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
            try:
                with os.fdopen(number, "w", encoding="utf-8") as stream:
                    stream.write(token.written() + "\n")
                    stream.flush()
                    os.fsync(stream.fileno())
                Path(name).replace(self.path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise TokenError(
                f"{self.path} cannot be written: {error.strerror}; let the user who runs cxdigest "
                f"write to {self.path.parent}"
            ) from error
