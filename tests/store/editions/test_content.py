"""A digest kept as data comes back as it was, whatever stands in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxdigest.errors import WrongUseError
from cxdigest.model import Digest
from cxdigest.store.editions.content import SHOWN, pack, shown, unpack
from tests import days

WORDS = st.text(st.characters(), max_size=6)
PLAIN = {
    str: WORDS,
    int: st.integers(-(2**40), 2**40),
    float: st.floats(0, 1),
    bool: st.booleans(),
    bytes: st.binary(max_size=3),
    datetime: st.datetimes(timezones=st.just(UTC), allow_imaginary=False),
    date: st.dates(),
    type(None): st.none(),
}


def anything_of(hint):
    """Values of a type as the model writes it, every field of a record filled."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{one.name: anything_of(hints[one.name]) for one in fields(hint)})
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        if inner[1:] == (...,):
            return st.lists(anything_of(inner[0]), max_size=2).map(tuple)
        return st.tuples(*map(anything_of, inner))
    if origin is Mapping:
        return st.dictionaries(*map(anything_of, inner), max_size=2)
    return st.one_of(*map(anything_of, inner)) if inner else PLAIN[hint]  # a union, or plain


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything_of(Digest))
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
