"""After rules were saved: until the worker's next turn what was said of a posting stands."""

from __future__ import annotations

import pytest

from cxdigest.console.digests import today
from cxdigest.console.postings import search
from cxdigest.console.postings.posting import opened as open_posting
from cxdigest.console.rules import ruling
from cxdigest.model import KINDS
from cxdigest.rules import judge
from tests.console.test_ruling import PACK
from tests.web.console.instance import Console, opened, put_instance

ANEW = "by other rules than now; not judged anew yet"


@pytest.fixture
def made(tmp_path):
    with opened(put_instance(tmp_path / "instance")) as console:
        yield console


def found(made: Console, name: str, kind: str = ""):
    street = made.street.present()
    page = search.search(street, street.profile(name), search.Query(kind=kind), made.now)
    return {hit.card.id: hit.card for hit in page.hits}


def todays(made: Console, name: str):
    street = made.street.present()
    page = today.look(street, street.profile(name), made.now, today.Narrowed(), today.Editions())
    return {card.id: card for part in page.parts for card in part.cards}


def kinds(cards):
    return {one: (card.kind, card.confidence, card.tier) for one, card in cards.items()}


@pytest.mark.parametrize("whose", ["", "ben"])
def test_no_verdict_vanishes_and_each_says_that_it_is_made_anew(made, whose):
    every, next_ones = found(made, "ben"), todays(made, "ben")
    of_kinds = {kind: set(found(made, "ben", kind)) for kind in KINDS}
    assert {card.kind for card in every.values()} > {"unclear"}
    draft = ruling.draft(made.street.present(), whose, PACK)
    ruling.save(made.street, draft, seen=0, by="you", now=made.now)

    now = found(made, "ben")
    assert kinds(now) == kinds(every)
    assert all(card.tier_words.endswith(ANEW) for card in now.values())
    assert {kind: set(found(made, "ben", kind)) for kind in KINDS} == of_kinds
    street, first = made.street.present(), next(iter(every))
    page = open_posting(street, street.profile("ben"), first, made.now)
    assert page.card.kind == every[first].kind
    assert page.card.tier_words.endswith(ANEW)
    coming = todays(made, "ben")
    if whose:  # what a person's own rules say is made on looking
        assert set(coming) == set(next_ones)
        assert not any("not judged" in card.tier_words for card in coming.values())
    else:
        assert kinds(coming) == kinds(next_ones)

    made.turn(everything=False)
    if not whose:
        assert not any(ANEW in card.tier_words for card in found(made, "ben").values())
        judged = {kind: set(found(made, "ben", kind)) for kind in KINDS}
        assert judged != of_kinds, "the new rules say something else of some"
        assert set().union(*judged.values()) == set().union(*of_kinds.values())


def test_what_another_has_rules_of_its_own_for_stands_in_for_nobody(made):
    draft = ruling.draft(made.street.present(), "ben", PACK)
    ruling.save(made.street, draft, seen=0, by="you", now=made.now)
    street = made.street.present()
    own = street.fingerprint("ben")
    before = kinds(found(made, "ada"))
    waiting = made.store.unjudged("nobody", limit=999)
    verdicts = [(judge(posting, street.rules_for("ben")), tier) for posting, tier in waiting]
    made.store.record_verdicts(verdicts, now=made.now, shared=False)
    assert made.store.verdicts_by(own, list(before))
    assert kinds(found(made, "ada")) == before
