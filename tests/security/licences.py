"""The licence of every package that comes with cxdigest: ``make licences`` writes the page.

``python -m tests.security.licences`` prints the page; with ``--check`` it says which licence nobody
has looked at yet. Read from what the installed packages say of themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import Distribution

from tests.security.packages import direct, installed, name_of

#: What may come with a program under Apache-2.0: permissive ones, and those that bind their own
#: files alone (MPL) or a library that may be exchanged (LGPL).
ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python",
    "GPL-3.0-or-later WITH GCC-exception-3.1", "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only",
    "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
})  # fmt: skip
#: As packages wrote it before there were expressions.
_SAID = {
    "Apache License 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause", "BSD License": "BSD-3-Clause", "ISC License": "ISC",
    "ISC License (ISCL)": "ISC", "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "The BSD 2-Clause License": "BSD-2-Clause",
}  # fmt: skip
#: Those that say nothing about it where a program could read it; from their licence file.
_SILENT = {"imapclient": "BSD-3-Clause"}


def licence_of(package: Distribution) -> str:
    """Return the licence of *package* as an SPDX expression; ``""`` where it does not say."""
    meta = package.metadata
    named = [
        one.rpartition(" :: ")[2]
        for one in meta.get_all("Classifier", [])
        if one.startswith("License ::")
    ]
    for said in (meta.get("License-Expression"), meta.get("License"), " OR ".join(named)):
        line = (said or "").strip()
        if line and len(line.splitlines()) == 1:
            return _SAID.get(line, line)
    return _SILENT.get(name_of(package.name), "")


def may_come(licence: str) -> bool:
    """Tell whether all parts of the expression *licence* are allowed, of an OR any."""
    parts = licence.replace("(", " ").replace(")", " ").split(" AND ")
    return all(any(one.strip() in ALLOWED for one in part.split(" OR ")) for part in parts)


def problems() -> list[str]:
    """Return a line for each package whose licence nobody has allowed."""
    return [
        f"{name}: {licence_of(one) or 'no licence is named'}; look at it, and allow it in "
        "tests/security/licences.py or do without the package"
        for name, one in installed().items()
        if not may_come(licence_of(one))
    ]


def page(rows: Iterable[tuple[str, str]]) -> str:
    """Return docs/licences.md."""
    asked = {name_of(one.name) for one in direct()}
    lines = [
        f"| {name} | {licence} | {'itself' if name in asked else 'through another'} |"
        for name, licence in rows
    ]
    return "\n".join([
        "# Licences of what comes with cxdigest", "",
        "cxdigest is under Apache-2.0. `make licences` wrote this page from what the installed packages say",
        "of themselves, those of the extras `apprise`, `fit` and `postgresql` included; `make check` refuses",
        "a package whose licence is not among those that were looked at.", "",
        "| package | licence | asked for |", "|---|---|---|", *lines, "",
    ])  # fmt: skip


def main() -> int:
    """Print the page, or with ``--check`` what is wrong."""
    if sys.argv[1:] == ["--check"]:
        found = problems()
        print("\n".join(found) or f"licences: all {len(installed())} packages may come along")
        return 1 if found else 0
    print(page((name, licence_of(one)) for name, one in installed().items()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
