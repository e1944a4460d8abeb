"""A person's own launchd (macOS): an agent in their library.

Writes that one file; everything else is asked of ``launchctl``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.service.agent import LABEL, agent
from cxdigest.service.keeper import Run, Standing, demand, put, require_ours
from cxdigest.service.program import Program

_STATE = re.compile(r"^\s*state = (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launchd:
    """The launchd of one person."""

    home: Path
    uid: int
    run: Run

    @property
    def path(self) -> Path:
        """Where the agent stands."""
        return self.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    @property
    def log(self) -> Path:
        """Where it writes what it says."""
        return self.home / "Library" / "Logs" / "cxdigest.log"

    @property
    def _domain(self) -> str:
        return f"gui/{self.uid}"

    def text(self, program: Program) -> str:
        """Return the property list."""
        return agent(program, self.log).decode()

    def install(self, program: Program) -> list[str]:
        """Write the agent and load it."""
        if self.uid == 0:
            raise WrongUseError(
                _("this is root; run it as the user whose configuration it is, without sudo")
            )
        content = agent(program, self.log)
        self._require()
        new = put(self.path, content)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if new or not self._loaded():
            demand(self.run, ["launchctl", "bootstrap", self._domain, str(self.path)])
        return [
            _("{path} is written.", path=self.path)
            if new
            else _("{path} stood there already.", path=self.path),
            _("cxdigest runs while you are signed in, and begins again by itself."),
            _("How it fares: cxdigest service status; its log: {log}", log=self.log),
        ]

    def standing(self) -> Standing:
        """Ask whether the agent is loaded and runs."""
        self._require()
        if not self.path.exists():
            return Standing(installed=False, running=False, lines=())
        done = self.run(["launchctl", "print", f"{self._domain}/{LABEL}"])
        found = _STATE.search(done.said) if done and not done.code else None
        state = found[1].strip() if found else _("not loaded")
        return Standing(
            installed=True,
            running=state == "running",
            lines=(
                f"{self.path}: {state}",
                _("Its log: {log}", log=self.log),
            ),
        )

    def remove(self) -> list[str]:
        """Stop the agent and remove its file."""
        self._require()
        if not self.path.exists():
            return []
        require_ours(self.path)
        if self._loaded():
            demand(self.run, ["launchctl", "bootout", f"{self._domain}/{LABEL}"])
        self.path.unlink()
        return [
            _(
                "cxdigest is stopped, and {path} is removed; its log stays: {log}",
                path=self.path,
                log=self.log,
            )
        ]

    def _require(self) -> None:
        done = self.run(["launchctl", "print", self._domain])
        if done is None:
            raise WrongUseError(_("there is no launchctl here; cxdigest serve can be run by hand"))
        if done.code:
            raise WrongUseError(
                _(
                    "launchd has no session of this user ({words}); sign in at the Mac "
                    "itself, not by ssh, and install again",
                    words=done.words,
                )
            )

    def _loaded(self) -> bool:
        done = self.run(["launchctl", "print", f"{self._domain}/{LABEL}"])
        return done is not None and done.code == 0
