"""Alerts as pages list them."""

from __future__ import annotations

from dataclasses import replace

from tests.store.world import HOUR, NOW, posting_id, read, sighting, take_in


def test_alerts_come_the_latest_first_and_go_on_where_a_page_ended(store):
    for number in range(5):
        take_in(store, read(f"a{number}", sighting(f"Role {number}")), now=NOW + number * HOUR)
    # Of one moment: their ids decide.
    take_in(store, *(read(f"b{n}", sighting(f"Same {n}")) for n in range(4)), now=NOW + 9 * HOUR)
    seen, before = [], None
    while found := store.taken_in("inbox", before=before, most=2):
        assert len(found) <= 2
        seen += found
        before = (found[-1].stored, found[-1].id)
    assert len({one.id for one in seen}) == 9
    assert [one.first for one in seen][4:] == [f"Role {n}" for n in (4, 3, 2, 1, 0)]
    assert {one.first for one in seen[:4]} == {f"Same {n}" for n in range(4)}


def test_only_alerts_that_could_not_be_read_are_left_where_that_is_asked_for(store):
    take_in(
        store,
        read("a", sighting()),
        read("b", outcome="unreadable", reason="It is cut."),
        read("c", outcome="not-an-alert"),
        read("d", outcome="too-large"),
    )
    found = store.taken_in("inbox", unread=True, most=10)
    assert {(one.outcome, one.reason, one.unread) for one in found} == {
        ("unreadable", "It is cut.", True),
        ("too-large", "", True),
    }


def test_one_alert_is_told_with_its_sightings_in_order(store):
    news = sighting("News of a queue", is_posting=False)
    one = read("a", sighting("A"), news, sighting("C"), sender="x.example", announced=4)
    take_in(store, one)
    (listed,) = store.taken_in("inbox", most=10)
    found = store.taken(listed.id)
    assert found == listed
    assert (found.sender, found.announced, found.shown, found.first) == ("x.example", 4, 2, "A")
    shown = store.shown_in(found.id, most=10)
    assert [(each.title, bool(each.posting_id)) for each in shown] == [
        ("A", True), ("News of a queue", False), ("C", True),
    ]  # fmt: skip
    assert len(store.shown_in(found.id, most=2)) == 2


def test_a_number_that_no_column_holds_is_no_alert(store):
    take_in(store, read("a", sighting()))
    for number in (0, -1, 2**63, 10**40):
        assert store.taken(number) is None
        assert store.shown_in(number, most=5) == []
        assert not store.is_behind(number, "x", ["inbox"])
    assert store.taken_in("inbox", before=(NOW, 10**40), most=5) == []


def test_behind_a_posting_are_only_the_alerts_of_sources_that_one_may_see(store):
    role = sighting()
    take_in(store, read("a", role), now=NOW)
    take_in(store, read("b", role, source="other"), source="other", now=NOW + HOUR)
    mine = replace(read("c", role, source="intake"), profile="ada")
    bens = replace(read("d", role, source="intake"), profile="ben")
    take_in(store, mine, bens, source="intake", now=NOW + 2 * HOUR)
    of = posting_id(role)
    found = store.taken_behind(of, ["inbox", "intake/ada"])
    assert [(one.source, one.profile) for one in found] == [("intake", "ada"), ("inbox", "")]
    everybody = {
        one.key: one.id
        for one in store.taken_behind(of, ["inbox", "other", "intake/ada", "intake/ben"])
    }
    assert store.is_behind(everybody["c"], of, ["intake/ada"])
    assert not store.is_behind(everybody["d"], of, ["intake/ada"])
    assert not store.is_behind(everybody["b"], of, ["inbox"])
    assert not store.is_behind(everybody["a"], "another", ["inbox"])
