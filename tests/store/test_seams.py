"""Where rooms of the store meet: readings again, merges, pages and partings of the same postings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete

from cxdigest.identity import SUBSTANCE, with_page
from cxdigest.model import Page
from cxdigest.store import Asked
from cxdigest.store.schema import sightings
from tests.store.openings.test_merging import COPY, OWN, ROLE, identify, ids, whole
from tests.store.world import DAY, HOUR, NOW, judge, read, sighting, take_in, verdict

DUTIES = "Own the customer journey from the first call to the renewal. " * 8
assert len(DUTIES) > SUBSTANCE


def three(store):
    """ROLE, COPY and OWN, seen one a day, as one posting."""
    for day, one in enumerate((ROLE, COPY, OWN)):
        take_in(store, read(f"a{day}", one, now=NOW + day * DAY), now=NOW + day * DAY)
    assert identify(store).merged == 2
    return ids(ROLE, COPY, OWN)


def forget_sightings(store, *keys):
    """What a reading again leaves that does not find them any more."""
    with store._database.writing() as connection:
        connection.execute(delete(sightings).where(sightings.c.key.in_(keys)))


@pytest.mark.parametrize("gone", [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]])
@pytest.mark.parametrize("apart", [0, 1, 2])
def test_what_no_alert_shows_any_more_can_still_be_parted(store, gone, apart):
    names = three(store)
    forget_sightings(store, *(names[one] for one in gone))
    rest = store.unmerge(names[apart], now=NOW)
    assert rest in names
    assert rest != names[apart]
    assert store.posting(names[apart]).title == (ROLE, COPY, OWN)[apart].title or apart in gone
    assert {one.id for one in store.every_posting()} == {rest, names[apart]}
    whole(store)
    identify(store)
    assert store.known_as(names[apart]) == names[apart]


def test_a_gatherers_link_to_a_boards_record_meets_that_record(store):
    gathered = sighting("Customer Experience Lead", company="Foxglove", url=OWN.url, native_id="")
    named = replace(OWN, title="CX Lead, EMEA", company="Foxglove Group plc")
    take_in(store, read("a", gathered))
    take_in(store, read("b", named, now=NOW + DAY), now=NOW + DAY)
    assert identify(store).merged == 1
    (reason,) = store.merged_into(ids(gathered)[0]).values()
    assert reason == "Both are greenhouse:77 on the board itself."


def test_two_records_of_a_board_behind_a_gatherers_links_stay_two(store):
    first = replace(OWN, native_id="")
    second = replace(first, url=OWN.url.replace("77", "78"))
    take_in(store, read("a", first, second))
    assert identify(store).merged == 0


@pytest.mark.parametrize("board_first", [True, False])
def test_an_opening_of_a_board_source_keeps_its_duties_after_a_parting(store, board_first):
    on_board = replace(OWN, description=DUTIES)
    pair = (on_board, COPY) if board_first else (COPY, on_board)
    for day, one in enumerate(pair):
        take_in(store, read(f"a{day}", one, now=NOW + day * DAY), now=NOW + day * DAY)
    identify(store)
    own, copy = ids(OWN, COPY)
    merged = store.posting(store.known_as(own))
    assert (merged.description, merged.duties_from) == (DUTIES, "alert")
    store.unmerge(next(iter(store.merged_into(merged.id))), now=NOW)
    assert store.posting(own).description == DUTIES
    assert store.posting(copy).description == ""


def page_read(store, posting_id, page, now=NOW):
    asked = Asked(url="https://x.example/", outcome="read", detail="", asked=now, due=None)
    store.record_page(posting_id, asked, change=lambda known: with_page(known, page))


def test_better_duties_are_judged_again_and_worse_ones_are_not(store):
    take_in(store, read("a", ROLE))
    (role,) = ids(ROLE)
    page_read(store, role, Page(reader="article", description=DUTIES))
    judge(store, verdict(role, tier="full"))
    assert store.unjudged("rules-1", limit=9) == []
    page_read(store, role, Page(reader="greenhouse", description=DUTIES + "And more."), NOW + HOUR)
    ((again, tier),) = store.unjudged("rules-1", limit=9)
    assert (again.duties_from, tier) == ("greenhouse", "full")
    judge(store, verdict(role, tier="full", kind="service"))
    page_read(store, role, Page(reader="article", description="Short."), NOW + 2 * HOUR)
    assert store.unjudged("rules-1", limit=9) == []
    assert store.verdict(role).kind == "service"


def test_a_page_that_is_open_again_says_so(store):
    take_in(store, read("a", ROLE))
    (role,) = ids(ROLE)
    page_read(store, role, Page(reader="json-ld", closed="It takes no applications."))
    assert store.posting(role).closed == "It takes no applications."
    page_read(store, role, Page(reader="json-ld", description=DUTIES), NOW + HOUR)
    assert store.posting(role).closed == ""


def test_a_page_has_one_asker_until_its_lease_is_over(store):
    take_in(store, read("a", ROLE))
    (role,) = ids(ROLE)
    bounds = {"now": NOW, "until": NOW + HOUR}
    assert store.claim_page(role, None, holder="w1", **bounds)
    assert not store.claim_page(role, None, holder="w2", **bounds)
    held = store.page(role)
    assert not store.claim_page(role, held, holder="w2", **bounds)
    later = {"now": NOW + HOUR, "until": NOW + 2 * HOUR}
    assert store.claim_page(role, held, holder="w2", **later), "the first one died"
    store.release_page(role, held, holder="w1")
    assert not store.claim_page(role, held, holder="w3", **later), (
        "it is not the first one's any more"
    )
    page_read(store, role, Page(reader="article", description="Short."), NOW + HOUR)
    assert not store.claim_page(role, held, holder="w3", **later), "it was asked since"
    assert store.claim_page(role, store.page(role), holder="w3", **later)


def test_a_page_that_was_not_asked_for_after_all_is_as_before(store):
    take_in(store, read("a", ROLE))
    (role,) = ids(ROLE)
    bounds = {"now": NOW, "until": NOW + HOUR, "holder": "w1"}
    assert store.claim_page(role, None, **bounds)
    store.release_page(role, None, holder="w1")
    assert store.page(role) is None
    page_read(store, role, Page(reader="article", description="Short."))
    before = store.page(role)
    assert store.claim_page(role, before, **bounds)
    store.release_page(role, before, holder="w1")
    assert store.page(role) == before


def test_a_posting_that_is_gone_has_no_page_to_claim(store):
    assert not store.claim_page("0123456789abcdef", None, now=NOW, until=NOW + HOUR, holder="w1")
