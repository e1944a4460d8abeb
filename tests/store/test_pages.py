"""What the store remembers of pages, on both databases."""

from __future__ import annotations

from tests.store.world import DAY, NOW, read, sighting, take_in


def test_the_postings_of_a_source_are_counted_by_what_is_known_of_them(store):
    take_in(
        store,
        read("a", sighting("Head of CX"), sighting("Lead CX", snippet="Own the journey.")),
        read("b", sighting("Head of CX")),
    )
    take_in(
        store, read("c", sighting("Lead CX"), source="quiet"), source="quiet", now=NOW - 40 * DAY
    )
    store.register_sources(["quiet"], now=NOW)
    assert store.tier_shares(["inbox", "quiet"], since=NOW - 30 * DAY) == {
        "inbox": {"title": 1, "snippet": 1, "full": 0},
        "quiet": {"title": 0, "snippet": 0, "full": 0},
    }
