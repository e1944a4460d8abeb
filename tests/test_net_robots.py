"""What a robots.txt lets us ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.net import Answer
from cxdigest.net.robots import DENY_ALL, LONGEST_PAUSE, body_of, read_robots

URL = "https://jobs.example/openings/1?x=y"


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /openings\nAllow: /openings/1\n", True),
        ("User-agent: *\nDisallow: /*?x=\n", False),
        ("User-agent: *\nDisallow: /openings/1$\n", True),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: CXdigest\nAllow: /\n", True),
        ("User-agent: cxdigest\nUser-agent: other\nDisallow: /openings\n", False),
        ("\ufeffUser-agent: *\nDisallow: /\n", False),
        ("<html>not here</html>", True),
    ],
)
def test_the_rules_of_the_standard_hold(text, may):
    assert read_robots(text.encode()).may(URL) is may


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: 86400", LONGEST_PAUSE),
        ("User-agent: *\nRequest-rate: 1/20", 20),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: other\nCrawl-delay: 7", 0),
    ],
)
def test_the_pause_is_what_the_site_wants_within_a_bound(text, seconds):
    assert read_robots(text.encode()).pause == seconds


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"User-agent: *"), (404, b""), (403, b""), (401, b""), (429, None), (500, None), (503, None), (304, None)],
)  # fmt: skip
def test_an_answer_is_a_file_no_file_or_trouble(status, body):
    said = Answer(status=status, url=URL, headers={}, body=b"User-agent: *")
    assert body_of(said) == body


def test_all_is_forbidden_by_what_stands_for_trouble():
    assert not read_robots(DENY_ALL).may(URL)


@given(st.binary(max_size=500))
def test_whatever_a_file_says_gives_an_answer(body):
    robots = read_robots(b"User-agent: *\n" + body)
    assert robots.may(URL) in {True, False}
    assert 0 <= robots.pause <= LONGEST_PAUSE
