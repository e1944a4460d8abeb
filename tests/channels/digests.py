"""A delivery for the channel tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from cxdigest.model import Delivery, Rendered

TEXT = (
    "Customer experience roles: 7\n.\nFrom here on: caf\u00e9 \u2014 \U0001f642\n"
    + "x" * 2000
    + "\n"
)
HTML = (
    '<html lang="en"><p>Customer experience roles: 7 \u2014 caf\u00e9 '
    + "<b>y</b>" * 500
    + "</p></html>\n"
)


def delivery(**given: Any) -> Delivery:
    rendered = Rendered(
        subject=given.pop("subject", "7 customer experience roles, 12 set aside \u00b7 Sat 21 Nov"),
        text=given.pop("text", TEXT),
        html=given.pop("html", HTML),
    )
    known: dict[str, Any] = {
        "id": "d-0001",
        "digest_id": "g-0001",
        "profile": "ada",
        "day": date(2026, 11, 21),
        "channel": "mail",
        "recipient": "ada@mail.example",
        "message_id": "<d-0001@cxdigest.example>",
        "made": datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
        "attempts": 1,
        "rendered": rendered,
    }
    return Delivery(**{**known, **given})
