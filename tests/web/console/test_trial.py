"""Try it and the rule editor, as a browser without JavaScript asks them."""

from __future__ import annotations

import contextlib
import html
import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from cxdigest.web.guard import most_bytes
from cxdigest.web.who import Visitor
from tests.asking import asking
from tests.console.test_ruling import PACK
from tests.web.shown import shown

EXAMPLES = Path(__file__).parents[3] / "examples" / "alerts"
ALERT = EXAMPLES / "03-indeed-alert.eml"
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
CALLS = "You answer inbound calls and resolve complaints. You process returns and refunds. " * 6


def drop(console, content: bytes, name: str = "alert.eml", **form):
    sent = {"csrf": console.csrf, "do": "judge", **form}
    return console.client.post("/try", data=sent, files={"alert": (name, content)})


def field(page, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return html.unescape(found[1]) if found else ""


def pack_of(page) -> str:
    found = re.search(r'<textarea class="code"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found
    return html.unescape(found[1])


def save(console, text: str, *, seen: int = 0, whose: str = ""):
    return console.post("/rules", do="save", pack=text, seen=seen, whose=whose)


def test_a_pasted_posting_has_its_verdict_and_its_words_marked(console):
    page = console.post("/try", do="judge", title="Customer Experience Associate", text=CALLS)
    assert page.status_code == 200
    assert "customer service, flagged" in page.text
    assert re.search(r'<mark class="k-service">[^<]*inbound calls', page.text)
    assert "With the rules as they are saved" not in page.text
    assert len(page.content) < 100_000


def test_an_alert_that_is_dropped_shows_each_posting_how_it_was_read_and_what_was_left(console):
    page = drop(console, ALERT.read_bytes())
    assert page.status_code == 200
    assert "Read as <strong>indeed</strong>: 9 postings" in page.text
    assert page.text.count("<article") == 9
    assert "How it was read" in page.text
    assert "What was left aside" in page.text
    assert len(page.content) < 100_000
    counts = console.store.counts()
    drop(console, ALERT.read_bytes(), name="other.eml")
    assert console.store.counts() == counts


def test_the_postings_of_an_alert_are_judged_again_with_changed_rules(console):
    first = drop(console, ALERT.read_bytes())
    again = console.post("/try", do="judge", tried=field(first, "tried"), pack=PACK)
    assert again.text.count("<article") == 9
    changed = PACK.replace("journey*", "customer experience").replace(
        "Own the journey", "Customer experience"
    )
    changed = changed.replace("    points", "    where: [title]\n    points")
    judged = console.post("/try", do="judge", tried=field(first, "tried"), pack=changed)
    assert "With the rules as they are saved" in judged.text


def test_what_somebody_made_of_a_hidden_field_is_only_text(console):
    for said in ("{", "7", '[7, {"title": ["x"]}, {}]', '[{"title": "%s"}]' % ("x" * 50_000)):
        assert console.post("/try", do="judge", tried=said).status_code == 200


@pytest.mark.parametrize("part", ["title", "company", "text", "read_from", "pack", "link"])
def test_what_comes_from_outside_is_text_in_every_field(console, part):
    form = {"title": "Customer Experience Lead", "text": CALLS} | {part: f"{EVIL} {CALLS}"}
    page = console.post("/try", do="check", **form)
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_a_hostile_alert_is_text_in_subject_title_and_name(console):
    mail = EmailMessage()
    mail["From"] = f"Jobs {EVIL} <jobs@board.example>"
    mail["Subject"] = f"New: {EVIL}"
    mail.set_content(
        f"Customer Experience Lead {EVIL}\nTarn & Vale\nLeeds\nhttps://jobs.example/view/123\n\n"
        "Customer Experience Manager\nTarn & Vale\nYork\nhttps://jobs.example/view/124\n"
    )
    page = drop(console, mail.as_bytes(), name=f"{EVIL}.eml")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "Content-Security-Policy" in page.headers
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_hostile_mails_are_read_or_refused_in_words(console, torture):
    for path in [one for one in sorted((torture / "mail").rglob("*")) if one.is_file()][::25]:
        content = path.read_bytes()
        page = drop(console, content, name=path.name)
        assert page.status_code == (413 if len(content) > 990_000 else 200), path


def test_what_is_longer_than_a_mail_is_refused_whether_announced_or_not(console):
    page = drop(console, b"x" * most_bytes("/try"))
    assert page.status_code == 413

    def drip():
        yield b'--b\r\nContent-Disposition: form-data; name="alert"; filename="x"\r\n\r\n'
        for _ in range(most_bytes("/try") // 65_536 + 1):
            yield b"x" * 65_536

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    with contextlib.suppress(httpx.TransportError):  # the door is closed while it still sends
        assert console.client.post("/try", content=drip(), headers=kind).status_code == 413
    assert console.get("/try").status_code == 200


def test_a_form_without_its_token_does_nothing(console):
    answer = console.client.post("/rules", data={"do": "save", "pack": PACK, "csrf": "wrong"})
    assert answer.status_code == 403
    assert console.store.pack("") is None


def test_a_link_that_may_not_be_read_says_so_in_words(console):
    page = console.post("/try", do="judge", link="https://www.linkedin.com/jobs/view/1")
    assert page.status_code == 422
    assert "LinkedIn forbids programs to read its pages" in page.text
    assert "paste its text here" in page.text


def test_faults_stand_where_they_are_and_nothing_is_saved(console):
    page = save(console, PACK.replace("service", "servise"))
    assert page.status_code == 422
    assert "Line 7, column 11" in page.text
    assert "did you mean &#34;service&#34;?" in page.text
    assert pack_of(page) == PACK.replace("service", "servise")
    assert console.store.pack("") is None


def test_what_would_change_is_shown_before_it_is_saved(console):
    page = console.post("/rules", do="diff", pack=PACK)
    assert "stored postings would change" in page.text
    assert "go between customer experience and what is set aside" in page.text
    assert console.store.pack("") is None


def test_saved_rules_judge_what_is_stored_from_the_next_turn_on(console):
    before = console.street.fingerprint("ada")
    page = console.follow(save(console, PACK))
    assert "Saved." in page.text
    assert pack_of(page) == PACK
    console.turn()
    after = console.street.fingerprint("ada")
    assert after != before
    journey = console.posting("Customer Journey Manager")
    assert console.store.verdict(journey, after).kind == "service"
    back = console.follow(console.post("/rules", do="back", seen=1))
    assert pack_of(back) == ""
    assert console.street.present().fingerprint("ada") == before


def test_who_saves_later_does_not_overwrite_and_keeps_what_was_written(console):
    save(console, PACK)
    late = PACK.replace("30", "20")
    page = save(console, late, seen=0)
    assert page.status_code == 422
    assert "you saved another version" in page.text
    assert pack_of(page) == late
    assert console.store.pack("").text == PACK
    assert field(page, "seen") == "0"


def test_a_stored_pack_that_cannot_be_read_is_shown_with_what_is_wrong(console):
    console.store.save_pack("", "pack: x\nrooms: []\n", seen=0, by="you", now=console.now)
    page = console.get("/rules")
    assert page.status_code == 200
    assert "rooms" in page.text
    assert "without this pack" in page.text
    assert console.get("/try").status_code == 200


def test_every_pack_can_be_read(console):
    page = console.get("/rules")
    for name in re.findall(r"/rules/pack\?name=([\w-]+)", page.text):
        shown = console.get("/rules/pack", params={"name": name})
        assert shown.status_code == 200
        assert "examples:" in shown.text
        assert len(shown.content) < 100_000
    assert console.get("/rules/pack", params={"name": "none"}).status_code == 404


@pytest.fixture
def as_visitor(console):
    """A function that asks the pages as somebody else would."""

    def ask(visitor: Visitor, method: str, path: str, **form):
        with (
            shown(console.desk, lambda: visitor) as address,
            asking(address) as client,
        ):
            return client.request(
                method, path, data={"csrf": console.csrf, **form} if form else None
            )

    return ask


CLIENT = Visitor(name="ben", role="client", way="session", profile="ben", session="alone")
COACH = Visitor(name="berta", role="coach", way="session", coach="berta", session="alone")


def test_a_client_tries_rules_on_own_postings_and_saves_none(console, as_visitor):
    page = as_visitor(CLIENT, "GET", "/try")
    assert "Rules of Ben Okafor" in page.text
    assert ">Save<" not in page.text
    diff = as_visitor(CLIENT, "POST", "/rules", do="diff", pack=PACK, whose="ben")
    assert diff.status_code == 200
    own = len(console.store.latest_ids(["bens"], most=1000))
    assert f"of all {own} stored postings" in diff.text
    for whose in ("ben", ""):
        assert (
            as_visitor(CLIENT, "POST", "/rules", do="save", pack=PACK, whose=whose).status_code
            == 403
        )
    assert (
        as_visitor(CLIENT, "POST", "/rules", do="diff", pack=PACK, whose="ada").status_code == 404
    )
    assert console.store.pack_versions() == {}


def test_a_coach_saves_for_own_clients_alone(console, as_visitor):
    saved = as_visitor(COACH, "POST", "/rules", do="save", pack=PACK, whose="ben")
    assert saved.status_code == 303
    # Without a name it is the first of the own clients, never everybody.
    assert (
        as_visitor(COACH, "POST", "/rules", do="save", pack=PACK, whose="", seen=1).status_code
        == 303
    )
    assert as_visitor(COACH, "GET", "/rules?whose=ada").status_code == 404
    assert as_visitor(COACH, "POST", "/rules", do="save", pack=PACK, whose="ada").status_code == 404
    assert console.store.pack_versions() == {"ben": 2}
    alone = replace(COACH, coach="nobody")
    assert as_visitor(alone, "POST", "/rules", do="save", pack=PACK).status_code == 403
    assert as_visitor(alone, "POST", "/rules", do="diff", pack=PACK).status_code == 403
    console.turn()
    street = console.street.present()
    assert street.fingerprint("ben") != street.fingerprint("ada")
