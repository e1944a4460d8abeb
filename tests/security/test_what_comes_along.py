"""Licences and known vulnerabilities of what comes with cxdigest: what is not known is said."""

from __future__ import annotations

import pytest

from tests.security.audit import judged
from tests.security.licences import may_come, problems
from tests.security.packages import ROOT, direct, name_of

PACKAGES = {"jinja2": "3.1.2", "rich": "15.0", "typer": "0.29"}


def test_every_package_that_comes_along_has_a_licence_that_was_looked_at():
    assert problems() == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("BSD-3-Clause AND (MIT OR GPL-3.0-only)", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_a_licence_comes_along_where_all_its_parts_may(licence: str, allowed: bool):
    assert may_come(licence) is allowed


def test_the_page_of_licences_names_every_package_that_is_asked_for():
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    for one in direct():
        assert f"| {name_of(one.name)} |" in page, "make licences"


def test_a_known_vulnerability_fails_and_names_the_way_out():
    report = {
        "dependencies": [
            {
                "name": "jinja2",
                "version": "3.1.2",
                "vulns": [{"id": "GHSA-h75v", "fix_versions": ["3.1.3"]}],
            },
            {"name": "rich", "version": "15.0", "vulns": []},
            {
                "name": "typer",
                "version": "0.29",
                "vulns": [{"id": "PYSEC-1", "fix_versions": []}],
            },
        ]
    }
    lines, failed = judged(report, PACKAGES)
    assert failed
    assert lines[0] == (
        "jinja2 3.1.2: GHSA-h75v; ask for jinja2>=3.1.3 in pyproject.toml and install again"
    )
    assert "no mended version yet" in lines[1]


def test_what_could_not_be_asked_is_said_and_is_not_called_audited():
    silent = {"dependencies": [{"name": "jinja2", "skip_reason": "not found"}]}
    for report, why in (({}, "no connection"), (silent, "the index does not know them")):
        (line,), failed = judged(report, PACKAGES, why)
        assert not failed
        assert line.startswith("not audited: 3 of 3 packages (jinja2, rich, typer): " + why)


def test_what_was_asked_for_a_part_alone_says_which_part():
    report = {"dependencies": [{"name": "rich", "version": "15.0", "vulns": []}]}
    lines, failed = judged(report, PACKAGES, "the index does not know them")
    assert not failed
    (line,) = lines
    assert line.startswith("not audited: 2 of 3 packages (jinja2, typer): the index does not know")


def test_a_whole_audit_without_a_finding_says_so():
    report = {"dependencies": [{"name": name, "vulns": []} for name in PACKAGES]}
    assert judged(report, PACKAGES) == (["audited: no known vulnerability in 3 packages"], False)
