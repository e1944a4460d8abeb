"""After the shipped alerts were read, only raw alerts hold whom they were sent to."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import sqlalchemy as sa

from cxdigest.extract.mails.authenticity import UNKNOWN
from cxdigest.extract.mails.mime import all_fields, header_words, split_head
from cxdigest.model import Alert
from cxdigest.pipeline.alerts.poll import read_alert
from cxdigest.store.schema import metadata, raw_alerts
from tests.store.world import NOW, take_in

MAILS = sorted((Path(__file__).parents[1] / "extract" / "alerts").rglob("*.eml"))
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
_TO = {"to", "delivered-to", "x-original-to", "cc"}
#: Names of a link's values that name the reader or log him in, as boards write them.
_TOKENS = re.compile(
    r"[?&;](?:midToken|midSig|otpToken|eid|lipi|trackingId|utm_\w+|jrtk|tmtk|alid|guid|uido|token"
    r"|email|user_?id|subscriber_?id|recipient|sig|signature)=(?:3D)?([\w%.~-]{10,})",
    re.IGNORECASE,
)


def test_no_table_but_the_raw_alerts_holds_an_address_or_a_token_of_a_recipient(store) -> None:
    alerts, secrets = [], set()
    for path in MAILS:
        raw = path.read_bytes()
        alerts.append(
            Alert(
                source="inbox",
                key=path.name,
                media="mail",
                raw=raw,
                digest=hashlib.sha256(raw).hexdigest(),
            )
        )
        secrets |= _secrets_in(raw)
    assert len(alerts) > 50
    assert len(secrets) > 20
    take_in(store, *(read_alert(alert, NOW, UNKNOWN) for alert in alerts))
    kept = _all_words(store)
    assert "head of" in kept, "postings are stored"
    assert {one for one in secrets if one.casefold() in kept} == set()


def _secrets_in(raw: bytes) -> set[str]:
    head, _ = split_head(raw)
    assert head
    told = [header_words(value) for name, value in all_fields(raw) if name in _TO]
    addresses = {found for value in told for found in _ADDRESS.findall(value)}
    return addresses | set(_TOKENS.findall(raw.decode("latin-1")))


def _all_words(store) -> str:
    rows: list[str] = []
    with store._database.reading() as connection:
        for table in metadata.sorted_tables:
            if table is not raw_alerts:
                # A link that could not be unwrapped is kept as it was, and shown to its reader alone.
                plain = table.c.opaque.is_(False) if "opaque" in table.c else sa.true()
                rows += map(str, connection.execute(sa.select(table).where(plain)).all())
    return "\n".join(rows).casefold()
