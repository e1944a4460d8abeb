"""What a page of clients shows beside their standing: how digests arrived, who said a word."""

from __future__ import annotations

from tests.store.world import HOUR, NOW, compose, posting_id, sighting, take_in
from tests.store.world import read as alert


def test_deliveries_are_counted_by_how_they_stand(store):
    made = compose(store, "a@x.example", "b@x.example")
    found = store.arrivals([made, "none"])
    assert found.keys() == {made}
    assert found[made].states == {"waiting": 2}
    first, _ = store.deliveries("ada")
    store.record_bounce(first.id, words="5.1.1 not there", now=NOW)
    assert store.arrivals([made])[made].states == {"waiting": 1, "bounced": 1}
    assert store.arrivals([]) == {}


def test_words_are_told_since_each_ones_own_moment(store):
    one = sighting()
    take_in(store, alert("a", one))
    for number, who in enumerate(("ada", "ben")):
        store.record_feedback(
            who, posting_id(one), "genuine", way="mail", sender=who, now=NOW + number * HOUR
        )
    assert store.said_since({}) == {}
    since = {"ada": NOW, "ben": NOW, "eve": NOW}
    found = store.said_since(since)
    assert {name: [said.sender for said in words] for name, words in found.items()} == {
        "ben": ["ben"]
    }
    assert store.said_since({"ada": NOW - HOUR})["ada"][0].word == "genuine"
