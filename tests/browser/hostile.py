"""Alerts whose every field tries to run a program in the pages that show it.

What they try is seen in three ways: ``window.hit`` is set, a dialogue opens, or the browser says that
the policy of the page was broken.
"""

from __future__ import annotations

import email
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from xml.sax.saxutils import escape

from tests.browser.house import EXAMPLES

TRY = (
    '"\'><script>window.hit=1;alert(1)</script><img src=x onerror="window.hit=1;alert(1)">'
    "<svg onload=alert(1)></svg></textarea></title><iframe srcdoc='<script>parent.hit=1</script>'>"
    '<b hx-get="/users" hx-trigger="load" style="position:fixed">{{ 7 * 7 }}</b>'
)
SHORT = "<img src=x onerror=alert(1)>"
#: A word that finds no place to break, as links and codes are.
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4
DUTIES = (
    f"""Lead customer journey mapping {TRY} and run the voice of the customer programme.
{LONG} {SHORT} <a href="javascript:alert(1)">own the experience strategy</a> {TRY}
"""
    * 2
)


#: What stands in the example alerts, and what strangers write in its place.
_WORDS = {
    "Customer Experience Manager\n": f"Customer Experience Architect {TRY}\n",
    "Customer Experience Coordinator\n": f"Customer Experience Steward {LONG}\n",
    "Customer Experience Transformation Manager\n": f"Customer Experience Change {TRY}\n",
    "Otterbourne Mutual": f"Otterbourne {SHORT}",
    "Brackendale Water": f"Brackendale {SHORT}",
    "Leeds LS1": f"Leeds {SHORT}",
    "Leeds\n": f"Leeds {SHORT}\n",
    "Own the end-to-end": f"{TRY} Own the end-to-end",
    "Redesign the": f"{TRY} Redesign the",
    "275ab288e1d343ef": "275ab288e1d343aa",
    "/job/881": "/job/991",
    "£58,000": f"£58,000 {SHORT}",
}


def put(folder: Path) -> None:
    """Put such alerts into *folder*: two mails with openings, two without, and a feed."""
    hidden = SHORT.replace("/", "")
    (folder / f"1 {hidden}.eml").write_bytes(_changed("03-indeed-alert.eml"))
    (folder / "2.eml").write_bytes(_changed("07-kestrel-jobs.eml"))
    (folder / "3.eml").write_bytes(_mail("alert@indeed.com", f"Nothing here {TRY}"))
    (folder / "4.eml").write_bytes(_mail("jobs@board.example", f"New {LONG} {TRY}"))
    (folder / "5.xml").write_text(_feed(), encoding="utf-8")


def _changed(example: str) -> bytes:
    mail = email.message_from_bytes((EXAMPLES / example).read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body
    text = body.get_content()
    for words, others in _WORDS.items():
        text = text.replace(words, others)
    return _mail(mail["From"].addresses[0].addr_spec, text)


def _mail(sender: str, text: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = Address(f"Jobs {SHORT}", addr_spec=sender)
    mail["To"] = "cleo@home.example"
    mail["Subject"] = f"New customer experience jobs {TRY}"
    mail["X-Try"] = TRY
    mail.set_content(text)
    mail.add_attachment(b"x", maintype="text", subtype="html", filename=f"{SHORT}.html")
    return mail.as_bytes()


def _feed() -> str:
    words = escape(escape(TRY))  # a title in a feed is HTML, so its text is written twice over
    entries = "".join(
        f"<item><title>Customer Experience {name} {words}</title><link>{link}</link>"
        f"<guid>{name} {words}</guid><author>{words}</author><category>{words}</category>"
        f"<description>{escape(DUTIES)} {words}</description></item>"
        for name, link in (
            ("Strategist", "javascript:alert(1)"),
            ("Designer", "https://jobs.example/view/801"),
            (f"Analyst {LONG}", "data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;"),
        )
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{words}</title>'
        f"{entries}</channel></rss>"
    )
