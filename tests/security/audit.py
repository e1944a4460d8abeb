"""Ask the package index for known vulnerabilities of what comes with cxdigest; ``make check`` does.

What could not be asked is said in so many words, and never counts as asked. With
``CXDIGEST_REQUIRE_AUDIT=1`` that fails too. pip-audit asks; nothing is installed or changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.security.packages import installed

_SECONDS = 60  #: for all questions together


def main() -> int:
    """Print what is known and what is not; 1 where something has to be done."""
    packages = {name: one.version for name, one in installed().items()}
    report, why = _asked(packages)
    lines, failed = judged(report, packages, why)
    print("\n".join(lines))
    return 1 if failed or (why and os.environ.get("CXDIGEST_REQUIRE_AUDIT") == "1") else 0


def judged(
    report: dict[str, Any], packages: dict[str, str], why: str = ""
) -> tuple[list[str], bool]:
    """Return lines for a person, and whether a known vulnerability is among them."""
    told = {one["name"]: one for one in report.get("dependencies", [])}
    asked = {name for name, one in told.items() if "vulns" in one}
    lines = []
    for name in sorted(asked):
        for found in told[name]["vulns"]:
            fixed = found.get("fix_versions") or []
            out = (
                f"ask for {name}>={fixed[0]} in pyproject.toml and install again"
                if fixed
                else "there is no mended version yet: see what it says, and do without what it names"
            )
            lines.append(f"{name} {packages.get(name, '')}: {found['id']}; {out}")
    left = sorted(packages.keys() - asked)
    if left:
        reason = why or next((told[one].get("skip_reason", "") for one in left if one in told), "")
        names = ", ".join(left[:5]) + (", …" if len(left) > 5 else "")
        lines.append(
            f"not audited: {len(left)} of {len(packages)} packages ({names}): "
            f"{reason or 'the index says nothing about them'}. Run `make check` where the index tells."
        )
    if asked and not lines:
        lines.append(f"audited: no known vulnerability in {len(asked)} packages")
    return lines, any(told[name]["vulns"] for name in asked)


def _asked(packages: dict[str, str]) -> tuple[dict[str, Any], str]:
    """Return pip-audit's report, and why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "packages.txt")
        listed.write_text("".join(f"{name}=={at}\n" for name, at in packages.items()))
        command = [
            sys.executable, "-m", "pip_audit", "--vulnerability-service", "pypi", "--no-deps", "--disable-pip",
            "--requirement", str(listed), "--format", "json", "--progress-spinner", "off", "--timeout", "5",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return {}, f"the index took more than {_SECONDS} seconds"
    try:
        report = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        return {}, f"the index could not be asked ({last[:200]})"
    skipped = any("vulns" not in one for one in report.get("dependencies", []))
    return report, "the index does not know them" if skipped else ""


if __name__ == "__main__":
    sys.exit(main())
