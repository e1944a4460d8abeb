"""What people do in the console, step by step as they would, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.house import EXAMPLES, LATER, House
from tests.browser.person import NARROW, WIDE, person, until

WAYS = pytest.mark.parametrize(
    ("width", "scripts"),
    [(WIDE, True), (NARROW, False)],
    ids=["at a desk", "on a phone without JavaScript"],
)
DUTIES = (
    """What you will do
- Answer inbound calls and live chats from customers about their orders.
- Process refunds and returns, and resolve complaints within one working day.
- Log each contact in the ticket system and keep to your schedule on the phones.
"""
    * 3
)
PACK = """pack: cleos
about: What Cleo learned.
language: en
groups:
  cleos.own: 30
rules:
  - id: cleos.refund
    kind: support
    group: cleos.own
    points: 30
    where: [title]
    match: ["passenger journey"]
    reason: At this operator it is the help desk.
    examples:
      hit: ["Passenger Journey Designer"]
      miss: ["Design the journey"]
"""


def posting(page: Page, title: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=title, exact=True))


def part(page: Page, heading: str) -> Locator:
    return page.get_by_role("region", name=heading)


# -- Today


@WAYS
def test_a_click_corrects_a_verdict_and_another_takes_it_back(
    browser: Browser, house: House, width: int, scripts: bool
):
    title = "Customer Experience Analyst"
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/today/cleo")
        expect(part(page, "Customer experience roles")).to_contain_text(title)
        posting(page, title).get_by_role("button", name="Not genuine").click()
        expect(page.get_by_role("status")).to_contain_text(f"Kept: Not genuine, of “{title}”")
        expect(part(page, "Customer experience roles")).not_to_contain_text(title)
        page.get_by_role("status").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status")).to_contain_text("Taken back: Not genuine")
        expect(part(page, "Customer experience roles")).to_contain_text(title)


@WAYS
def test_the_list_is_narrowed_by_kind_and_shown_whole_again(
    browser: Browser, house: House, width: int, scripts: bool
):
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/today/cleo")
        every = page.get_by_role("article").count()
        page.get_by_label("Kind", exact=True).select_option("genuine")
        if not scripts:
            page.get_by_role("main").get_by_role("button", name="Show").click()
        expect(part(page, "Worth a look")).to_have_count(0)
        expect(page).to_have_url(f"{house.base}/today/cleo?kind=genuine&source=&employer=")
        expect(page.get_by_role("article").first).to_be_visible()
        assert page.get_by_role("article").count() < every


def test_the_digest_that_is_sent_says_what_was_corrected(browser: Browser, house: House):
    title, other = "Patient Experience Lead", "Passenger Journey Designer"
    with person(browser, house.base) as page:
        page.goto("/today/dora")
        posting(page, title).get_by_role("button", name="Not genuine").click()
        expect(page.get_by_role("status")).to_contain_text("Kept")
        expect(part(page, "Customer experience roles")).not_to_contain_text(title)
        house.cxdigest("profile", "edit", "dora", "--set", "send_at=07:00")
        sent = house.mail("dora")
        assert other in sent
        assert title not in sent.partition("Worth a look")[0].partition("SAY SOMETHING ELSE")[0]
        page.goto("/archive/dora")
        page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
        page.locator("iframe").scroll_into_view_if_needed()
        mail = page.frame_locator("iframe")
        expect(mail.get_by_role("heading", name=other)).to_be_visible()


# -- the archive of postings


@WAYS
def test_a_posting_is_found_read_and_judged_by_the_duties_that_are_pasted(
    browser: Browser, house: House, width: int, scripts: bool
):
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/postings/cleo")
        page.get_by_role("searchbox").fill('"patient experience"')
        page.get_by_role("searchbox").press("Enter")
        expect(page.get_by_role("heading", name="1 posting found")).to_be_visible()
        page.get_by_role("link", name="Patient Experience Lead", exact=True).click()
        text = page.get_by_role("region", name="What it says")
        expect(text.locator("mark").first).to_be_visible()
        marked = text.locator("mark").all_inner_texts()
        for words in marked:  # each quote of the rules stands where it was found
            expect(page.get_by_role("region", name="Rules that spoke")).to_contain_text(words)
        page.get_by_label("The text about the duties").fill(DUTIES)
        page.get_by_role("button", name="Judge by these").click()
        expect(page.get_by_text("judged from the duties").first).to_be_visible()
        expect(text.locator("mark.k-service").first).to_contain_text("calls")
        expect(page.locator("main .kind").first).to_have_text("customer service")
        page.get_by_role("button", name="Forget mine").click()
        expect(page.locator("main .kind").first).to_have_text("customer experience")


@WAYS
def test_two_postings_are_merged_by_hand_and_split_again(
    browser: Browser, house: House, width: int, scripts: bool
):
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/postings/cleo?q=passenger")
        page.get_by_role("link", name="Passenger Journey Designer", exact=True).click()
        page.get_by_label("Look for another").fill("passenger manager")
        page.get_by_role("region", name="The same as another?").get_by_role(
            "button", name="Search"
        ).click()
        page.get_by_role("button", name="Merge with Passenger Journey Manager").click()
        expect(page.get_by_role("status")).to_contain_text("The two are one posting now")
        seen = page.get_by_role("region", name="Where it was seen")
        expect(seen).to_contain_text("Passenger Journey Manager")
        expect(seen).to_contain_text("Merged: ")
        seen.get_by_role("button", name="Split off").first.click()
        expect(page.get_by_role("status")).to_be_visible()
        expect(seen.get_by_role("button", name="Split off")).to_have_count(0)


# -- Try it, and rules


@WAYS
def test_a_pasted_posting_and_a_dropped_mail_have_their_verdicts_at_once(
    browser: Browser, house: House, width: int, scripts: bool
):
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/try")
        page.get_by_label("Title").fill("Customer Experience Associate")
        page.get_by_label("What it says").fill(DUTIES)
        page.get_by_role("button", name="See the verdict").click()
        tried = page.get_by_role("article")
        expect(tried).to_contain_text("customer service, flagged")
        expect(tried.locator("mark.k-service").first).to_be_visible()
        page.get_by_label("Or an alert").set_input_files(EXAMPLES / "03-indeed-alert.eml")
        page.get_by_role("button", name="See the verdict").click()
        expect(page.get_by_text("Read as indeed: 9 postings")).to_be_visible()


def test_a_rule_is_mended_where_it_is_wrong_counted_saved_and_judges_from_the_next_turn(
    browser: Browser, house: House
):
    title = "Passenger Journey Designer"
    with person(browser, house.base) as page:
        page.goto("/rules?whose=cleo")
        page.get_by_label("The pack", exact=True).fill(
            PACK.replace("kind: support", "kind: suport")
        )
        page.get_by_role("button", name="Save").click()
        faulty = page.get_by_role("listitem").filter(has_text="kind: suport")
        expect(faulty).to_contain_text("Line 8, column 11")
        expect(faulty).to_contain_text('did you mean "support"?')
        page.get_by_label("The pack", exact=True).fill(PACK)
        page.get_by_role("button", name="What would change").click()
        effect = page.get_by_role("region", name="What would change")
        expect(effect).to_contain_text("customer experience → technical support")
        expect(effect).to_contain_text(title)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("Saved")
        until(page, "/today/cleo", f"article:has-text('{title}') .kind:has-text('support')")
        page.goto("/rules?whose=cleo")
        page.get_by_label("The pack", exact=True).fill("")
        page.get_by_role("button", name="Save").click()
        until(page, "/today/cleo", f"article:has-text('{title}') .kind.k-genuine")


# -- sources


def test_polling_now_shows_what_came_without_a_reload(browser: Browser, house: House):
    house.show(*LATER)
    with person(browser, house.base) as page:
        page.goto("/sources")
        page.get_by_role("link", name="inbox").click()
        page.get_by_role("button", name="Poll now").click()
        page.evaluate("window.stayed = true")
        expect(page.get_by_role("status")).to_contain_text("Polled: new alerts")
        assert page.evaluate("window.stayed") is True


def test_without_javascript_a_link_looks_again(browser: Browser, house: House):
    with person(browser, house.base, width=NARROW, scripts=False) as page:
        page.goto("/sources/bens")
        page.get_by_role("button", name="Poll now").click()
        for _ in range(60):
            again = page.get_by_role("link", name="Look again")
            if not again.count():
                break
            again.click()
            page.wait_for_timeout(500)
        expect(page.get_by_role("status")).to_contain_text("Polled: nothing new.")


@WAYS
def test_an_alert_that_could_not_be_read_says_why_and_is_there_as_it_came(
    browser: Browser, house: House, width: int, scripts: bool
):
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/sources/inbox")
        page.get_by_role("link", name="Only those not readable").click()
        reason = "It comes from a job board and shows no posting that can be told from the rest."
        page.get_by_role("link", name=reason).click()
        expect(page.get_by_text(reason).first).to_be_visible()
        if not scripts:
            page.get_by_role("link", name="Show it as text").click()
        expect(page.locator("pre").first).to_contain_text("30+ new jobs match")


# -- numbers, archive


def test_numbers_say_their_interval_and_come_as_a_table_without_texts(
    browser: Browser, house: House
):
    with person(browser, house.base, scripts=False) as page:
        page.goto("/numbers")
        expect(page.get_by_role("region", name="In short")).to_contain_text("genuine")
        expect(page.get_by_text("not the market")).to_be_visible()
        page.get_by_role("link", name="26 weeks").click()
        rows = page.get_by_role("region", name="Kinds").get_by_role("row")
        expect(rows.filter(has_text="customer experience")).to_contain_text("(")
        with page.expect_download() as coming:
            page.get_by_role("link", name="As CSV").first.click()
        table = coming.value.path().read_text(encoding="utf-8")
        assert "genuine" in table
        assert "Passenger Journey" not in table


@WAYS
def test_a_past_digest_is_shown_as_it_was_sent(
    browser: Browser, house: House, width: int, scripts: bool
):
    sent = house.mail("ada")
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/archive/ada")
        page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
        page.locator("iframe").scroll_into_view_if_needed()
        mail = page.frame_locator("iframe")
        expect(mail.get_by_role("heading", level=3).nth(5)).to_be_visible()
        titles = mail.get_by_role("heading", level=3).all_inner_texts()
        assert all(" ".join(title.split()) in sent for title in titles)
        expect(page.get_by_role("region", name="Deliveries")).to_contain_text("ada@home.example")
