"""A coach and a client who sign in: each sees their own, and a client is taken on in the browser."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cxdigest.console.instance.users import Known, add
from cxdigest.store import open_store
from tests.browser.house import PASSWORD, House, noon
from tests.browser.person import NARROW, WIDE, person

WAYS = pytest.mark.parametrize(
    ("width", "scripts"),
    [(WIDE, True), (NARROW, False)],
    ids=["at a desk", "on a phone without JavaScript"],
)


@pytest.fixture(scope="module", autouse=True)
def users(house: House) -> None:
    """From the first user on everybody signs in, also on this machine."""
    known = Known(coaches=("berta",), profiles=("ben",))
    with contextlib.closing(open_store(str(house.folder / "cxdigest.sqlite"))) as store:
        for name, role, scope in (
            ("root", "admin", {}),
            ("berta", "coach", {"coach": "berta"}),
            ("ben", "client", {"profile": "ben"}),
        ):
            now = datetime.now(UTC)
            add(store, name=name, role=role, password=PASSWORD, known=known, now=now, **scope)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def ways(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts()


@WAYS
def test_a_coach_signs_in_sees_own_clients_alone_and_signs_out(
    browser: Browser, house: House, width: int, scripts: bool
):
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/today/ben")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        sign_in(page, "berta", "not her password")
        expect(page.get_by_role("alert")).to_be_visible()
        sign_in(page, "berta")
        expect(page).to_have_url(f"{house.base}/today/ben")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ben Okafor")
        assert "Clients" in ways(page)
        assert "Sources" not in ways(page)
        page.get_by_role("link", name="Clients").click()
        expect(page.get_by_role("main")).to_contain_text("Ben Okafor")
        for other in ("Ada", "Cleo", "Dora"):
            expect(page.locator("body")).not_to_contain_text(other)
        for path in ("/today/ada", "/postings/cleo", "/clients/dora", "/sources", "/users"):
            answer = page.goto(path)
            assert answer
            assert answer.status in {403, 404}, path
        page.goto("/account")
        page.get_by_role("button", name="Sign out").first.click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto("/today/ben")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_client_sees_nobody_but_themselves(browser: Browser, house: House):
    with person(browser, house.base, width=NARROW) as page:
        page.goto("/")
        sign_in(page, "ben")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ben Okafor")
        assert not {"Sources", "Clients"} & set(ways(page))
        answer = page.goto("/today/ada")
        assert answer
        assert answer.status == 404


def test_a_coach_reads_a_digest_adds_a_note_leaves_one_out_and_sends_it(
    browser: Browser, house: House
):
    with person(browser, house.base) as page:
        page.goto("/clients")
        sign_in(page, "berta")
        assert house.mails("ben@") == []
        page.get_by_role("link", name="Read it first").click()
        page.get_by_label("A note on top").fill("The one in Leeds is worth a call.")
        boxes = page.get_by_role("group", name="Leave out").get_by_role("checkbox")
        label = page.locator(f"label[for='{boxes.first.get_attribute('id')}']")
        left_out = label.inner_text()
        boxes.first.check()
        page.get_by_role("button", name="Approve and send").click()
        expect(page.get_by_role("status").first).to_be_visible()
        sent = house.mail("ben@")
        assert "The one in Leeds is worth a call." in sent
        assert left_out not in sent


@WAYS
def test_a_coach_takes_on_a_client_by_form(
    browser: Browser, house: House, width: int, scripts: bool
):
    name = "Emil" if scripts else "Fay"
    with person(browser, house.base, width=width, scripts=scripts) as page:
        page.goto("/clients")
        sign_in(page, "berta")
        page.get_by_role("link", name="New client").click()
        page.get_by_label("Short name").fill(name.lower())
        page.get_by_label("Name (needed)", exact=True).fill(f"{name} Sundby")
        page.get_by_label("bens (folder)").check()
        page.get_by_label("Time zone (needed)").fill(noon())
        page.get_by_role("button", name="Add the client").click()
        expect(page.get_by_role("alert")).to_be_visible()  # nobody would get the digest
        page.get_by_label("Recipients (needed)").fill(f"out: {name.lower()}@home.example")
        page.get_by_role("button", name="Add the client").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{name} Sundby")
        assert "2 customer experience roles" in house.mail(f"{name.lower()}@")


def test_whoever_keeps_it_sees_who_may_come_in(browser: Browser, house: House):
    with person(browser, house.base, width=NARROW) as page:
        for path in ("/users", "/users/berta", "/account"):
            page.goto(path)
            if page.get_by_role("heading", name="Sign in").count():
                assert faults(page) == []
                sign_in(page, "root")
            expect(page.get_by_role("heading", level=1)).not_to_contain_text("Sign in")
            assert faults(page) == []


def faults(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]
