"""Small facts about text: white space, entities, hosts, the mark of an edition."""

from __future__ import annotations

from datetime import date

import pytest

from cxdigest.text import (
    edition_mark,
    has_edition_mark,
    host_of,
    is_host,
    squash,
    unescaped,
    unhidden,
)


def test_white_space_of_every_kind_becomes_one_space():
    assert squash("  Head\u00a0of \r\n\tCustomer\u2003Experience ") == "Head of Customer Experience"


def test_letters_that_take_no_room_go():
    assert unhidden("Head\u200b of\u034f \u00adCX\ufeff") == "Head of CX"
    assert unhidden("Chef  de\tcafé") == "Chef de café"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tarn &amp; Vale &lt;CX&gt; &#67;&#x58;", "Tarn & Vale <CX> CX"),
        ("&#99999999;&bogus;&#", "\ufffd&bogus;&#"),
        (f"C&#{'9' * 5000};X &amp; &#{'0' * 5000}65;", "C\ufffdX & A"),
        (f"&#{'1' * 5000}", "\ufffd"),
    ],
    ids=["entities", "nonsense", "thousands of digits", "without an end"],
)
def test_entities_are_read_however_long_their_numbers_are(written, read):
    assert unescaped(written) == read


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Jobs.Example./a", "jobs.example"),
        ("https://robin:pass@jobs.example:8443/a", "jobs.example"),
        ("mailto:robin@jobs.example", ""),
        ("https://[jobs.example/a", ""),  # an unclosed bracket
        ("", ""),
    ],
)
def test_host_of_a_link(url, host):
    assert host_of(url) == host


def test_a_host_is_its_domain_or_below_it():
    assert is_host("jobs.example", "jobs.example")
    assert is_host("mail.jobs.example", "jobs.example")
    assert not is_host("notjobs.example", "jobs.example")
    assert not is_host("example", "jobs.example")


def test_the_mark_of_an_edition_is_known_again_and_differs_by_profile_and_day():
    mark = edition_mark("ada", date(2026, 11, 21))
    assert has_edition_mark(f"Kind regards\n> {mark}\n")
    assert has_edition_mark(f"<td>{mark}</td>")
    assert not has_edition_mark(f"Head of {mark} Experience"), "a title hides no alert"
    assert not has_edition_mark("cxdigest/2026-11-21 is a folder")
    others = {edition_mark("bea", date(2026, 11, 21)), edition_mark("ada", date(2026, 11, 22))}
    assert mark not in others
    assert len(others) == 2
