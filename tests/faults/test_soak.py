"""A busy instance holds no more memory, files or threads after hours of work, and nothing piles up.

``make soak`` lets it work for 26 hours in fast motion (CXDIGEST_HOURS), the ordinary run for three with
half as many turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from tests.faults.openings import put_pages
from tests.faults.test_day import configure

ROOT = Path(__file__).parents[2]
HOURS = int(os.environ.get("CXDIGEST_HOURS", "3"))
TURNS = 4 if "CXDIGEST_HOURS" in os.environ else 2  #: an hour
BEFORE = 20 if "CXDIGEST_HOURS" in os.environ else 0  #: mails that were there when it began
OPENINGS = 3 * (BEFORE + TURNS * HOURS)


def test_a_busy_instance_grows_in_nothing_but_what_it_stores(
    web, dovecot, postfix, tmp_path, record_property
):
    owner, readers = dovecot.user("seeker"), [dovecot.user(f"reader{n}") for n in range(2)]
    shown = tmp_path / "feed.xml"
    feed = web.play("/feed", lambda asked: asked.reply(200, {}, shown.read_bytes()))
    put_pages(web, range(OPENINGS + 3))
    config = configure(
        tmp_path / "config.yaml", store=str(tmp_path / "data" / "cxdigest.sqlite"), feed=feed,
        dovecot=dovecot, owner=owner, postfix=postfix, readers=readers,
    )  # fmt: skip
    given = {
        "config": str(config), "web": web.url, "feed": str(shown), "hours": HOURS, "turns": TURNS, "before": BEFORE,
        "dovecot": asdict(dovecot) | {"folder": str(dovecot.folder)}, "owner": asdict(owner),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.soak"], cwd=ROOT, input=json.dumps(given) + "\n",
        text=True, capture_output=True, timeout=120 + 120 * HOURS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    noted = json.loads(done.stdout)
    print(*noted, sep="\n")
    settled, after, last = noted[1], noted[min(9, HOURS - 1)], noted[-1]
    assert last["postings"] == OPENINGS
    assert {one["unjudged"] for one in noted} == {0}
    assert {one["waiting"] for one in noted} == {0}
    # A connection more or less is none that was forgotten: those would be one a turn.
    assert last["files"] <= settled["files"] + 3
    assert last["threads"] <= settled["threads"] + 1
    grown = after["kb"] / settled["kb"] - 1
    assert grown < 0.05, noted
    record_property("injected", TURNS * HOURS)
    record_property(
        "note",
        f"{settled['kb'] // 1024} MB after hour 2, {after['kb'] // 1024} after hour {min(10, HOURS)}, "
        f"{last['kb'] // 1024} after hour {HOURS}; {settled['files']} and {last['files']} open files",
    )
