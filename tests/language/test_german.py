"""What German readers get: every text of ours in German, by its plural, beside English readers."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cxdigest.channels.notice import short_form
from cxdigest.digest import since_shown
from cxdigest.extract.mails.reply import read_reply
from cxdigest.language import LANGUAGES, _, speaking
from cxdigest.model import Candidate, Delivery, Digest, Rendered
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.pipeline.reviews.coaches import coach_day
from cxdigest.pipeline.reviews.reviewing import preview_of
from cxdigest.render import HTML_LIMIT, render
from cxdigest.render.coach import Client, CoachDay, Waits, coach_mail
from cxdigest.render.feed import atom, feed_of, json_feed
from cxdigest.render.pay import employment_words, pay_words
from cxdigest.render.plot import pictures_of
from cxdigest.render.stored import said
from cxdigest.render.view import subject as subject_of
from cxdigest.text import squash
from cxdigest.web.beside import desk_for
from tests import days
from tests.asking import asking
from tests.language.messages import kept
from tests.pipeline.practice import Practice, client, coach
from tests.ready import ready_store, shipped_templates
from tests.render import editions
from tests.web.conftest import Instance, profile, sighting
from tests.web.shown import shown
from tests.worlds import MINUTE, NOW, Scripted, World, alert
from tests.worlds import profile as reader

HERE = Path(__file__).parent
TEMPLATES = shipped_templates()


def german(digest: Digest) -> Rendered:
    digest = replace(digest, language="de", locale="de")
    return render(digest, TEMPLATES, pictures_of(digest))


def english_in(text: str) -> list[str]:
    """The messages of the digest that stand in *text* in English."""
    told = " ".join(text.split())
    names = [
        name
        for message in kept("de", "digest")
        for name in (message.id if isinstance(message.id, tuple) else (message.id,))
        if message.string != name and len(name) > 12
    ]
    # A message is there if the longest part between its places is.
    parts = {name: max(re.split(r"%\(\w+\)s|\{\w+\}|<[^>]*>", name), key=len) for name in names}
    return [name for name, part in parts.items() if len(part) > 19 and part.strip() in told]


@pytest.fixture(scope="module")
def everything() -> Rendered:
    """An edition on which everything happened that can; what the day itself says is German too."""
    digest = editions.everything()
    with speaking("de"):
        (old,) = (
            since_shown(
                one, shown=days.DAY - timedelta(20), again=days.DAY - timedelta(1), day=days.DAY
            )
            for one in digest.again
        )
        (gone,) = (
            since_shown(
                replace(one, posting=replace(one.posting, closed=True)),
                shown=days.DAY - timedelta(12), again=None, day=days.DAY,
            )
            for one in digest.closed
        )  # fmt: skip
    corrections = tuple(replace(one, changed="Das ist vermerkt") for one in digest.corrections)
    changed = {"again": (old,), "closed": (gone,), "corrections": corrections}
    return german(replace(digest, missed_why="dieser Computer war aus", **changed))


def test_a_german_digest_says_nothing_of_ours_in_english(everything):
    assert english_in(everything.text) == []
    assert english_in(re.sub(r"<[^>]+>", " ", everything.html)) == []
    assert '<html lang="de">' in everything.html


def test_the_text_of_a_german_digest_is_the_one_that_was_read_and_found_good(everything):
    told = [one for one in everything.text.splitlines() if "https://digest.example/f/" not in one]
    expected = HERE / "german.expect.txt"
    assert told == expected.read_text(encoding="utf-8").splitlines()


def test_lines_of_german_text_fit_and_the_mail_fits_too(everything):
    long = [one for one in everything.text.splitlines() if len(one) > 78 and "://" not in one]
    assert long == []
    large = german(editions.large(genuine=60, unclear=200, flagged=300, others=200))
    assert len(large.html.encode()) <= HTML_LIMIT
    page = next(one for one in large.enclosures if one.media == "text/html")
    assert "Stellen vom Samstag, 21. November 2026" in page.content.decode()
    table = next(one for one in large.enclosures if one.media == "text/csv")
    assert table.content.decode("utf-8-sig").startswith("Abschnitt,Titel,Unternehmen,Ort")


@pytest.mark.parametrize(
    ("genuine", "unclear", "subject"),
    [
        (0, 1, "Keine Customer-Experience-Stellen, 1 einen Blick wert · Sa., 21. Nov."),
        (1, 0, "1 Customer-Experience-Stelle · Sa., 21. Nov."),
        (2, 1200, "2 Customer-Experience-Stellen, 1.200 einen Blick wert · Sa., 21. Nov."),
    ],
)
def test_a_subject_counts_in_german(genuine, unclear, subject):
    some = [Candidate(posting=days.candidate("a").posting, verdict=None, seen=())]
    digest = replace(
        days.day_of([]), genuine=tuple(some * genuine), unclear=tuple(some * unclear), language="de",
        locale="de",
    )  # fmt: skip
    with speaking("de"):
        assert subject_of(digest) == subject


@pytest.mark.parametrize(
    ("kept_as", "told"),
    [
        (
            "Of 1200 sentences with telling words, 1 speaks of customer service most.",
            "Von 1.200 Sätzen mit aussagekräftigen Worten handelt 1 am ehesten von: Kundenservice.",
        ),
        (
            "Of 9 sentences with telling words, 4 speak of technical support most.",
            "Von 9 Sätzen mit aussagekräftigen Worten handeln 4 am ehesten von: technischer Support.",
        ),
        (
            "It is written in French, which no pack reads.",
            "Die Anzeige ist auf Französisch verfasst; dafür gibt es noch keine Regeln.",
        ),
        (
            "It is not a feed but an empty answer; if it stays so, open the address in a browser.",
            "Das ist kein Feed, sondern eine leere Antwort; bleibt das so, öffnen Sie die Adresse in einem Browser.",
        ),
        ("The till is part of an in-person front line.", None),
        ("A reason of my own {pack}, 100%.", "A reason of my own {pack}, 100%."),
    ],
)
def test_what_is_stored_in_english_is_said_in_german_where_it_is_ours(kept_as, told):
    assert said(kept_as) == kept_as
    with speaking("de"):
        assert said(kept_as) == (told or "Die Kasse gehört zur Arbeit mit Kundschaft vor Ort.")


def test_readers_of_two_languages_get_their_own_in_one_turn(tmp_path):
    """Both see the same posting, so what one's words are kept as must not reach the other."""
    people = [
        reader("ada", to=("ada@x.example",), language="de", locale="de"),
        reader("ben", to=("ben@x.example",)),
        reader("cleo", to=("cleo@x.example",), language="de", locale="de"),
    ]
    world = World(
        tmp_path,
        sources=[Scripted(script=[[alert("Head of CX"), alert("CX Lead")]])],
        profiles=people,
    )
    world.turn()
    told = {mail["to"].partition("@")[0]: mail for mail in world.mail.mails}
    world.store.close()
    for name in ("ada", "cleo"):
        assert english_in(told[name]["text"]) == []
        assert "Bekannt sind nur der Titel und ein paar Worte" in told[name]["text"] or (
            "Bekannt ist nur der Titel" in told[name]["text"]
        )
        assert "Heute zuerst gesehen" in told[name]["text"]
        # There is no link that ends these mails, so nothing may lead to it.
        assert "Job-Alerts liest.\n" in told[name]["text"]
        assert "abbestellen" not in told[name]["text"]
    assert "Only the title is known" in told["ben"]["text"]
    assert "First seen today" in told["ben"]["text"]
    assert not re.search(r"\b(und|der|heute)\b", told["ben"]["text"])


