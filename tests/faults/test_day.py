"""Workers killed at random moments of whole days of work: nothing is lost, nothing sent unexplained.

Real mailbox, real web server, real mail server, on SQLite and PostgreSQL. ``make faults`` kills five
hundred times (CXDIGEST_KILLS), the ordinary run ten.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from cxdigest.store import open_store
from tests import started
from tests.faults.openings import put_pages
from tests.faults.wire import Wire
from tests.pipeline.one_of_two import title

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CXDIGEST_KILLS", "10"))
#: At which hours digests are made, so that there is one to make at any time of the day.
SEND_AT = ("01:30", "09:30", "17:30")
#: More than any run comes to: a turn that lives takes as many openings as one that is killed.
OPENINGS = 30 * KILLS


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty store, and its share of the kills."""
    if request.param == "sqlite":
        yield str(tmp_path / "data" / "cxdigest.sqlite"), KILLS - KILLS // 2
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    with Wire(postgres.socket) as wire:
        yield f"postgresql://{postgres.user}@{wire.host}:{wire.port}/{name}", KILLS // 2
    postgres.drop(name)


def configure(path, *, store, feed, dovecot, owner, postfix, readers):
    deliver = [{"channel": "mail", "to": [reader.name for reader in readers]}]
    path.write_text(
        yaml.safe_dump({
            "store": {"url": store},
            "net": {"allow": ["127.0.0.0/8"], "pace": 0},
            "sources": {
                "inbox": {
                    "type": "mailbox", "host": "127.0.0.1", "port": dovecot.imap_port,
                    "security": "none", "user": owner.name, "password": owner.password, "every": 5,
                },
                "jobs": {"type": "feed", "url": feed, "every": 5},
            },
            "channels": {
                "mail": {
                    "type": "smtp", "host": "127.0.0.1", "port": postfix.plain_port,
                    "security": "none", "sender": "cxdigest <digest@coach.example>",
                }
            },
            "profiles": {
                f"p{number}": {
                    "name": f"Reader {number}", "sources": ["inbox", "jobs"], "send_at": send_at,
                    "time_zone": "UTC", "deliver": deliver, "read_pages": number == 0,
                }
                for number, send_at in enumerate(SEND_AT)
            },
        })
    )  # fmt: skip
    path.chmod(0o600)
    return path


def query(store, sql):
    with store._database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def assert_all_taken_in(store, told):
    """Every mail and every entry that was put out is there once, and so is every opening."""
    seen = Counter(source for (source,) in query(store, "SELECT source FROM alerts"))
    assert seen == {"inbox": told["mails"], "jobs": told["shown"]}
    assert query(store, "SELECT count(*) FROM alerts WHERE outcome <> 'read'") == [(0,)]
    titles = Counter(one for (one,) in query(store, "SELECT title FROM postings"))
    assert titles == dict.fromkeys(map(title, range(told["openings"])), 1)
    postings = {one for (one,) in query(store, "SELECT id FROM postings")}
    assert {one for (one,) in query(store, "SELECT posting_id FROM sightings")} == postings


def assert_all_shown_once(store):
    """Each posting stands once as new in the digests of each profile.

    As unclear at most, and then once more if its duties came after that digest.
    """
    found = {}
    for profile, posting, section in query(
        store,
        "SELECT g.profile, i.posting_id, i.section FROM digest_items i"
        " JOIN digests g ON g.id = i.digest_id WHERE i.section <> 'again' ORDER BY g.day",
    ):
        found.setdefault(profile, {}).setdefault(posting, []).append(section)
    postings = {one for (one,) in query(store, "SELECT id FROM postings")}
    assert len(found) == len(SEND_AT)
    for name, shown in found.items():
        assert shown.keys() == postings, name
        told = set(map(tuple, shown.values()))
        assert told <= {("genuine",), ("unclear",), ("unclear", "genuine")}, (name, told)


def assert_nothing_stuck(store):
    for table, holder in (("sources", "lease_until"), ("hosts", "holder"), ("deliveries", "due")):
        assert query(store, f"SELECT count(*) FROM {table} WHERE {holder} IS NOT NULL") == [(0,)]
    assert query(store, "SELECT DISTINCT state FROM deliveries") == [("sent",)]
    assert query(store, "SELECT count(*) FROM postings WHERE judged IS NULL") == [(0,)]


def copies(dovecot, readers):
    """How often each mail arrived, by reader and Message-ID, with what it was."""
    found = {}
    for reader in readers:
        for raw in dovecot.mails(reader):
            below = raw[raw.index(b"Message-ID:") :]
            found.setdefault((reader.name, below.split(maxsplit=2)[1].decode()), []).append(below)
    return found


def test_workers_killed_all_day_lose_no_posting_and_send_nothing_unexplained(  # noqa: PLR0917 - fixtures
    url, web, dovecot, postfix, tmp_path, record_property
):
    place, kills = url
    owner, readers = dovecot.user("seeker"), [dovecot.user(f"reader{n}") for n in range(2)]
    shown = tmp_path / "feed.xml"
    feed = web.play("/feed", lambda asked: asked.reply(200, {}, shown.read_bytes()))
    put_pages(web, range(OPENINGS))
    config = configure(
        tmp_path / "config.yaml", store=place, feed=feed, dovecot=dovecot, owner=owner,
        postfix=postfix, readers=readers,
    )  # fmt: skip
    seed = random.randrange(10**6)
    given = {
        "config": str(config), "web": web.url, "feed": str(shown), "kills": kills, "seed": seed,
        "dovecot": asdict(dovecot) | {"folder": str(dovecot.folder)}, "owner": asdict(owner),
    }  # fmt: skip
    done = started.run(
        "tests.faults.day", cwd=ROOT, given=json.dumps(given).encode(), timeout=120 + 20 * kills
    )
    assert done.returncode == 0, f"{seed}\n{done.stderr}"
    told = json.loads(done.stdout)
    store = open_store(place)
    try:
        assert_all_taken_in(store, told)
        assert_all_shown_once(store)
        assert_nothing_stuck(store)
        sent = {
            (who, number): tries
            for who, number, tries in query(
                store, "SELECT recipient, message_id, attempts FROM deliveries"
            )
        }
    finally:
        store.close()
    dovecot.mails(readers[0], at_least=len(sent) // 2)
    found = copies(dovecot, readers)
    again = sum(len(mails) - 1 for mails in found.values())
    print(f"seed {seed}: {told}, {len(sent)} mails, {again} second copies")
    assert found.keys() == sent.keys(), "every recipient has every digest"
    for one, mails in found.items():
        assert len(mails) <= sent[one], "no copy but where a worker died with it in hand"
        assert len(set(mails)) == 1, "all copies are the same mail"
    record_property("injected", told["killed"])
    record_property("lost", 0)
    record_property(
        "note",
        f"{told['killed']} kills in {told['hours']:.0f} hours, {told['openings']} openings, "
        f"{len(sent)} mails, {again} second copies",
    )
