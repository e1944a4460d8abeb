"""The API keeps to its own description, whatever it is asked: schemathesis asks it over a socket.

Cheap at ``make test``: what is wrong by the description, and a few things that are right, as an
admin. At ``make fuzz`` (``CXDIGEST_EVERY``) every kind of question as admin, coach and client.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cxdigest.console.instance.users import make_token
from cxdigest.store import User
from tests.web.console.doors import bens_delivery, bens_posting
from tests.web.console.instance import Console, put_instance, served

EVERY = os.environ.get("CXDIGEST_EVERY") == "1"
EXAMPLES = os.environ.get("CXDIGEST_EXAMPLES", "60")
USERS = {
    "root": {"role": "admin"},
    "berta": {"role": "coach", "coach": "berta"},
    "ben": {"role": "client", "profile": "ben"},
}
#: What there is, so that not every question ends at 404; other values are asked for besides.
_KNOWN = """
[dictionaries]
profiles = {{ values = ["ben"] }}
postings = {{ values = ["{posting}"] }}
days = {{ values = ["2026-11-20"] }}
sources = {{ values = ["bens"] }}
deliveries = {{ values = ["{delivery}"] }}

[parameters]
"path.profile" = {{ dictionary = "profiles", probability = 0.8 }}
"path.posting_id" = {{ dictionary = "postings", probability = 0.8 }}
"path.day" = {{ dictionary = "days", probability = 0.8 }}
"path.name" = {{ dictionary = "sources", probability = 0.8 }}
"path.delivery" = {{ dictionary = "deliveries", probability = 0.8 }}

# No description can say which text is a pack of rules, which settings fit this installation, and
# what is long enough once the white space around it is gone.
[[operations]]
include-path = [
  "/rules", "/rules/diff", "/profiles", "/profiles/{{profile}}/settings", "/judge",
  "/profiles/{{profile}}/postings/{{posting_id}}/duties",
]
[operations.checks]
positive_data_acceptance = {{ expected-statuses = {also} }}
"""
_ALSO = ["2xx", 401, 403, 404, 409, 422]
#: One right question each, and what is wrong for those whose bodies say most.
_SHORT = """
[phases.examples]
fill-missing = true
[phases.coverage]
unexpected-methods = ["PATCH"]
[phases.coverage.generation]
mode = "negative"
"""
_LATER = """
[[operations]]
exclude-tag = ["rules", "try it"]
[operations.phases.coverage]
enabled = false
"""


@pytest.fixture(scope="module")
def console(tmp_path_factory) -> Iterator[Console]:
    with served(put_instance(tmp_path_factory.mktemp("api"))) as made:
        made.store.record_feedback(
            "ben", bens_posting(made), "applied", way="console", sender="ben", now=made.now
        )
        for name, scope in USERS.items():
            assert made.store.add_user(User(name=name, made=made.now, changed=made.now, **scope))
        yield made


def ask_all(console: Console, folder: Path, who: str, *options: str, config: str = "") -> str:
    """Have schemathesis ask as *who*; return what it says, beginning with ``0`` if all is well."""
    token = make_token(console.store, who, "schemathesis", now=console.now + timedelta(seconds=1))
    known = _KNOWN.format(
        posting=bens_posting(console), delivery=bens_delivery(console), also=_ALSO
    )
    file = folder / "schemathesis.toml"
    file.write_text(config.format(known=known) if config else known, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(file)),
            *("run", f"{console.client.base_url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--checks", "all", "--warnings", "off", "--continue-on-failure", "--no-color"),
            *("--request-timeout", "120"),
            *options,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.returncode}\n{done.stdout}\n{done.stderr}"


def test_nothing_is_found_in_short(console, tmp_path):
    options = ("--phases", "examples,coverage", "--generation-deterministic", "--no-shrink")
    said = ask_all(console, tmp_path, "root", *options, config=f"{_SHORT}{{known}}{_LATER}")
    assert said.startswith("0\n"), said
    assert "No issues found" in said


@pytest.mark.skipif(not EVERY, reason="takes minutes; make fuzz asks so much")
@pytest.mark.parametrize("who", USERS)
def test_nothing_is_found_at_length(who, console, tmp_path):
    options = (
        "--phases",
        "coverage,fuzzing,stateful",
        "--max-examples",
        EXAMPLES,
        "--generation-database",
        "none",
    )
    said = ask_all(console, tmp_path, who, *options)
    assert said.startswith("0\n"), said
    print(said)