def test_what_is_kept_of_a_mail_in_one_language_never_stands_in_another():
    digest = editions.large(genuine=3, unclear=3, flagged=3, others=3)
    english, in_german = render(digest, TEMPLATES), german(digest)
    assert render(digest, TEMPLATES) == english
    assert german(digest) == in_german
    assert "Apply at the employer" not in in_german.html
    assert english_in(re.sub(r"<[^>]+>", " ", in_german.html)) == []


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("£46,500 - £51,000 a year", "46.500 £ bis 51.000 £ im Jahr"),
        ("$60,000-$75,000 a year", "60.000 $ bis 75.000 $ im Jahr"),
        ("£12.60 an hour", "12,60 £ pro Stunde"),
        ("from €3,200 a month", "ab 3.200 € im Monat"),
        ("up to CHF 1,100,000.50", "bis 1.100.000,50 CHF"),
        ("£58,000", "58.000 £"),
        ("£50K/yr - £60K/yr", "£50K/yr - £60K/yr"),
        ("55.000 € brutto", "55.000 € brutto"),
        ("42", "42"),
        ("£1" + "0" * 500, "£1" + "0" * 500),
        ("Competitive", "Competitive"),
    ],
)
def test_pay_is_written_as_germans_write_it_where_its_form_is_known(shown, told):
    assert pay_words(shown) == shown
    with speaking("de"):
        assert pay_words(shown).replace("\N{NO-BREAK SPACE}", " ") == told
        assert employment_words("full-time, contract, Zivi") == "Vollzeit, auf Vertragsbasis, Zivi"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_may_name_a_posting_as_its_digest_does(language):
    """Both where the reader copies the line and where it stands in the quoted digest."""
    with speaking(language):
        line = _("ref {reference}", reference="0af8d71023230a1c")
    head = b"In-Reply-To: <a@cxdigest.invalid>\nFrom: ada@x.example\n\n"
    for text in (f"{line}\nLead the survey.\n", f"> 1. CX Lead\n>    {line}\n\nLead the survey.\n"):
        duties = read_reply(head + text.encode()).duties
        assert [(ref, told.strip()) for ref, told in duties] == [
            ("0af8d71023230a1c", "Lead the survey.")
        ]


@pytest.fixture
def practice(tmp_path):
    """Ada reads English; Berta, her coach, German."""
    made = Practice(
        tmp_path,
        sources=[Scripted(script=[[alert("CX Lead")]])],
        profiles=(client(),),
        coaches=(coach(language="de"),),
    )
    made.turn()
    yield made
    made.store.close()


