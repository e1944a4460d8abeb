"""Alerts of a mailbox of many people: their owners, and what each person is told of them."""

from __future__ import annotations

from dataclasses import replace

from tests.store.world import DAY, HOUR, NOW, read, sighting, take_in

SENDER = {"sender": "board.example"}


def mine(key, profile, *sightings, addressed=(), **more):
    one = read(key, *sightings, source="intake", **(SENDER | more))
    return replace(one, profile=profile, addressed=tuple(addressed))


def take(store, *reads, now=NOW):
    return take_in(store, *reads, source="intake", now=now)


def poll(store, now):
    store.claim_source("intake", now=now, lease=HOUR, holder="w")
    store.record_poll(
        "intake", outcome="new", message="", now=now, next_poll=now + HOUR, holder="w"
    )


def seen_by(store, profile):
    found = store.candidates(
        profile, [f"intake/{profile}"], fingerprint="rules-1", since=NOW - 30 * DAY
    )
    return [one.posting.title for one in found]


def find(store, owners, *, mark="1"):
    def owner(addressed):
        return next((owners[one] for one in addressed if one in owners), "")

    return store.find_owners("intake", owner, addressed=lambda _: (), fingerprint=mark)


def test_what_was_nobodys_is_given_once_and_forgets_its_addresses(store):
    take(store, mine("1", "", sighting("Journey Lead"), addressed=["written:cy@x.example"]))
    take(store, mine("2", "", sighting("Insight Lead"), addressed=["written:dee@x.example"]))
    assert not store.is_routed_by("intake", "1")
    assert find(store, {"written:cy@x.example": "cy"}) == {"cy": 1}
    assert store.is_routed_by("intake", "1")
    assert seen_by(store, "cy") == ["Journey Lead"]
    assert store.nobodys("intake", since=NOW - DAY) == [["written:dee@x.example"]]
    assert find(store, {"written:cy@x.example": "bo"}, mark="2") == {}
    assert (seen_by(store, "cy"), seen_by(store, "bo")) == (["Journey Lead"], [])


def test_more_alerts_than_one_transaction_takes_are_all_given(store, monkeypatch):
    monkeypatch.setattr("cxdigest.store.arrivals.intake._CHUNK", 3)
    for number in range(10):
        take(store, mine(f"{number}", "", sighting(f"Lead {number}"), addressed=["a", "b"]))
    assert find(store, {"b": "bo"}) == {"bo": 10}
    assert len(seen_by(store, "bo")) == 10


def test_a_search_for_owners_that_others_overtook_is_not_taken_for_done(store):
    take(store)

    def owner(_):
        store.forget_routing("intake", unless="older")
        return ""

    take(store, mine("1", "", sighting(), addressed=["a"]))
    store.find_owners("intake", owner, addressed=lambda _: (), fingerprint="1")
    assert not store.is_routed_by("intake", "1")
    find(store, {})
    store.forget_routing("intake", unless="1")
    assert store.is_routed_by("intake", "1")


def test_what_came_without_addresses_is_read_for_them(store):
    take(store, mine("1", "", sighting("Journey Lead")))
    found = store.find_owners(
        "intake", lambda to: "", addressed=lambda raw: [raw.decode()], fingerprint="1"
    )
    assert found == {}
    assert store.nobodys("intake", since=NOW - DAY) == [["raw intake 1"]]


def test_a_person_is_told_of_their_own_alerts_alone(store):
    take(
        store,
        mine("1", "anna", sighting("A"), announced=9),
        mine("2", "bo", outcome="unreadable", reason="It is torn."),
        mine("3", "bo", sighting("B"), authenticity="failed", disagreements=("They differ.",)),
        mine("4", "", sighting("C"), announced=5),
        mine("5", "anna", outcome="read", format="feedback"),
    )

    def told(*names):
        reports = store.source_reports(names, since=NOW - HOUR, now=NOW)
        return [
            (one.source, one.alerts, one.unread, one.unread_reasons, len(one.shortfalls),
             one.unverified, one.disagreed)
            for one in reports
        ]  # fmt: skip

    poll(store, NOW)
    assert told("intake/anna", "intake/bo") == [
        ("intake", 1, 0, (), 1, 0, 0),
        ("intake", 2, 1, ("It is torn.",), 0, 1, 1),
    ]
    assert told("intake") == [("intake", 4, 1, ("It is torn.",), 2, 1, 1)]
    assert told("intake/cy") == [("intake", 0, 0, (), 0, 0, 0)]


def test_the_silence_of_one_persons_alerts_is_told_to_that_person(store):
    for ago in range(60, 0, -1):
        then = NOW - ago * DAY
        reads = [mine(f"a{ago}", "anna", sighting(f"A {ago}"))]
        if ago > 25:
            reads.append(mine(f"b{ago}", "bo", sighting(f"B {ago}")))
        take(store, *reads, now=then)
        poll(store, then)
    silent = store.silences(["intake/anna", "intake/bo"], now=NOW)
    assert list(silent) == ["intake/bo"]
    assert "intake/" not in silent["intake/bo"][0]


def test_shares_count_in_what_is_known_of_a_mailbox(store):
    take(store, mine("1", "anna", sighting("A")), mine("2", "bo", sighting("B")), mine("3", ""))
    assert (
        store.tier_shares(["intake"], since=NOW - DAY, intakes=["intake"])["intake"]["title"] == 2
    )
    assert store.tier_shares(["intake"], since=NOW - DAY)["intake"]["title"] == 0


def test_mails_that_asked_in_vain_are_told_with_the_reason(store):
    take(
        store,
        mine("1", "", format="feedback", outcome="not-an-alert", reason="It is too old."),
        mine("2", "", format="auto-reply", outcome="not-an-alert", reason="A program wrote it."),
        mine("3", "", format="feedback", outcome="read"),
    )
    assert store.refused_messages(since=NOW - DAY) == {"intake": ["It is too old."]}
    assert store.nobodys("intake", since=NOW - DAY) == []
