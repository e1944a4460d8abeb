"""The first address, and whose page is shown."""

from __future__ import annotations


def test_the_first_address_leads_to_the_first_profile(console):
    answer = console.get("/")
    assert answer.is_redirect
    assert answer.headers["location"] == "/today/ada"


def test_whose_page_it_is_can_be_changed(console):
    answer = console.get("/go", params={"profile": "ben", "place": "postings"})
    assert answer.headers["location"] == "/postings/ben"
    assert console.get("/go", params={"profile": "nobody"}).status_code == 404


def test_there_is_news_since_this_mornings_digests(console):
    for profile in console.street.present().profiles:
        assert console.store.last_digest(profile.name)[0].isoformat() == "2026-11-20"
        rules = console.street.fingerprint(profile.name)
        since = console.now - profile.lookback
        assert console.store.candidates(
            profile.name, profile.sources, fingerprint=rules, since=since
        )
