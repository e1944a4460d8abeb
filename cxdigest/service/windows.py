"""The Task Scheduler of Windows, asked by ``schtasks``: a task that begins at signing in."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.service.keeper import Run, Standing, demand
from cxdigest.service.program import NAME, Program
from cxdigest.service.task import task, told_by

#: Stands as the last result of a task that runs; the words beside it are of the system's language.
_RUNNING = "267009"
_ASK = ("schtasks", "/query", "/tn", NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScheduler:
    """The scheduler, and whose task it is."""

    user: str  #: ``MACHINE\\name``
    run: Run

    def text(self, program: Program) -> str:
        """Return the task."""
        return task(program, self.user)

    def install(self, program: Program) -> list[str]:
        """Create the task and run it."""
        written = self.text(program)
        wanted = (str(program.interpreter), subprocess.list2cmdline(program.arguments), True)
        there = self._task()
        if there not in {None, wanted}:
            raise WrongUseError(
                _(
                    "there is a task {name} already, with other settings; look at it in the "
                    "Task Scheduler, then cxdigest service remove and install again",
                    name=NAME,
                )
            )
        if there is None:
            with tempfile.TemporaryDirectory(prefix="cxdigest-") as folder:
                path = Path(folder, "task.xml")
                path.write_text(written, encoding="utf-16")
                demand(self.run, ["schtasks", "/create", "/tn", NAME, "/xml", str(path)])
        demand(self.run, ["schtasks", "/run", "/tn", NAME])
        return [
            _("The task {name} is made.", name=NAME)
            if there is None
            else _("The task {name} stood there already.", name=NAME),
            _("cxdigest runs while you are signed in, and begins again by itself."),
            _("How it fares: cxdigest service status"),
        ]

    def standing(self) -> Standing:
        """Ask for the task and what the scheduler says of it, in its own language."""
        there = self._task()
        if there is None:
            return Standing(installed=False, running=False, lines=())
        command, arguments, _ours = there
        told = demand(self.run, [*_ASK, "/v", "/fo", "LIST"]).said
        running = _RUNNING in told.split()
        state = _("running") if running else _("not running")
        lines = (
            _("The task {name} ({state})", name=NAME, state=state) + f": {command} {arguments}",
        )
        return Standing(installed=True, running=running, lines=lines)

    def remove(self) -> list[str]:
        """Stop the task and delete it."""
        there = self._task()
        if there is None:
            return []
        if not there[2]:
            raise WrongUseError(
                _(
                    "the task {name} was not made by cxdigest; delete it yourself if it is to go",
                    name=NAME,
                )
            )
        self.run(["schtasks", "/end", "/tn", NAME])  # it may not run
        demand(self.run, ["schtasks", "/delete", "/tn", NAME, "/f"])
        return [_("cxdigest is stopped, and the task {name} is deleted.", name=NAME)]

    def _task(self) -> tuple[str, str, bool] | None:
        """Return command, arguments and whether it is ours; None: there is no such task."""
        done = self.run([*_ASK, "/xml"])
        if done is None:
            raise WrongUseError(_("there is no schtasks here; cxdigest serve can be run by hand"))
        if done.code:
            return None
        try:
            return told_by(done.said)
        except ValueError:
            return "", "", False
