"""The clients: listed by what they need, made and changed by form, and nobody's but their own."""

from __future__ import annotations

import pytest
import yaml

from tests.web.console.instance import Console


def added(console: Console, name="cleo", **more) -> None:
    """Add a client by the form, as a browser sends it."""
    form = {
        "profile": name,
        "name": "Cleo Marsh",
        "sources": ["bens"],
        "deliver": f"out: {name}@home.example",
        "time_zone": "Europe/Vienna",
        "send_at": "06:45",
        "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "lookback": "14",
        "pages_per_day": "50",
        "dates": "en",
        "empty_days": "send",
        "read_pages": "yes",
        "wishes.salary_unknown": "yes",
        "review.wait": "120",
        **more,
    }
    answer = console.post("/clients/new", **form)
    assert "is added" in console.follow(answer).text


def stored(console: Console, name="cleo") -> dict:
    return dict(console.store.definitions([name])[name])


def test_a_client_added_by_form_is_kept_as_its_fields_say_and_no_more(console):
    added(console, **{"wishes.places": "Wien\r\nDACH\r\n", "weekly": "mon"})
    assert stored(console) == {
        "name": "Cleo Marsh",
        "sources": ["bens"],
        "deliver": [{"channel": "out", "to": ["cleo@home.example"]}],
        "time_zone": "Europe/Vienna",
        "send_at": "06:45",
        "wishes": {"places": ["Wien", "DACH"]},
        "weekly": "mon",
    }
    console.turn()
    assert "Cleo Marsh" in console.get("/clients").text
