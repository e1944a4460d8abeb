"""A digest kept as data comes back as it was, whatever stands in it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxdigest.errors import WrongUseError
from cxdigest.model import Digest
from cxdigest.store.content import SHOWN, pack, shown, unpack
from tests import days

WORDS = st.text(st.characters(), max_size=12)
WHEN = st.datetimes(timezones=st.just(UTC), allow_imaginary=False)
for kind, strategy in ((str, WORDS), (datetime, WHEN)):
    st.register_type_strategy(kind, strategy)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.builds(Digest))
def test_any_digest_comes_back_as_it_was(digest):
    assert unpack(pack(digest)) == digest


def test_the_rich_day_comes_back_as_it_was():
    assert unpack(pack(days.rich())) == days.rich()


def test_what_a_later_version_adds_or_took_away_costs_nothing():
    kept = json.loads(pack(Digest(profile="ada", day=date(2026, 11, 21), made=days.NOW)))
    kept["digest"]["gone"] = 1
    del kept["digest"]["weekly"]
    assert unpack(json.dumps(kept).encode()).weekly is False


@pytest.mark.parametrize("kept", ['{"version": 2, "digest": {}}', '{"version": 1, "digest": {}}'])
def test_what_cannot_be_read_is_told_in_words(kept):
    with pytest.raises(WrongUseError, match="can be approved or held as it is"):
        unpack(kept.encode())


def test_every_section_that_shows_postings_is_known():
    postings = {name for name, field in Digest.__annotations__.items() if "Candidate" in str(field)}
    assert set(SHOWN) == postings - {"hidden", "quarantined"}
    assert set(shown(days.rich())) == set(SHOWN)
