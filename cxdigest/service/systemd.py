"""A person's own systemd (``systemctl --user``): a unit in their folder, without root.

Writes that one file; everything else is asked of ``systemctl`` and ``loginctl``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.service.keeper import Ran, Run, Standing, demand, put, require_ours
from cxdigest.service.program import NAME, Program
from cxdigest.service.unit import unit

_UNIT = f"{NAME}.service"
_ASK = ("systemctl", "--user")
_ELSEWHERE = marked(
    "In a container its own restart policy does this (docker compose up -d); elsewhere let cron"
    " call `cxdigest run --due`, or run `cxdigest serve` by what starts programs there"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Systemd:
    """The systemd of one person."""

    folder: Path  #: of units: ``~/.config/systemd/user``
    user: str
    root: bool  #: who asks is root
    run: Run

    @property
    def path(self) -> Path:
        """Where the unit stands."""
        return self.folder / _UNIT

    def text(self, program: Program) -> str:
        """Return the unit."""
        return unit(program)

    def install(self, program: Program) -> list[str]:
        """Write the unit, enable and start it."""
        if self.root:
            raise WrongUseError(
                _(
                    "this is root, and a service of root's own would read your mails with "
                    "all rights; run it as the user whose configuration it is. For a service "
                    "of the whole machine docs/operations.md has a unit"
                )
            )
        content = self.text(program).encode()
        self._require()
        new = put(self.path, content)
        demand(self.run, [*_ASK, "daemon-reload"])
        demand(self.run, [*_ASK, "enable", "--now", _UNIT])
        lines = [
            _("{path} is written.", path=self.path)
            if new
            else _("{path} stood there already.", path=self.path),
            _("cxdigest runs, and begins again by itself."),
            _(
                "How it fares: cxdigest service status; its log: journalctl --user -u {name}",
                name=NAME,
            ),
        ]
        return lines if self._lingers() else [*lines, self._hint()]

    def standing(self) -> Standing:
        """Ask whether the unit is enabled and active."""
        self._require()
        if not self.path.exists():
            return Standing(installed=False, running=False, lines=())
        enabled, active = (self._state(word) for word in ("is-enabled", "is-active"))
        lines = [
            f"{self.path}: {enabled}, {active}",
            _("Its log: journalctl --user -u {name}", name=NAME),
        ]
        if not self._lingers():
            lines.append(self._hint())
        return Standing(installed=True, running=active == "active", lines=tuple(lines))

    def remove(self) -> list[str]:
        """Stop and disable the unit, and remove its file."""
        self._require()
        if not self.path.exists():
            return []
        require_ours(self.path)
        # Before the file goes: disabling needs what its last section says.
        demand(self.run, [*_ASK, "disable", "--now", _UNIT])
        self.path.unlink()
        demand(self.run, [*_ASK, "daemon-reload"])
        return [_("cxdigest is stopped, and {path} is removed.", path=self.path)]

    def _require(self) -> None:
        """Refuse where no systemd of this person can be asked."""
        done = self.run([*_ASK, "show-environment"])
        if done is None:
            raise WrongUseError(
                _("there is no systemd here (no systemctl). {elsewhere}", elsewhere=_(_ELSEWHERE))
            )
        if done.code:
            raise WrongUseError(
                _(
                    "no systemd answers to {user} here: {words}. {elsewhere}. After `su` or "
                    "`sudo`, sign in as that user by itself (machinectl shell, or ssh)",
                    user=self.user,
                    words=done.words,
                    elsewhere=_(_ELSEWHERE),
                )
            )

    def _state(self, word: str) -> str:
        done: Ran | None = self.run([*_ASK, word, _UNIT])
        return (done.said.strip() or done.words) if done else _("unknown")

    def _lingers(self) -> bool:
        done = self.run(["loginctl", "show-user", self.user, "--property=Linger"])
        return done is not None and done.said.strip() == "Linger=yes"

    def _hint(self) -> str:
        return _(
            "It runs while you are signed in. So that it also runs when you are not, "
            "and after a restart: loginctl enable-linger {user}",
            user=self.user,
        )
