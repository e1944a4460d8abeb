"""A coach's mail over all clients: once a day, small, and never a word of another's client."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from cxdigest.errors import SourceError
from cxdigest.model import routed
from cxdigest.pipeline.reviews.coaches import coach_day
from cxdigest.render import HTML_LIMIT, environment
from cxdigest.render.coach import Client, CoachDay, coach_mail
from tests.pipeline.practice import Practice, client, coach
from tests.ready import shipped_templates
from tests.worlds import DAY, HOUR, MINUTE, NOW, Scripted, alert, never

DATE = date(2026, 11, 21)


@pytest.fixture
def practice(tmp_path):
    """Two clients of Berta, of whom one is reviewed; her mail is due at eight."""
    made = Practice(
        tmp_path,
        sources=[Scripted(script=[[alert("Head of Customer Experience"), alert("CX Designer")]])],
        profiles=[client("ada"), client("ben", wait=None)],
        now=NOW + HOUR,
    )
    yield made
    made.store.close()


def of_clients(practice, name="berta"):
    """The mails over all clients, oldest first."""
    return [text for text in practice.mails_to(name) if "your clients" in text]


def test_it_says_what_waits_and_how_each_client_stands_once_a_day(practice):
    practice.turn()
    practice.turn(after=MINUTE)
    (mail,) = of_clients(practice)
    assert mail.startswith("Saturday 21 November 2026 · Berta: your clients\n2 digests since")
    link = practice.links.page(practice.waiting().id)
    assert (
        "WAITING FOR YOU (1)\n===================\n- Ada: the digest of Sat 21 Nov waits; at "
        f"10:30 on Sat 21 Nov it is sent.\n  {link}\n"
    ) in mail
    assert "ALL CLIENTS (2)" in mail
    practice.turn(after=DAY)
    assert len(of_clients(practice)) == 2


def test_it_is_not_sent_before_its_hour(practice):
    practice.now = NOW
    practice.turn()
    assert of_clients(practice) == []
    practice.turn(after=30 * MINUTE)
    assert len(of_clients(practice)) == 1


def test_what_failed_and_who_left_is_told_with_the_reason(practice):
    practice.mail.script = [never("550 no such mailbox")]
    practice.profiles = [client("ben", wait=None)]
    practice.now = NOW
    practice.turn()
    practice.turn(after=HOUR)
    (mail,) = of_clients(practice)
    told = " ".join(mail.split())
    assert (
        "NEEDS A HAND (1) ================ - Ben: the digest of Sat 21 Nov to ben@x.example could "
        "not be sent over mail: 550 no such mailbox."
    ) in told


def test_sources_of_one_client_stand_with_the_client_and_shared_ones_stand_once(practice):
    practice.sources = [
        Scripted("shared", [SourceError("The server is away", outcome="network")]),
        Scripted("own", [SourceError("The login was refused", outcome="auth")]),
    ]
    practice.profiles = [
        client("ada", wait=None, sources=("shared", "own")),
        client("ben", wait=None, sources=("shared",)),
    ]
    practice.turn()
    told = " ".join(of_clients(practice)[0].split())
    assert "- Source shared, of 2 clients: The server is away." in told
    assert "- Ada: source own: The login was refused." in told


def test_mailbox_of_many_clients_that_cannot_be_read_is_told_once_of_all_of_them(practice):
    practice.intakes = {"intake": "coach@mail.example"}
    practice.sources = [Scripted("intake", [SourceError("The server is away", outcome="network")])]
    practice.profiles = [
        client(name, wait=None, sources=(routed("intake", name),)) for name in ("ada", "ben")
    ]
    practice.turn()
    told = " ".join(of_clients(practice)[0].split())
    assert told.count("The server is away") == 1
    assert "- Source intake, of 2 clients: The server is away." in told


def test_client_for_whom_nothing_came_stands_there_without_a_row_of_noughts(practice):
    practice.sources = [Scripted(script=[[]])]
    practice.turn()
    assert "- Ben: no new postings." in of_clients(practice)[0]


def test_feedback_is_counted_by_client(practice):
    practice.now = NOW
    practice.turn()
    with practice.store._database.reading() as connection:
        one = connection.exec_driver_sql("SELECT id FROM postings LIMIT 1").scalar()
    practice.store.record_feedback(
        "ben", one, "applied", way="command", sender="ben", now=practice.now
    )
    practice.turn(after=HOUR)
    assert "gave feedback: 1 applied" in " ".join(of_clients(practice)[0].split())


def test_no_word_of_another_coachs_client_is_in_it(practice):
    practice.profiles = [client("ada"), client("ben", by="carl", otherwise="hold")]
    practice.coaches = [coach("berta"), coach("carl")]
    practice.mail.script = [None, never("550 no"), never("551 no"), never("552 no")]
    practice.turn()
    practice.turn(after=DAY)
    for name, foreign in (("berta", "ben"), ("carl", "ada")):
        for mail in practice.mails_to(name):
            assert foreign not in mail.lower()


def test_a_coach_without_clients_gets_none(practice):
    practice.coaches = [coach("carl")]
    practice.turn()
    assert practice.mails_to("carl") == []


def test_templates_that_break_are_told_and_the_digest_goes_out_all_the_same(practice, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "brand.yaml").write_text("name: Berta & Co\n")
    (own / "digest.html.j2").write_text("{{ mail.nothing }}")
    practice.branded = dict.fromkeys(["ada", "ben"], environment(own))
    done = practice.turn()
    assert all("digest.html.j2:1" in one.message for one in done.composed)
    assert done.failed
    assert "Berta & Co" in practice.mails_to("ben")[0]
    told = " ".join(of_clients(practice)[0].split())
    assert told.count("digest.html.j2:1") == 1, "two clients, one folder, one sentence"
    assert "the shipped ones stand in their place" in told


def test_the_questions_to_the_store_do_not_grow_with_the_clients(practice):
    practice.turn()
    counts = []
    for number in (2, 40):
        practice.profiles = [client(f"c{n}", wait=None) for n in range(number)]
        asked = []
        engine = practice.store._database.engine

        def listener(*_, asked=asked):
            asked.append(1)

        event.listen(engine, "before_cursor_execute", listener)
        coach_day(practice.street, coach(), practice.profiles, DATE, practice.now)
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def crowd(number, **more):
    return CoachDay(
        stream="coach/berta",
        coach="Berta",
        day=DATE,
        zone="UTC",
        clients=tuple(
            Client(
                profile=f"client-{n}", name=f"Client {n} <&>", day=DATE, fresh=True, genuine=n % 7,
                unclear=3, aside=12, hands=("the server said no.",) if n % 50 == 0 else (), **more,
            )
            for n in range(number)
        ),
    )  # fmt: skip


def test_a_thousand_clients_make_a_mail_of_bounded_size_and_a_table_with_all():
    rendered = coach_mail(crowd(1000), shipped_templates())
    assert len(rendered.html.encode()) <= HTML_LIMIT
    assert rendered.html.count("the server said no.") == 20, "what needs a hand comes first"
    assert rendered.text.count("worth a look, 12 set aside") == 1000
    (table,) = rendered.enclosures
    assert table.name == "clients-2026-11-21.csv"
    assert "clients-2026-11-21.csv" in rendered.html
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 1001


def test_few_clients_need_no_table_and_names_are_text():
    rendered = coach_mail(crowd(3), shipped_templates())
    assert rendered.enclosures == ()
    assert "Client 1 &lt;&amp;&gt;" in rendered.html


def test_no_cell_of_the_table_is_a_formula():
    day = crowd(1000)
    bad = replace(day.clients[0], name='=HYPERLINK("https://evil.example")')
    rendered = coach_mail(replace(day, clients=(bad, *day.clients[1:])), shipped_templates())
    rows = list(csv.reader(io.StringIO(rendered.enclosures[0].content.decode("utf-8-sig"))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
