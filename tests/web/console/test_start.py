"""The first address, and whose page is shown."""

from __future__ import annotations

from datetime import timedelta

from tests.web.console.instance import put_instance, served


def test_the_first_address_leads_to_the_first_profile(console):
    answer = console.get("/")
    assert answer.is_redirect
    assert answer.headers["location"] == "/today/ada"


def test_whose_page_it_is_can_be_changed(console):
    answer = console.get("/go", params={"profile": "ben", "place": "postings"})
    assert answer.headers["location"] == "/postings/ben"
    assert console.get("/go", params={"profile": "nobody"}).status_code == 404


def test_there_is_news_since_this_mornings_digests(console):
    profiles = console.street.present().profiles
    assert profiles
    for profile in profiles:
        assert console.store.last_digest(profile.name)[0].isoformat() == "2026-11-20"
        rules = console.street.fingerprint(profile.name)
        since = console.now - profile.lookback
        assert console.store.candidates(
            profile.name, profile.sources, fingerprint=rules, since=since
        )


def test_a_source_that_nobody_read_yet_is_said_to_be_read_next(tmp_path):
    with served(put_instance(tmp_path / "instance")) as console:
        assert "Not read yet" not in console.get("/today/ben").text
        with console.store._database.writing() as connection:
            connection.exec_driver_sql("UPDATE sources SET polled = NULL WHERE name = 'bens'")
        console.now += timedelta(minutes=2)  # what was gathered is not kept for so long
        page = console.get("/today/ben").text
        assert "Not read yet: <strong>bens</strong>. It is being read now, or at the next" in page
        assert '<a href="/today/ben?">Look again</a>' in page
        assert 'hx-trigger="every 5s"' in page
        assert "polled yet" not in page
        (trouble,) = console.get("/api/v1/profiles/ben/today").json()["troubles"]
        assert trouble == {"source": "bens", "what": "This source has not been polled yet."}
        console.turn(everything=True)
        console.now += timedelta(minutes=2)
        assert "Not read yet" not in console.get("/today/ben").text
