"""A folder of saved alerts: mails, mboxes and feeds, told apart by content; or one such file.

Reads, never writes. A file is read when its size or time of change is new; what it holds twice,
or held before, is known by its digest. A file that changes while it is read is left for the next
poll; one whose writer only pauses is read now, and again once it has changed. Links are not
followed, so that nothing outside of the folder is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cxdigest.errors import AlertError, SourceError
from cxdigest.extract.split import split
from cxdigest.model import Alert, Cursor
from cxdigest.sources import Batch

BATCH_ALERTS = 100
BATCH_BYTES = 20_000_000
_NAMED = 5  #: so many unreadable files are named
#: Neither follow a link that was put there meanwhile, nor wait for the writer of a pipe.
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(slots=True)
class _Poll:
    """What one poll has gathered so far."""

    known: Callable[[str], bool]
    files: dict[str, str]  #: name -> mark, of files that are read
    waiting: list[Alert] = field(default_factory=list)  #: of files that are read
    fresh: dict[str, Alert] = field(default_factory=dict)  #: of the file at hand, by digest
    taken: set[str] = field(default_factory=set)  #: keys and digests of this poll
    troubles: list[str] = field(default_factory=list)

    def is_known(self, text: str) -> bool:
        return text in self.fresh or text in self.taken or self.known(text)

    def is_full(self) -> bool:
        sizes = [len(alert.raw) for alert in (*self.waiting, *self.fresh.values())]
        return len(sizes) >= BATCH_ALERTS or sum(sizes) >= BATCH_BYTES

    def keep(self) -> None:
        for alert in self.fresh.values():
            self.waiting.append(alert)
            self.taken |= {alert.key, alert.digest}
        self.fresh = {}

    def batch(self) -> Batch:
        self.keep()
        alerts, self.waiting = tuple(self.waiting), []
        return Batch(alerts=alerts, cursor={"files": dict(self.files)})


class FolderSource:
    """A folder and the folders in it; hidden files are left alone: they are being written.

    The cursor holds ``files``: path within the folder -> size and time of change when it was read.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path

    def fetch(
        self,
        cursor: Cursor,
        *,
        now: datetime,  # noqa: ARG002 (the protocol's)
        known: Callable[[str], bool],
    ) -> Iterator[Batch]:
        """Yield what stands in new and changed files, in the order of their names.

        Raises:
            SourceError: the folder is gone, or some files could not be read; the others were.
        """
        files = cursor.get("files")
        before = (
            {name: str(mark) for name, mark in files.items()} if isinstance(files, dict) else {}
        )
        poll = _Poll(known=known, files=dict(before))
        found = self._find(poll)
        if not poll.troubles:  # what merely could not be listed is not forgotten
            poll.files = {name: mark for name, mark in before.items() if name in found}
        for name, path in found.items():
            yield from self._take(name, path, poll)
        if poll.waiting or poll.files != before:
            yield poll.batch()
        if poll.troubles:
            raise self._unreadable(poll.troubles)

    def _find(self, poll: _Poll) -> dict[str, Path]:
        """Return all files, by the name that the cursor knows them by."""
        root = self.path.resolve()
        try:
            mode = root.stat().st_mode
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SourceError(
                f"the folder {self.path} does not exist; create it, or correct the source's `path`",
                outcome="gone",
            ) from error
        except OSError as error:
            raise self._unreadable([_trouble(str(self.path), error)]) from error
        if not stat.S_ISDIR(mode):
            return {_name(root, root.parent): root}

        def not_listed(error: OSError) -> None:
            poll.troubles.append(_trouble(_name(Path(error.filename), root), error))

        found: list[Path] = []
        for folder, folders, names in os.walk(root, onerror=not_listed):
            folders[:] = [name for name in folders if is_of_interest(Path(folder, name))]
            found += [Path(folder, name) for name in names if not name.startswith(".")]
        return {_name(path, root): path for path in sorted(found)}

    def _take(self, name: str, path: Path, poll: _Poll) -> Iterator[Batch]:
        """Read one file, if it is new or has changed; yield whenever a batch is full."""
        try:
            before = path.lstat()
            if not stat.S_ISREG(before.st_mode) or poll.files.get(name) == _mark(before):
                return
            with open(path, "rb", opener=open_carefully) as stream:
                for alert in self._alerts(name, stream, poll):
                    if poll.is_full():
                        yield poll.batch()
                    poll.fresh[alert.digest] = alert
                if _mark(os.fstat(stream.fileno())) == _mark(before):
                    poll.files[name] = _mark(before)
                else:
                    poll.fresh = {}
        except FileNotFoundError:  # moved away meanwhile
            return
        except (OSError, AlertError) as error:
            poll.troubles.append(_trouble(name, error))
        poll.keep()

    def _alerts(self, name: str, stream: BinaryIO, poll: _Poll) -> Iterator[Alert]:
        for alert in split(stream, source=self.name, name=name):
            if alert.entry is not None:
                # By key alone: the frame around an entry changes with each download of its feed.
                # An entry's own key is unique in its feed only, and here lie many feeds.
                key = f"{alert.entry.feed_id or name} {alert.key}"
                if not poll.is_known(key):
                    yield replace(alert, key=key)
            elif not poll.is_known(alert.digest):
                # Another mail at this place: the file was replaced, or messages left its middle.
                again = f"#{alert.digest[:16]}" if poll.is_known(alert.key) else ""
                yield replace(alert, key=alert.key + again)

    def _unreadable(self, troubles: list[str]) -> SourceError:
        more = len(troubles) - _NAMED
        named = ", ".join(troubles[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return SourceError(
            f"in {self.path} could not be read: {named}; everything else was. "
            "Let cxdigest's user read them, or move them away",
            outcome="unreadable",
        )


def is_of_interest(folder: Path) -> bool:
    """Tell whether *folder* may hold mails: not what programs hide, but a Maildir's folders."""
    # A Maildir's tmp holds mails that are being written; its own folders begin with a dot.
    if folder.name == "tmp" and (folder.parent / "cur").is_dir():
        return False
    return not folder.name.startswith(".") or (folder / "cur").is_dir()


def _name(path: Path, root: Path) -> str:
    """Return the path within *root* as text that every store can hold."""
    relative = path.relative_to(root).as_posix()
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _mark(status: os.stat_result) -> str:
    return f"{status.st_size}:{status.st_mtime_ns}"


def open_carefully(path: str, flags: int) -> int:
    """Open *path* for ``open``'s *opener*: no link is followed and no pipe is waited for."""
    return os.open(path, flags | _CAREFUL)


def _trouble(name: str, error: OSError | AlertError) -> str:
    return f"{name} ({getattr(error, 'strerror', None) or error})"
