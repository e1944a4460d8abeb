"""Run all checks at once, and end in time whatever they do.

Threads of their own do the pieces, as daemons: what hangs is left behind, for neither the system's
resolver nor a read of a file that is on a dead server can be called off.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from cxdigest.doctor.line import Check, Line, Piece, clean, told, unchecked
from cxdigest.doctor.patient import Patient
from cxdigest.errors import CxdigestError
from cxdigest.language import _, marked

_AT_ONCE = 48  #: pieces
_RIGHTS = marked("look at it, or run this as the user who runs cxdigest")
_REPORT = marked("run it again; if it stays so, please report it")


@dataclass(slots=True)
class _Doing:
    """A piece, and what it has said so far."""

    check: Check
    piece: Piece
    lines: list[Line] = field(default_factory=list)
    done: bool = False


def examine(
    patient: Patient, checks: Sequence[Check], *, secrets: Iterable[str] = ()
) -> list[Line]:
    """Return the lines of all *checks* in their order, at the latest when *patient*'s time is up.

    *secrets* are blotted out of whatever a line says.
    """
    doing = list(chain.from_iterable(_planned(check, patient) for check in checks))
    _Ward(doing).run(until=patient.until)
    hidden = sorted({one for one in secrets if one}, key=len, reverse=True)
    return [
        replace(
            line,
            check=one.check.name,
            subject=clean(line.subject, hidden),
            says=clean(line.says, hidden),
            fix=clean(line.fix, hidden),
        )
        for one in doing
        for line in one.lines
    ]


def _planned(check: Check, patient: Patient) -> Iterator[_Doing]:
    try:
        yield from [_Doing(check, piece) for piece in check.plan(patient)]
    except Exception as error:  # noqa: BLE001 - a check that breaks is a line of the report
        broken = Piece(subject="", probe=lambda: ())
        yield _Doing(check, broken, [_broken("", error)], done=True)


def _broken(subject: str, error: Exception) -> Line:
    if isinstance(error, CxdigestError):
        return told(subject, "unchecked", str(error))
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return unchecked(subject, f"{error.strerror or error}{where}", _RIGHTS)
    return unchecked(subject, f"{type(error).__name__}: {error}", _REPORT)


class _Ward:
    """Pieces that wait, and the threads that do them."""

    def __init__(self, doing: Sequence[_Doing]) -> None:
        self._doing = doing
        self._waiting = deque(one for one in doing if not one.done)
        self._change = threading.Condition()
        self._closed = False

    def run(self, *, until: float) -> None:
        """Do all pieces, and return when all are done or *until* has come."""
        for number in range(min(_AT_ONCE, len(self._waiting))):
            speaking = contextvars.copy_context()  # a thread has no language of its own
            threading.Thread(
                target=speaking.run, args=(self._work,), name=f"doctor {number}", daemon=True
            ).start()
        with self._change:
            while not all(one.done for one in self._doing):
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._change.wait(left)
            self._closed = True
            for one in self._doing:
                if not one.done:
                    one.lines.append(_too_late(one))

    def _work(self) -> None:
        while True:
            with self._change:
                if self._closed or not self._waiting:
                    return
                one = self._waiting.popleft()
            try:
                for line in one.piece.probe():
                    self._said(one, line)
            except Exception as error:  # noqa: BLE001 - a check that breaks is a line of the report
                self._said(one, _broken(one.piece.subject, error))
            with self._change:
                one.done = True
                self._change.notify_all()

    def _said(self, one: _Doing, line: Line) -> None:
        with self._change:
            if not self._closed:
                one.lines.append(line)


def _too_late(one: _Doing) -> Line:
    what = _("the rest was not done in time") if one.lines else _("there was no answer in time")
    return unchecked(one.piece.subject, what, _("run it again when less is going on"))
