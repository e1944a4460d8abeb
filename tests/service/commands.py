"""A system's own commands, played by small programs on the PATH that write down what they are asked."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cxdigest.service import Ran

#: Keeps what is loaded in a file beside itself, as the real ones do.
_PLAYED = {
    "systemctl": """
case "$*" in
  "--user show-environment") if [ -e no-bus ]; then echo "Failed to connect to bus" >&2; exit 1; fi ;;
  *enable\\ --now*) if [ -e refuses ]; then echo "Unit is masked." >&2; exit 1; fi; echo enabled > state ;;
  *disable\\ --now*) echo disabled > state ;;
  *is-enabled*) cat state ;;
  *is-active*) if grep -q enabled state; then echo active; else echo inactive; exit 3; fi ;;
esac""",
    "loginctl": """[ -e lingers ] && echo Linger=yes || echo Linger=no""",
    "launchctl": """
case "$1 $2" in
  "print gui/501") if [ -e no-session ]; then echo "Could not find domain" >&2; exit 113; fi ;;
  "print gui/501/local.cxdigest") [ -e loaded ] || exit 113; printf '\\tstate = running\\n' ;;
  bootstrap*) touch loaded ;;
  bootout*) rm loaded ;;
esac""",
    "schtasks": """
case "$*" in
  "/query /tn cxdigest /xml") [ -e task ] || { echo "ERROR" >&2; exit 1; }; cat task ;;
  /query*) printf 'TaskName: cxdigest\\nLetztes Ergebnis: %s\\n' "$([ -e runs ] && echo 267009 || echo 0)" ;;
  /create*) iconv -f utf-16 -t utf-8 "$5" > task ;;
  /run*) touch runs ;;
  /end*) rm -f runs ;;
  /delete*) rm task ;;
esac""",
}


@dataclass
class Commands:
    """The commands in a folder, and what was asked of them."""

    folder: Path
    there: Sequence[str] = field(default_factory=lambda: tuple(_PLAYED))

    def __post_init__(self) -> None:
        self.folder.mkdir()
        for name in self.there:
            path = self.folder / name
            note = f"""cd "$(dirname "$0")"; echo "{name} $*" >> asked\n"""
            path.write_text(f"#!/bin/sh\n{note}{_PLAYED[name]}\n")
            path.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        """All that was asked, oldest first."""
        asked = self.folder / "asked"
        return asked.read_text("utf-8").splitlines() if asked.exists() else []

    def so(self, what: str) -> None:
        """From now on it is so."""
        (self.folder / what).touch()

    def run(self, command: Sequence[str]) -> Ran | None:
        """Call it as the command line does, from this folder alone."""
        if command[0] not in self.there:
            return None
        done = subprocess.run(
            [self.folder / command[0], *command[1:]], capture_output=True, text=True, check=False
        )
        return Ran(code=done.returncode, said=done.stdout, complained=done.stderr)


def as_c_reads(line: str) -> list[str]:
    """Split a Windows command line as the C library's documented rules do."""
    words, word, quoted, slashes, begun = [], "", False, 0, False
    for letter in [*line, None]:
        if letter == "\\":
            slashes += 1
            continue
        if letter == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted, begun = not quoted, True
        else:
            word += "\\" * slashes
            if letter is None or (letter in " \t" and not quoted):
                if word or begun:
                    words.append(word)
                word, begun = "", False
            else:
                word += letter
        slashes = 0
    return words
