"""Mails a second through ``extract`` on one core, on mails of the size that boards send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bench.tables import seconds, show, spread
from cxdigest.extract import extract
from cxdigest.extract.split import split
from cxdigest.model import Alert

RUNS = 5
EXAMPLES = Path(__file__).parent.parent / "examples" / "alerts"
#: A LinkedIn digest of 2026 has 165 to 225 kB of HTML: the examples are filled up to that.
REAL_SIZE = 200_000


def table() -> None:
    """Measure and print; real captures too where ``CXDIGEST_SAMPLES`` names some."""
    sets = {f"shipped mails filled up to {REAL_SIZE // 1000} kB": [*map(_filled, _mails(EXAMPLES))]}
    if named := os.environ.get("CXDIGEST_SAMPLES"):
        sets["captured mails"] = list(_mails(Path(named, "alerts")))
    rows = []
    for name, mails in sets.items():
        taken = seconds(lambda mails=mails: [extract(mail) for mail in mails], runs=RUNS)
        kilobytes = sum(len(mail.raw) for mail in mails) / len(mails) / 1000
        rows.append(
            (
                f"extract, {len(mails)} {name} (mean {kilobytes:.0f} kB), mails/s",
                spread([len(mails) / s for s in taken], ",.0f"),
                "",
                "≥ 40",
            )
        )
    show(f"Mails, one core, {RUNS} runs", rows)


def _mails(folder: Path) -> Iterator[Alert]:
    for path in sorted(folder.glob("*.eml")):
        with path.open("rb") as stream:
            yield from split(stream, source="bench", name=path.name)


def _filled(alert: Alert) -> Alert:
    """Return *alert* with styled empty rows in its HTML, as boards fill their mails.

    About 80 bytes a tag: Indeed's mails have 60, LinkedIn's 160 and more.
    """
    style = b"padding:0 24px 0 24px;font-size:0;line-height:0;mso-line-height-rule:exactly;" * 3
    filler = b'<tr class="row"><td style="' + style + b'">&nbsp;</td></tr>\r\n'
    missing = max(0, REAL_SIZE - len(alert.raw)) // len(filler)
    start, closing, end = alert.raw.rpartition(b"</body>")
    if not closing:
        return alert
    raw = start + b"<table>" + filler * missing + b"</table>" + closing + end
    return Alert(source=alert.source, key=alert.key, media="mail", raw=raw, digest=alert.digest)
