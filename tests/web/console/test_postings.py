"""Today, the archive and a posting, as a browser without JavaScript uses them."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from cxdigest.identity import SUBSTANCE
from tests.store.world import read, sighting, take_in
from tests.web.console.instance import titles_of

DUTIES = """<h2>Duties</h2><ul><li>Map customer journeys end to end and redesign them</li>
<li>Run the voice of the customer programme and report to the board</li></ul>"""
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'


def sections(page):
    return re.findall(r'<h2 id="part-(\w+)">', page.text)


def test_today_says_what_the_next_digest_holds_and_stores_nothing(console):
    before = console.store.last_digest("ada")
    page = console.get("/today/ada")
    assert page.status_code == 200
    assert sections(page) == ["genuine", "unclear", "flagged", "others"]
    assert "Saturday 21 November 2026 at 07:00" in page.text
    assert "was made at 07:30" in page.text
    titles = titles_of(page)
    assert console.store.last_digest("ada") == before
    console.now += timedelta(hours=21)
    console.turn()
    (text,) = [one.text for one in [_edition(console)]]
    assert titles
    assert all(html.unescape(title) in text for title in titles)


def _edition(console):
    from sqlalchemy import select

    from cxdigest.store.schema import digests

    class One:
        text = ""

    with console.store._database.reading() as connection:
        query = (
            select(digests.c.text).where(digests.c.profile == "ada").order_by(digests.c.made.desc())
        )
        One.text = " ".join(connection.scalars(query).first().decode().split())
    return One


def test_before_the_digest_of_the_day_it_is_that_one(console):
    console.now += timedelta(hours=20)
    page = console.get("/today/ada")
    assert "It is due on <strong>Saturday 21 November 2026 at 07:00</strong>" in page.text


def test_today_can_be_narrowed(console):
    every = titles_of(console.get("/today/ada"))
    genuine = titles_of(console.get("/today/ada", params={"kind": "genuine"}))
    assert 0 < len(genuine) < len(every)
    assert titles_of(console.get("/today/ada", params={"source": "bens"})) == []
    hers = console.get("/today/ada", params={"employer": "Brackendale Water"})
    assert 0 < len(titles_of(hers)) < len(every)
    assert "None of the" in console.get("/today/ada", params={"kind": "x"}).text


def test_one_click_corrects_and_one_takes_it_back(console):
    page = console.get("/today/ada")
    posting = re.search(r'value="not-genuine:(\w+)"', page.text)[1]
    title = re.search(rf'href="/postings/ada/{posting}">(.*?)</a>', page.text)[1]
    said = console.follow(console.post("/today/ada", say=f"not-genuine:{posting}"))
    assert "Kept: Not genuine" in said.text
    assert title not in titles_of(console.get("/today/ada", params={"kind": "genuine"}))
    (row,) = console.store.feedback_rows("ada")
    assert (row.word, row.way, row.holds) == ("not-genuine", "console", True)
    assert "by your own word" in console.get(f"/postings/ada/{posting}").text
    undone = console.follow(console.post("/today/ada", undo=row.id))
    assert "Taken back: Not genuine" in undone.text
    assert title in titles_of(console.get("/today/ada", params={"kind": "genuine"}))


def test_htmx_gets_the_list_alone(console):
    answer = console.get("/today/ada", headers={"HX-Request": "true"})
    assert answer.text.startswith('<div id="list">')
    posting = re.search(r'value="applied:(\w+)"', answer.text)[1]
    form = {"csrf": console.csrf, "say": f"applied:{posting}"}
    answer = console.client.post("/today/ada", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.startswith('<div id="list">')
    assert "Kept: Applied" in answer.text


def test_an_employer_that_is_hidden_is_gone_at_once(console):
    page = console.get("/today/ada", params={"employer": "Brackendale Water"})
    posting = re.search(r'value="hide-employer:(\w+)"', page.text)[1]
    said = console.follow(console.post("/today/ada", say=f"hide-employer:{posting}"))
    assert 'Postings of <span dir="auto">Brackendale Water' in said.text
    assert titles_of(console.get("/today/ada", params={"employer": "Brackendale Water"})) == []


def test_nobody_speaks_for_another(console):
    hers = console.posting("CX Research Manager")
    if not console.store.sightings(hers, ["bens"]):
        assert console.post("/today/ben", say=f"genuine:{hers}").status_code == 404
    console.post("/today/ada", say=f"genuine:{hers}")
    assert console.post("/today/ada", say="nonsense:x").status_code == 404
    assert console.client.post("/today/ada", data={"say": f"genuine:{hers}"}).status_code == 403
    for row in console.store.feedback_rows("ada"):
        assert console.post("/today/ben", undo=row.id).status_code == 303
        assert console.store.word_said("ada", row.id).undone is None


def test_only_the_profiles_own_postings_are_shown(console):
    own = console.get("/postings/ada").text
    his = set(re.findall(r"/postings/ben/(\w+)", console.get("/postings/ben").text))
    hers = set(re.findall(r"/postings/ada/(\w+)", own))
    only = next(iter(hers - his))
    assert console.get(f"/postings/ada/{only}").status_code == 200
    assert console.get(f"/postings/ben/{only}").status_code == 404
    for path in ("say", "duties", "split", "merge"):
        assert console.post(f"/postings/ben/{only}/{path}", key=only, other=only).status_code in {
            403,
            404,
        }


def test_the_archive_is_searched_and_filtered(console):
    found = console.get("/postings/ada", params={"q": '"voice of the customer"', "order": "best"})
    assert "found" in found.text
    assert 'class="hit"' in found.text
    genuine = console.get(
        "/postings/ada", params={"kind": "genuine", "claims": "yes", "since": "2026-11-20"}
    )
    assert titles_of(genuine)
    assert titles_of(console.get("/postings/ada", params={"until": "2026-11-01"})) == []
    assert "Nothing fits" in console.get("/postings/ada", params={"q": "zebra"}).text
    assert (
        console.get(
            "/postings/ada", params={"q": '"((* -', "after": "x", "since": "0", "kind": "§"}
        ).status_code
        == 200
    )
    assert len(console.get("/postings/ada").content) < 100_000


def test_duties_that_are_pasted_make_a_whole_verdict_at_once(console):
    posting = console.posting("Customer Experience Strategist")
    path = f"/postings/ada/{posting}"
    assert "cannot tell yet" in console.get(path).text
    short = console.post(f"{path}/duties", duties="too short")
    assert short.status_code == 422
    assert "too few to judge by" in short.text
    assert ">too short</textarea>" in short.text
    page = console.follow(console.post(f"{path}/duties", duties=DUTIES + " more" * SUBSTANCE))
    assert "Judged by the duties that you pasted." in page.text
    assert "judged from the duties you sent" in page.text
    assert '<mark class="k-genuine">Map customer journeys end to end' in page.text
    assert titles_of(console.get("/postings/ada", params={"q": "redesign voice board"}))
    page = console.follow(console.post(f"{path}/duties", forget=1))
    assert "cannot tell yet" in page.text
    assert (
        titles_of(console.get("/postings/ada", params={"q": "redesign voice board programme"}))
        == []
    )


def test_duties_that_everybody_reads_are_not_pasted_over(console, hostile):
    page = console.get(f"/postings/ada/{hostile}")
    assert "Paste the duties" not in page.text
    answer = console.post(f"/postings/ada/{hostile}/duties", duties="mine " * SUBSTANCE)
    assert answer.status_code == 403
    assert "mine mine" not in console.store.posting(hostile).description


def test_two_postings_are_merged_by_hand_and_split_again(console):
    one, other = console.posting("CX Research Manager"), console.posting("Customer Journey Manager")
    console.post("/today/ada", say=f"applied:{other}")
    page = console.follow(console.post(f"/postings/ada/{one}/merge", other=other))
    assert "The two are one posting now." in page.text
    assert page.text.count("Split off") == 2
    assert "You said that the two are one opening." in page.text
    whole, gone = (one, other) if console.store.posting(one) else (other, one)
    assert console.get(f"/postings/ada/{gone}").headers["location"] == f"/postings/ada/{whole}"
    assert console.store.words_held("ada", [whole])
    page = console.follow(console.post(f"/postings/ada/{whole}/split", key=gone))
    assert "a posting of their own" in page.text
    assert console.store.posting(one).title == "CX Research Manager"
    assert console.store.words_held("ada", [other])
    assert not console.store.words_held("ada", [one])
    # What was parted by hand can be merged by hand again.
    assert "merged" in console.post(f"/postings/ada/{one}/merge", other=other).headers["location"]


def test_a_posting_says_why_it_is_one_and_what_happened(console):
    merged = console.get(f"/postings/ada/{console.posting('Voice of the Customer Programme Lead')}")
    assert "Merged: The same title, employer and place" in html.unescape(merged.text)
    assert merged.text.count("Split off") == len(re.findall("<li>\\n<p><strong>", merged.text))
    genuine = {"kind": "genuine"}
    links = [re.findall(r"/postings/ada/\w+", console.get(path, params=genuine).text) for path in ("/postings/ada", "/today/ada")]  # fmt: skip
    page = console.get(min(set(links[0]) - set(links[1])))
    assert "Stood in the digest of Friday 20 November 2026 as customer experience." in page.text
    for words in ("Points by kind", "Rules that spoke", "Open the original"):
        assert words in page.text
    assert re.search(r'<mark class="k-genuine">[^<]+</mark><span class="tag', page.text)


@pytest.fixture
def hostile(console):
    """Postings whose every word from outside is an attack, in a source that Ada has."""
    one = sighting(
        f"CX {EVIL}", company=EVIL, location=EVIL, salary=EVIL, snippet=EVIL,
        url="javascript:alert(1)", description=f"<p>You map journeys</p>{EVIL} " + DUTIES * 9,
    )  # fmt: skip
    shown = read(EVIL, one, source="inbox", now=console.now, sender=EVIL, disagreements=(EVIL,))
    unread = read("bad", source="inbox", now=console.now, outcome="unreadable", reason=EVIL)
    take_in(console.store, shown, unread, source="inbox", now=console.now)
    console.turn(everything=True)
    return console.posting('CX ">')


def test_what_comes_from_outside_is_text(console, hostile):
    console.post("/today/ada", say=f"hide-employer:{hostile}")
    console.post("/today/ada", say=f"applied:{hostile}")
    for path in ("/today/ada", "/today/ada?said=1", "/postings/ada", "/postings/ada?q=script+" + EVIL.replace("&", ""),
                 f"/postings/ada/{hostile}", f"/postings/ada/{hostile}?q={EVIL}", f"/today/ada?employer={EVIL}&kind={EVIL}"):  # fmt: skip
        page = console.get(path)
        assert page.status_code == 200, path
        body = re.sub(r'<script src="/assets/[^"]+" defer></script>', "", page.text)
        assert "<script" not in body
        assert "<img" not in body
        assert "javascript:" not in body
        assert "49" not in re.findall(r"CX .{0,60}", html.unescape(body))
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "alert(1)" in console.get(f"/postings/ada/{hostile}").text
