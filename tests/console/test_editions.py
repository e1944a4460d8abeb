"""How long an edition that was gathered for the page Today is good for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cxdigest.console.digests.today import _Gathered
from cxdigest.model import Digest
from cxdigest.store.editions.news import Version

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
NEWS = Version(own=("word 1",), came=("alert 1",), settled=True)
LATER = NEWS._replace(came=("alert 2",))


def is_good(
    after: float, *, news: Version = NEWS, rest: bool = False, settings: Any = "ada"
) -> bool:
    digest = Digest(
        profile="ada", day=date(2026, 11, 20), made=NOW, zone="UTC", locale="en", heading="Ada"
    )
    one = _Gathered(made=NOW, settings="ada", version=NEWS, digest=digest)
    return one.is_good(NOW + timedelta(seconds=after), settings, news, rest=rest)


def test_edition_without_news_is_good_for_half_a_minute():
    assert is_good(29)
    assert not is_good(30)


def test_alert_makes_it_old_unless_others_have_taken_the_time_of_gathering():
    assert not is_good(10, news=LATER)
    assert is_good(10, news=LATER, rest=True)
    assert is_good(59, news=LATER, rest=True)
    assert not is_good(60, news=LATER, rest=True)


def test_what_waits_for_a_judge_counts_as_news():
    waiting = NEWS._replace(settled=False)
    assert not is_good(10, news=waiting)
    assert is_good(10, news=waiting, rest=True)


@pytest.mark.parametrize("rest", [False, True])
def test_word_of_its_reader_a_new_digest_or_other_settings_are_seen_at_once(rest):
    assert not is_good(1, news=NEWS._replace(own=("word 2",)), rest=rest)
    assert not is_good(1, settings="ada, with another rule", rest=rest)


def test_edition_from_a_clock_that_was_ahead_is_not_shown():
    assert not is_good(-1, rest=True)
