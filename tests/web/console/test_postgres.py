"""The console on PostgreSQL: every page answers, and a search, a word, a merge and a split work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest

from tests.web.console.api_doors import API_DOORS
from tests.web.console.doors import DOORS, FILL, Door, bens_posting
from tests.web.console.instance import (
    Console,
    live_until_now,
    put_new,
    served,
    titles_of,
)

#: Pages of what this installation lacks: users, and files beside a mail.
_LACKING = re.compile(r"GET /users/\{name\}|GET .*\{place\}")


@pytest.fixture(scope="module")
def console(tmp_path_factory, postgres) -> Iterator[Console]:
    folder, name = put_new(tmp_path_factory.mktemp("postgres")), postgres.create()
    with served(folder, postgres.url(name)) as made:
        live_until_now(made)
        made.store.record_feedback(
            "ben", bens_posting(made), "applied", way="console", sender="ben", now=made.now
        )
        yield made
    postgres.drop(name)


def test_every_page_answers(console):
    wrong, asked = [], 0
    for key, door in {**DOORS, **API_DOORS}.items():
        method, _, path = key.partition(" ")
        if method != "GET" or door.public or _LACKING.fullmatch(key):
            continue
        asked += 1
        there = re.sub(r"\{(\w+)(?::\w+)?\}", partial(_filled, console, door), path)
        query = {name: one(console) if callable(one) else one for name, one in door.query.items()}
        answer = console.get(there, params=query, follow_redirects=True)
        if answer.status_code != 200:
            wrong.append((key, there, answer.status_code, answer.text[:300]))
    assert wrong == []
    assert asked > 40


def _filled(console: Console, door: Door, part: re.Match[str]) -> str:
    value = door.fill.get(part[1], FILL.get(part[1], ""))
    return value(console) if callable(value) else value


def test_what_is_sought_is_found_by_words_phrases_and_beginnings(console):
    for words in ("journey", '"customer experience"', "journ*", "customer -journey"):
        page = console.get("/postings/ada", params={"q": words})
        assert titles_of(page), words
    assert not titles_of(console.get("/postings/ada", params={"q": "xyzzy"}))
    assert titles_of(console.get("/postings/ada", params={"q": "customer", "order": "best"}))
    kinds = [titles_of(console.get("/postings/ada", params={"kind": kind}))
             for kind in ("genuine", "service", "unclear")]  # fmt: skip
    assert all(kinds[:1])
    assert not set(kinds[0]) & set(kinds[1])


def test_a_word_is_kept_and_taken_back(console):
    one = bens_posting(console)
    page = console.follow(console.post("/today/ben", say=f"not-for-me:{one}"))
    assert "Kept: " in page.text
    undo = re.search(r'name="undo" value="(\d+)"', page.text)
    assert "Taken back: " in console.follow(console.post("/today/ben", undo=undo[1])).text


def test_two_postings_are_merged_and_split_again(console):
    found = re.findall(r'<h3[^>]*><a [^>]*href="/postings/ada/([0-9a-f]+)', console.get("/postings/ada").text)  # fmt: skip
    one, other = found[:2]
    answer = console.post(f"/postings/ada/{one}/merge", other=other)
    page = console.follow(answer)
    assert "Split off" in page.text
    whole = answer.headers["location"].partition("?")[0].rpartition("/")[2]
    gone = other if whole == one else one
    keys = re.findall(r'name="key" value="([^"]+)"', page.text)
    assert keys
    answer = console.post(f"/postings/ada/{whole}/split", key=gone)
    assert answer.status_code == 303, answer.text[:600]
    assert console.get(f"/postings/ada/{one}").status_code == 200
    assert console.get(f"/postings/ada/{other}").status_code == 200
