"""The step that makes digests: once a day for each profile, of its own sources, of what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from logging import INFO
from zoneinfo import ZoneInfo

import pytest

from cxdigest.errors import SourceError
from cxdigest.pipeline import compose_waiting, turn
from cxdigest.render import environment
from tests.worlds import DAY, HOUR, MINUTE, Scripted, World, alert, profile


def broken_templates(folder):
    folder.mkdir()
    (folder / "digest.txt.j2").write_text("{{ mail.nothing_of_this_name }}")
    return environment(folder)


def test_a_second_turn_makes_and_sends_nothing(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    assert len(world.turn().composed) == 1
    for everything in (False, True):
        done = world.turn(everything=everything, after=MINUTE)
        assert [composed.digest for composed in done.composed] in ([], [None])
        assert done.delivered == ()
    assert world.recipients == ["ada@x.example"]


def test_a_run_by_hand_that_could_read_nothing_leaves_the_day_its_digest(world):
    world.sources = [Scripted(script=[SourceError("login refused", outcome="auth")])]
    (composed,) = world.turn(everything=True).composed
    assert composed.digest is None
    assert "mend them and run this again" in composed.message
    assert world.recipients == []

    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    assert world.turn(everything=True, after=MINUTE).composed[0].digest
    assert world.shown() == {"CX Lead"}


def test_the_morning_digest_goes_out_although_nothing_could_be_read(world):
    world.sources = [Scripted(script=[SourceError("login refused", outcome="auth")])]
    world.turn()
    assert "login refused" in world.mail.mails[0]["text"]


def test_no_digest_before_its_time(world):
    world.now = datetime(2026, 11, 21, 6, 59, tzinfo=UTC)
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    assert world.turn().composed == ()
    (composed,) = world.turn(after=MINUTE).composed
    assert composed.day == date(2026, 11, 21)


def test_a_full_turn_composes_whatever_the_hour_and_that_is_the_days_digest(world):
    world.now = datetime(2026, 11, 21, 3, tzinfo=UTC)
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn(everything=True)
    assert world.turn(after=5 * HOUR).composed == ()
    assert len(world.recipients) == 1


@pytest.mark.parametrize(
    ("zone", "send_at", "first", "last"),
    [
        # In spring 02:30 does not exist; in autumn it comes twice. Twelve hours before to after.
        ("Europe/Berlin", time(2, 30), "2026-03-28T13:30", "2026-03-29T13:30"),
        ("Europe/Berlin", time(2, 30), "2026-10-24T12:30", "2026-10-25T13:30"),
        ("America/New_York", time(1, 30), "2026-10-31T17:30", "2026-11-01T18:30"),
    ],
)
def test_the_day_the_clocks_change_has_one_digest(world, zone, send_at, first, last):
    world.profiles = [profile(zone=ZoneInfo(zone), send_at=send_at)]
    world.now = datetime.fromisoformat(first).replace(tzinfo=UTC)
    day_before = world.now.astimezone(ZoneInfo(zone)).date()
    made = []
    while world.now <= datetime.fromisoformat(last).replace(tzinfo=UTC):
        made += [composed.day for composed in world.turn(after=30 * MINUTE).composed]
    assert made == [day_before, day_before + DAY]


def test_a_digest_that_another_worker_was_first_to_make_is_not_made_twice(world, tmp_path):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]

    class Rival(World):
        """The other worker, which composes between our look and our write."""

    rival = Rival(tmp_path, holder="w2")

    class Overtaken:
        def __getattr__(self, name):
            return getattr(world.store, name)

        def record_digest(self, *arguments, **more):
            compose_waiting(rival.street)
            return world.store.record_digest(*arguments, **more)

    (composed,) = compose_waiting(replace(world.street, store=Overtaken()))

    assert composed.digest is None
    assert composed.message == ""
    assert len(world.store.deliveries()) == 1
    rival.store.close()


def test_a_template_that_breaks_is_named_and_the_digest_is_made_once_it_is_mended(world, tmp_path):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    whole, world.templates = world.templates, broken_templates(tmp_path / "own")
    done = world.turn()
    (composed,) = done.composed
    assert "digest.txt.j2:1" in composed.message
    assert done.failed
    assert world.recipients == []
    world.templates = whole
    world.turn(after=MINUTE)
    assert world.shown() == {"CX Lead"}


def test_a_digest_that_breaks_for_one_profile_leaves_the_others(world, caplog):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    # A time zone that breaks when it is asked for its name stands for whatever nobody foresaw.

    class Broken(ZoneInfo):
        key = property(lambda self: 1 // 0)

    bad = profile("bea", to=("bea@x.example",), zone=Broken.no_cache("UTC"))
    world.profiles = [bad, profile()]

    done = world.turn()

    assert {c.profile: c.message for c in done.composed} == {
        "bea": "unexpected ZeroDivisionError: integer division or modulo by zero",
        "ada": "",
    }
    assert world.recipients == ["ada@x.example"]
    assert [record.levelname for record in caplog.records if record.levelno > INFO] == ["ERROR"]


def test_a_profile_sees_only_its_own_sources(world):
    world.sources = [
        Scripted("inbox", [[alert("Of Ada")]]),
        Scripted("feed", [[alert("Of Bea", source="feed")]]),
    ]
    world.profiles = [
        profile("ada", sources=("inbox",)),
        profile("bea", sources=("feed",), to=("bea@x.example",)),
    ]
    world.turn()
    assert world.shown("ada") == {"Of Ada"}
    assert world.shown("bea") == {"Of Bea"}


def test_two_profiles_that_share_a_source_both_get_the_posting(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.profiles = [profile("ada"), profile("bea", to=("bea@x.example",))]
    world.turn()
    assert world.shown("ada") == world.shown("bea") == {"CX Lead"}


def test_a_posting_comes_once_however_often_it_is_seen(world):
    again = replace(alert("CX Lead"), key="again", digest="0" * 64)
    world.sources = [Scripted(script=[[alert("CX Lead")], [again]])]
    world.turn()
    (polled,) = world.turn(after=DAY).polled
    assert polled.sightings == 1
    assert [mail["text"].count("CX Lead") > 0 for mail in world.mail.mails] == [True, False]


def test_what_is_older_than_the_lookback_does_not_come(world):
    world.sources = [Scripted(script=[[alert("Old")], [alert("New")]])]
    world.profiles = [profile(lookback=timedelta(days=2), days=frozenset({1}))]  # on Tuesdays
    assert world.turn().composed == ()  # Saturday
    world.turn(after=3 * DAY)
    assert world.shown() == {"New"}


def test_an_empty_day_has_a_digest_that_says_so(world):
    world.sources = [Scripted()]
    (composed,) = world.turn().composed
    assert composed.digest is not None
    assert "No new postings" in world.mail.mails[0]["text"]


def test_a_profile_added_later_gets_what_its_sources_still_remember(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn()
    world.profiles = [*world.profiles, profile("bea", to=("bea@x.example",))]
    world.turn(after=HOUR)
    assert world.shown("bea") == {"CX Lead"}


def test_those_who_share_sources_come_together_and_are_told_of_in_their_order(world):
    world.profiles = [
        profile(name, sources=sources)
        for name, sources in (("cy", ("two",)), ("ada", ("one",)), ("ben", ("two",)))
    ]
    two = replace(world.street, stopping=iter([False, False, True]).__next__)
    assert [one.profile for one in compose_waiting(two)] == ["cy", "ada"], "one, then two's first"
    assert [one.profile for one in compose_waiting(world.street)] == ["ben"]


def test_a_brief_turn_makes_its_digests_and_does_not_hold_them(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    done = turn(replace(world.street, brief=True), everything=False)
    assert [(one.profile, one.digest, one.message) for one in done.composed] == [("ada", None, "")]
    assert world.shown() == {"CX Lead"}
