"""Alerts whose every field tries to run a program in the pages that show it.

What they try is seen in three ways: ``window.hit`` is set, a dialogue opens, or the browser says that
the policy of the page was broken.
"""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

TRY = (
    "\"'><script>window.hit=1;alert(1)</script><img src=x onerror=\"window.hit=1;alert(1)\">"
    "<svg onload=alert(1)></svg></textarea></title><iframe srcdoc='<script>parent.hit=1</script>'>"
    '<b hx-get="/users" hx-trigger="load" style="position:fixed">{{ 7 * 7 }}</b>'
)
SHORT = "<img src=x onerror=alert(1)>"
#: A word that finds no place to break, as links and codes are.
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4
DUTIES = f"""Lead customer journey mapping {TRY} and run the voice of the customer programme.
{LONG} {SHORT} <a href="javascript:alert(1)">own the experience strategy</a> {TRY}
""" * 2


def put(folder: Path) -> None:
    """Put such alerts, a mail, a feed and an mbox that is none, into *folder*."""
    (folder / f"1 {SHORT.replace('/', '')}.eml").write_bytes(_mail(TRY, _openings()))
    (folder / "2.eml").write_bytes(_mail(f"New jobs {TRY}", f"Nothing here {TRY}"))
    (folder / "3.xml").write_text(_feed(), encoding="utf-8")
    (folder / "4.eml").write_bytes(_mail(f"{LONG} {TRY}", "", html=_page()))


def _openings() -> str:
    return "".join(
        f"Customer Experience {name} {TRY}\nTarn & Vale {SHORT}\nLeeds {SHORT}\n"
        f"https://jobs.example/view/{number}?q={SHORT}\n\n"
        for number, name in enumerate(("Lead", "Manager", "Director"), start=701)
    )


def _page() -> str:
    described = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": f"Customer Experience Architect {TRY}",
        "description": DUTIES,
        "hiringOrganization": {"name": f"Vale {TRY}"},
        "url": "javascript:alert(1)//https://jobs.example/view/709",
    }
    return (
        f'<script type="application/ld+json">{json.dumps(described)}</script>'
        f'<p><a href="javascript:alert(1)">Customer Experience Host {escape(TRY)}</a></p>{TRY}'
    )


def _mail(subject: str, text: str, *, html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"Jobs {SHORT.replace(chr(34), "")}" <jobs@board.example>'
    mail["To"] = "cleo@home.example"
    mail["Subject"] = subject
    mail["X-Try"] = TRY
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    mail.add_attachment(b"x", maintype="text", subtype="html", filename=f"{SHORT}.html")
    return mail.as_bytes()


def _feed() -> str:
    words = escape(TRY)
    entries = "".join(
        f"<item><title>Customer Experience {name} {words}</title><link>{link}</link>"
        f"<guid>{name} {words}</guid><author>{words}</author><category>{words}</category>"
        f"<description>{escape(DUTIES)}</description></item>"
        for name, link in (
            ("Strategist", "javascript:alert(1)"),
            ("Designer", "https://jobs.example/view/801"),
            (f"Analyst {LONG}", "data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;"),
        )
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{words}</title>{entries}</channel></rss>'