def test_a_coach_is_asked_in_german_for_a_digest_that_is_english(practice):
    (mail,) = practice.mails_to("berta")
    top, _, digest = mail.partition("-" * 78)
    assert "Wenn Sie bis Sa., 21. Nov., 09:30 Uhr (Zeit in UTC) nichts sagen" in top
    assert english_in(top) == []
    assert "Worth a look".upper() in digest
    assert preview_of(practice.street, practice.waiting()).text.strip() in digest


def test_a_coachs_page_is_german_whatever_the_browser_likes(practice):
    desk = desk_for(practice.street)
    links = ReviewLinks(signer=desk.signer)
    link = f"/review/{links.token(practice.waiting().id, 'look')}"
    with shown(desk) as address, asking(address) as browser:
        page = browser.get(link, headers={"Accept-Language": "en"}).text
        saved = browser.post(link, data={"note": "Hallo", "do": "save"}).text
    assert '<html lang="de">' in page
    assert "Freigeben und senden" in page
    assert "Durchsicht: Ada, Samstag, 21. November 2026" in page
    assert "Ihre Änderungen sind gespeichert." in saved
    assert english_in(re.sub(r"<pre.*?</pre>|<[^>]+>", " ", page, flags=re.DOTALL)) == []


def test_a_coachs_mail_over_all_clients_is_german(practice):
    (berta,) = practice.coaches
    found = coach_day(practice.street, berta, practice.profiles, NOW.date(), NOW + MINUTE)
    assert found.language == "de"
    waits = Waits(day=days.DAY, deadline=NOW + timedelta(hours=2), otherwise="send")
    some = Client(profile="ada", name="Ada", day=days.DAY, fresh=True, genuine=1, waits=(waits,))
    more = Client(profile="ben", name="Ben", paused=True, said={"applied": 2})
    day = CoachDay(
        stream="coach/berta", coach="Berta", day=days.DAY, zone="UTC", clients=(some, more),
        language="de",
    )  # fmt: skip
    mail = coach_mail(day, TEMPLATES)
    assert mail.subject == (
        "1 Übersicht wartet auf Sie, 2 Klientinnen und Klienten · Sa., 21. Nov."
    )
    assert "noch keine Übersicht; pausiert; Rückmeldungen: 2 beworben." in squash(mail.text)
    assert english_in(mail.text) == []


@pytest.fixture
def instance(tmp_path):
    """Ada reads German, Ben English; both read one mailbox."""
    people = {
        "ada": replace(profile("ada", "inbox"), language="de", locale="de"),
        "ben": profile("ben", "inbox"),
    }
    made = Instance(ready_store(tmp_path / "cxdigest.sqlite"), profiles=people)
    yield made
    made.store.close()


def test_pages_behind_links_are_in_their_readers_language(instance):
    (posting,) = instance.take_in(sighting())
    links = {
        name: instance.feedback(instance.digest(name, posting), posting, "genuine")
        for name in ("ada", "ben")
    }
    with shown(instance.desk) as address, asking(address) as browser:
        asked = browser.get(links["ada"], headers={"Accept-Language": "en"}).text
        done = browser.post(links["ada"]).text
        other = browser.get(links["ben"], headers={"Accept-Language": "de"}).text
        nobodys = browser.get("/f/made-up", headers={"Accept-Language": "de-AT,en;q=0.5"}).text
        hostile = browser.get("/f/made-up", headers={"Accept-Language": "../../de"}).text
    assert "Ist das eine Customer-Experience-Stelle?" in asked
    assert "Danke, das ist vermerkt" in done
    for page in (asked, done):
        assert '<html lang="de">' in page
        assert english_in(re.sub(r"<[^>]+>", " ", page)) == []
    assert "Is this a customer experience role?" in other
    assert '<html lang="en">' in other
    assert "Dieser Link funktioniert nicht" in nobodys
    assert "This link does not work" in hostile


def test_feeds_and_short_messages_are_german_too(instance):
    instance.take_in(sighting())
    (posting,) = instance.take_in(sighting("CX Lead"), kind="unclear")
    found = instance.store.posting(posting)
    listed = [(Candidate(posting=found, verdict=None, seen=()), NOW, NOW)]
    feed = feed_of(instance.profiles["ada"], listed, key=b"key", begun=NOW)
    for document in (atom(feed).decode(), json_feed(feed).decode()):
        assert "Ada: Stellen in Customer Experience" in document
        assert "Diese Stelle wurde noch nicht beurteilt." in document
    assert 'xml:lang="de"' in atom(feed).decode()
    delivery = Delivery(
        id="d", digest_id="d", profile="ada", day=days.DAY, channel="c", recipient="r",
        message_id="<d@x>", made=NOW, attempts=1, rendered=Rendered(subject="s", text="t", html=""),
    )  # fmt: skip
    contents = [("unclear", listed[0][0])] * 9
    with speaking("de"):
        told = short_form(delivery, contents)
    assert "einen Blick wert" in told
    assert told.endswith("Und 1 weitere Stelle in der Übersicht.")
