"""A reader's word at work: in that reader's next digest, in nobody else's, and told once."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from cxdigest.feedback import SAID_SO, Signer, actions_for, read_feedback
from cxdigest.pipeline.digests.edition import edition
from tests.worlds import DAY, HOUR, MINUTE, NOW, Scripted, World, alert, profile

BARISTA = "Customer Experience Barista"


@pytest.fixture
def world(tmp_path):
    """Two people who read the same source; nothing was sent yet."""
    made = World(tmp_path, profiles=(profile(), profile("ben", to=("ben@x.example",))))
    made.sources = [Scripted(script=[[alert(BARISTA), alert("Guest Experience Barista")]])]
    made.now = NOW - 2 * HOUR  # before the send time, so that the turn only takes in
    made.turn()
    made.now = NOW
    return made


def editions(world, day=0):
    when = world.now + day * DAY
    return [edition(world.street, one, when.date(), when) for one in world.profiles]


def the(world, title):
    (one,) = (one for one in world.store.every_posting() if one.title == title)
    return one.id


def say(world, word, title=BARISTA, *, whose="ada"):
    return world.store.record_feedback(
        whose, the(world, title), word, way="link", sender="", now=world.now
    )


def ids(candidates):
    return {one.posting.id for one in candidates}


def test_what_one_reader_calls_genuine_is_genuine_at_once_for_that_reader_alone(world):
    barista = the(world, BARISTA)
    before = editions(world)
    assert not any(barista in ids(one.genuine) for one in before)
    say(world, "genuine")
    ada, ben = editions(world)
    (found,) = ada.genuine
    assert (found.posting.id, found.said) == (barista, "genuine")
    assert found.verdict.evidence[0].rule == SAID_SO
    assert replace(ben, made=before[1].made) == before[1]


def test_an_employer_that_one_reader_hides_is_seen_by_the_other(world):
    say(world, "hide-employer")
    ada, ben = editions(world)
    assert len(ada.hidden) == 2
    assert ben.hidden == ()
    assert ids(ben.genuine + ben.unclear + ben.flagged + ben.others) == ids(ada.hidden)


def test_a_later_sighting_that_is_merged_into_it_counts_as_its_reader_said(world):
    barista = the(world, BARISTA)
    say(world, "genuine")
    copy = replace(alert(BARISTA), key="copy", raw=b"<feed>copy</feed>", digest="c" * 64)
    copy = replace(copy, entry=replace(copy.entry, key="copy", link="https://www.board.example/99"))
    world.sources = [Scripted(script=[[copy]])]
    world.now = NOW - HOUR + 25 * MINUTE  # its hour has come, the digest's has not
    world.turn()
    assert the(world, BARISTA) == barista  # one posting, seen twice
    assert len(world.store.sightings(barista)) == 2
    world.now = NOW
    ada, _ = editions(world)
    assert ids(ada.genuine) == {barista}


def test_what_a_word_changed_is_said_in_the_next_digest_and_no_more(world):
    say(world, "genuine")
    world.turn()
    texts = {mail["to"]: mail["text"] for mail in world.mail.mails}
    assert "counts as customer experience now" in texts["ada@x.example"]
    assert "counts as customer experience now" not in texts["ben@x.example"]
    assert world.store.untold_feedback("ada") == []
    ada, ben = editions(world, day=1)
    assert (ada.corrections, ben.corrections) == ((), ())


def test_what_is_taken_back_before_the_digest_is_not_told(world):
    world.store.undo_feedback(say(world, "genuine"), now=world.now)
    ada, _ = editions(world)
    assert ada.corrections == ()
    assert ada.genuine == ()


def test_the_links_in_a_digest_lead_back_to_its_postings_and_to_its_reader(world):
    signer = Signer(world.store.instance_key())
    world.actions = actions_for(signer, public_url="https://digest.example")
    ada, _ = editions(world)
    (found,) = (
        one for one in ada.others + ada.unclear + ada.flagged if one.posting.title == BARISTA
    )
    world.turn()
    assert found.actions
    for action in found.actions:
        asked = read_feedback(signer, urlsplit(action.url).path.removeprefix("/f/"))
        mention = world.store.mentioned(asked.digest_id, asked.posting_id)
        assert (mention.profile, mention.posting_id) == ("ada", found.posting.id)
        assert asked.word == action.word


def test_a_posting_that_stood_in_no_digest_is_not_found_by_a_link(world):
    world.turn()
    assert world.store.mentioned("0" * 32, the(world, BARISTA)) is None
