"""One mailbox for many people: each sees what is theirs, and nobody what is another's."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxdigest.extract.mails.authenticity import Receiver
from cxdigest.model import routed
from cxdigest.pipeline import reread
from tests.pipeline.mails import COACH, job_mail, letter
from tests.worlds import DAY, HOUR, Scripted, World, profile

HOME = "{}@home.example"


def person(name, *addresses):
    return profile(
        name, sources=(routed("intake", name),), to=(f"{name}@x.example",), addresses=addresses
    )


@pytest.fixture
def clients(world):
    """A world with an intake mailbox and the profiles anna and bo."""
    world.intakes = {"intake": COACH}
    world.receivers = {"intake": Receiver(authserv=("mx.mail.example",))}
    world.profiles = [person("anna", HOME.format("anna")), person("bo", HOME.format("bo"))]
    return world


def comes(world, *mails, after=2 * HOUR):
    world.sources = [Scripted("intake", [list(mails)])]
    return world.turn(after=after)


def owners(world):
    with world.store._database.reading() as connection:
        query = "SELECT profile, addressed FROM alerts ORDER BY stored, id"
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def nobodys(world):
    return world.store.nobodys("intake", since=world.now - 30 * DAY)


def test_each_gets_what_was_sent_to_them(clients):
    comes(
        clients,
        job_mail("Journey Lead", delivered="coach+anna@mail.example"),
        job_mail("Insight Lead", to=HOME.format("bo")),
        job_mail("Service Designer", sender="anna@home.example"),
    )
    assert clients.shown("anna") == {"Journey Lead", "Service Designer"}
    assert clients.shown("bo") == {"Insight Lead"}
    assert sorted(owners(clients)) == [("anna", "[]")] * 2 + [("bo", "[]")], "and forgets by what"


def test_what_is_nobodys_is_told_to_nobody_but_who_runs_it(clients):
    comes(clients, job_mail("Journey Lead"), job_mail("Insight Lead", to="cy@home.example"))
    assert clients.shown("anna") == clients.shown("bo") == set()
    assert [f"delivered:{COACH}" in one for one in nobodys(clients)] == [True, True]
    told = "\n".join(mail["text"] for mail in clients.mail.mails)
    assert "cy@" not in told
    assert "Lead" not in told


def test_what_was_nobodys_is_news_to_whom_it_is_found_to_belong(clients):
    comes(clients, job_mail("Journey Lead", to="cy@home.example"), job_mail("Insight Lead"))
    clients.profiles = [*clients.profiles, person("cy", "cy@home.example")]
    comes(clients, after=DAY)
    assert clients.shown("cy") == {"Journey Lead"}
    assert len(nobodys(clients)) == 1
    comes(clients, after=DAY)
    assert sum("Journey Lead" in mail["text"] for mail in clients.mail.mails) == 1


def test_what_has_an_owner_keeps_it_when_the_address_moves(clients):
    comes(clients, job_mail("Journey Lead", to=HOME.format("anna")))
    clients.profiles = [person("anna"), person("bo", HOME.format("anna"))]
    comes(clients, job_mail("Insight Lead", to=HOME.format("anna")), after=DAY)
    assert (clients.shown("anna"), clients.shown("bo")) == ({"Journey Lead"}, {"Insight Lead"})


def test_what_is_older_than_the_lookback_is_no_news_even_when_found(clients):
    comes(clients, job_mail("Journey Lead", to="cy@home.example"))
    clients.profiles = [*clients.profiles, person("cy", "cy@home.example")]
    comes(clients, after=8 * DAY)
    assert clients.shown("cy") == set()
    assert owners(clients)[0][0] == "cy"


def test_nothing_is_looked_at_again_while_nothing_changed(clients):
    comes(clients, job_mail("Journey Lead"))
    looked = []
    clients.store._unclaimed_after = lambda *_: looked.append(1) or []
    comes(clients)
    assert looked == []
    clients.profiles = [*clients.profiles, person("cy")]
    comes(clients)
    comes(clients)
    assert looked == [1]


def test_what_another_worker_stored_by_older_addresses_is_looked_at_again(clients):
    comes(clients)
    older = clients.profiles
    clients.profiles = [*older, person("cy", "cy@home.example")]
    comes(clients)
    clients.profiles = older  # a worker that has not heard of cy
    clients.store.find_owners = lambda *_, **__: {}
    comes(clients, job_mail("Journey Lead", to="cy@home.example"))
    del clients.store.find_owners
    clients.profiles = [*older, person("cy", "cy@home.example")]
    comes(clients, after=DAY)
    assert clients.shown("cy") == {"Journey Lead"}


def test_a_mailbox_that_becomes_one_for_many_people_loses_nothing_that_waits(clients):
    people, clients.profiles, clients.intakes = clients.profiles, [], {}
    comes(clients, job_mail("Journey Lead", to=HOME.format("anna")), job_mail("Insight Lead"))
    clients.profiles, clients.intakes = people, {"intake": COACH}
    comes(clients)
    assert clients.shown("anna") == {"Journey Lead"}
    assert [f"delivered:{COACH}" in one for one in nobodys(clients)] == [True]


def test_read_again_it_stays_with_its_owner(clients):
    comes(clients, job_mail("Journey Lead", to=HOME.format("anna")), job_mail("Insight Lead"))
    *_, sums = reread(clients.store, clients.receivers, clock=lambda: clients.now + HOUR)
    assert sums.alerts == 2
    with clients.store._database.reading() as connection:
        found = connection.exec_driver_sql("SELECT source, title FROM sightings ORDER BY source")
        assert [tuple(row) for row in found] == [
            ("intake", "Insight Lead"), ("intake/anna", "Journey Lead")
        ]  # fmt: skip


def test_reports_tell_of_a_persons_own_alerts_alone(clients):
    comes(
        clients,
        job_mail("Journey Lead", to=HOME.format("anna")),
        job_mail("Insight Lead", to=HOME.format("bo")),
        letter("hello", "No jobs here.", sender=HOME.format("bo")),
    )

    def told(*names):
        reports = clients.store.source_reports(names, since=None, now=clients.now)
        return [(one.source, one.alerts) for one in reports]

    assert told("intake/anna", "intake/bo") == [("intake", 1), ("intake", 2)]
    assert told("intake") == [("intake", 3)]
    assert told("intake/cy") == [("intake", 0)]
    texts = {mail["to"]: mail["text"] for mail in clients.mail.mails}
    assert "intake/" not in "".join(texts.values())


def test_a_reply_to_a_digest_is_nobodys_alert(clients):
    comes(clients, job_mail("Journey Lead", to=HOME.format("anna")))
    (mail,) = (mail for mail in clients.mail.mails if mail["to"] == "anna@x.example")
    comes(clients, letter("Re: 1 role", "stop", answers=mail["id"]))
    assert [one.recipient for one in clients.store.pauses()] == ["anna@x.example"]
    assert owners(clients)[-1][0] == "anna"
    assert nobodys(clients) == []


NAMES = ("anna", "bo", "cy")
ADDRESSES = [f"{name}@home.example" for name in (*NAMES, "dee")]
MAILS = st.lists(
    st.tuples(
        st.sampled_from([COACH, *(f"coach+{name}@mail.example" for name in (*NAMES, "dee"))]),
        st.sampled_from([COACH, *ADDRESSES, ", ".join(ADDRESSES[:2])]),
        st.sampled_from(["alerts@board.example", *ADDRESSES]),
    ),
    max_size=5,
)
PEOPLE = st.lists(st.lists(st.sampled_from(ADDRESSES), max_size=2), min_size=3, max_size=3)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(PEOPLE, PEOPLE, MAILS)
def test_no_posting_and_no_name_ever_reaches_another(before, after, mails):
    """Whatever mails come and whoever claims which address, then and later."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), intakes={"intake": COACH})
        try:
            world.profiles = [person(n, *a) for n, a in zip(NAMES, before, strict=True)]
            alerts = [
                job_mail(f"Role {chr(65 + number)}", delivered=delivered, to=to, sender=sender)
                for number, (delivered, to, sender) in enumerate(mails)
            ]
            comes(world, *alerts)
            world.profiles = [person(n, *a) for n, a in zip(NAMES, after, strict=True)]
            comes(world, after=DAY)
            _check(world, mails, [before, after])
        finally:
            world.store.close()


def _check(world, mails, states):
    for number, (delivered, to, sender) in enumerate(mails):
        title = f"Role {chr(65 + number)}"
        who = {name for name in NAMES if title in world.shown(name)}
        assert len(who) <= 1, "one person alone sees it"
        named = f"{delivered} {to} {sender}"
        for name in who:
            mine = {address for state in states for address in state[NAMES.index(name)]}
            assert f"+{name}@" in named or any(address in named for address in mine)
    for mail in world.mail.mails:
        owner = mail["to"].partition("@")[0]
        for other in set(NAMES) - {owner}:
            assert f"{other}@" not in mail["text"]
            assert f"intake/{other}" not in mail["text"]
        for posting in world.store.candidates(
            "fresh", [f"intake/{owner}"], fingerprint="", since=world.now - 30 * DAY
        ):
            assert {seen.source for seen in posting.seen} == {f"intake/{owner}"}
