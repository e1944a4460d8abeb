"""The console in German: for a browser that likes it, or where it was chosen at a page's foot."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from cxdigest.language import LANGUAGES
from cxdigest.web.guard import COOKIE, asked_for
from tests.language.messages import kept
from tests.web.console.instance import Console, put_instance, served

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
_TAG = re.compile(r"<(script|style|pre|textarea|iframe)\b.*?</\1>|<[^>]*>", re.DOTALL)
_PLACE = re.compile(r"%\(\w+\)s|%%|\{\w+\}|<[^>]*>|&\w+;")
_THREE_WORDS = re.compile(r"(?:[A-Za-z’']+[ ,:;.]+){2,}[A-Za-z’']+")
_OF_THE_PAST = ("Nothing in it",)  #: how what was kept of an alert may begin


@pytest.fixture(scope="module")
def german(tmp_path_factory) -> Iterator[Console]:
    """The installation, with what a person says, asked by a browser that likes German."""
    folder = put_instance(tmp_path_factory.mktemp("german") / "instance")
    with served(folder) as made:
        made.client.headers.update(GERMAN)
        yield made


def words_of(page: httpx.Response) -> str:
    """The words of a page that people read, and those of labels that they hear."""
    labels = " ¦ ".join(re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', page.text))
    return " ".join(html.unescape(_TAG.sub(" ", page.text) + labels).split())


def english_of(domain: str) -> list[tuple[str, str]]:
    """Pieces of three English words or more that a translation does not say alike."""
    found = []
    for message in kept("de", domain):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        told = " ".join(message.string) if isinstance(message.string, tuple) else message.string
        pieces = [" ".join(one.split()) for text in ids for one in _PLACE.split(text)]
        found += [
            (one, ids[0])
            for one in pieces
            if _THREE_WORDS.search(one) and one not in (told or "") and one not in _OF_THE_PAST
        ]
    return found


def pages_of(console: Console) -> list[str]:
    posting = console.posting("Experience")
    alert = console.store.taken_behind(posting, ("inbox",), most=1)[0].id
    return [
        "/today/ada",
        f"/postings/ada/{posting}",
        f"/postings/ada/{posting}/alerts/{alert}/inside",
        "/postings/ada?q=customer",
        "/archive/ada",
        "/archive/ada/2026-11-20",
        "/mails",
        "/numbers",
        "/numbers/ada",
        "/try",
        "/rules",
        "/sources",
        "/sources/inbox",
        f"/sources/inbox/alerts/{alert}",
        "/clients",
        "/clients/new",
        "/clients/import",
        "/clients/ben",
        "/clients/ben/edit",
        "/clients/ben/remove",
        "/clients/ben/review",
        "/users",
        "/account",
        "/nothing-here",
    ]


def test_no_page_says_english_that_is_translated(german: Console):
    of_the_console, of_digests = english_of("console"), english_of("digest")
    left = set()
    for path in pages_of(german):
        words = words_of(german.get(path))
        # Digests and polls of the past stand there in the words that they had then.
        past = path.startswith(("/archive/", "/sources/"))
        english = of_the_console if past else [*of_the_console, *of_digests]
        left |= {(path, one, whole) for one, whole in english if one in words}
    assert left == set()
    assert all('<html lang="de">' in german.get(path).text for path in ("/today/ada", "/users"))


def test_a_page_has_its_title_counts_and_dates_in_german(german: Console):
    assert "Die nächste Übersicht für Ada Marlow" in words_of(german.get("/today/ada"))
    assert re.search(r"Bisher \d+ Stellen", words_of(german.get("/postings/ada")))
    assert "Fr., 20. Nov." in words_of(german.get("/archive/ada"))
    assert "November 2026" in words_of(german.get("/archive/ada"))


def test_what_a_form_refuses_is_said_in_german(german: Console):
    page = german.post("/clients/new", profile="cleo", name="", time_zone="Europe/Berlin")
    assert page.status_code == 422
    assert "Noch ist nichts gespeichert." in words_of(page)
    page = german.post("/users", name="Zoë", role="admin")
    assert "kann kein Name eines Zugangs sein" in words_of(page)


def test_a_word_is_kept_and_told_in_german(german: Console):
    posting = german.posting("Experience")
    page = german.follow(german.post(f"/postings/ada/{posting}/say", say=f"applied:{posting}"))
    assert "Sie sagten: Beworben" in words_of(page)
    assert "Sie haben gesagt:" in words_of(page)


def test_each_language_is_kept_apart(german: Console):
    for language, words in (("de", "Zahlen:"), ("en", "Numbers:"), ("de", "Woche für Woche")):
        page = german.get("/numbers/ada", headers={"Accept-Language": language})
        assert words in words_of(page)
        levels = re.search(r"(der Titel sagt es nicht|the title does not say)", words_of(page))
        assert levels, f"{language}: {words_of(page)}"
        assert (levels[1][0:3] == "der") == (language == "de")


def test_the_choice_at_the_foot_is_stronger_than_what_the_browser_likes(german: Console):
    there = {"Referer": f"{german.client.base_url}/postings/ada?q=journey"}
    answer = german.client.post("/language", data={"language": "en"}, headers=there)
    assert answer.headers["location"] == "/postings/ada?q=journey"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    chosen = cookie.partition(";")[0]
    german.client.cookies.clear()
    page = german.get("/postings/ada", headers={"Cookie": chosen})
    assert "Search all postings that your sources showed" in words_of(page)


@pytest.mark.parametrize(
    "came_from", ["", "/account/password", "/language", "//evil.example", "\\"]
)
def test_a_choice_leads_to_a_page_that_there_is(came_from: str, german: Console):
    referer = {"Referer": f"http://elsewhere.example{came_from}"} if came_from else {}
    answer = german.client.post("/language", data={"language": "de"}, headers=referer)
    german.client.cookies.clear()
    assert answer.headers["location"] == "/"


def test_only_languages_that_there_are_can_be_chosen(german: Console):
    for wrong in ("fr", "", "../de", "de; Domain=x"):
        answer = german.client.post("/language", data={"language": wrong})
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers
    other = {"Sec-Fetch-Site": "cross-site"}
    answer = german.client.post("/language", data={"language": "de"}, headers=other)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"cookie": f"a=b; {COOKIE}=de"}, "de"),
        ({"cookie": f"{COOKIE}=en", "accept-language": "de"}, "en"),
        ({"cookie": f"{COOKIE}=../../etc/passwd", "accept-language": "de"}, "de"),
        ({"cookie": f"{COOKIE}=fr"}, "en"),
        ({"cookie": ";" * 50_000 + f"{COOKIE}=de"}, "en"),
        ({"accept-language": "de;q=9.9.9, \x00, ../de;q=1"}, "en"),
        ({"accept-language": "de," * 10_000}, "de"),
        ({}, "en"),
    ],
)
def test_whatever_a_browser_sends_it_gets_a_language_that_there_is(headers, language):
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert asked_for({"type": "http", "path": "/today/ada", "headers": raw}) == language
    assert language in LANGUAGES
    assert asked_for({"type": "http", "path": "/api/v1/today", "headers": raw}) == "en"


def test_programs_get_english(german: Console):
    answer = german.get("/api/v1/numbers/ada", headers={"Cookie": f"{COOKIE}=de"})
    assert "Stelle" not in answer.text
    assert german.get("/api/v1/nothing").json()["title"] == "Not Found"
