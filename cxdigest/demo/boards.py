"""Alerts as boards write them, made of invented openings: one function a board. Pure.

Each says as much as such an alert does: LinkedIn's names title, employer and place alone, Indeed's
a few words of the duties, Google's what stands on a page. The addresses are of the boards and lead
nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from cxdigest.demo.invented import Opening

Shown = Sequence[Opening]
#: Of the search, what it shows, and when it arrives (UTC), the alert's bytes.
Board = Callable[[str, Shown, datetime], bytes]

_READER = "reader@mailbox.example"


def linkedin(search: str, shown: Shown, now: datetime) -> bytes:
    """LinkedIn's saved search: title, employer, place; the workplace in the HTML part alone."""
    cards = "".join(
        f"{one.title}\n{one.company}\n{_town(one)}\nView job: {_linkedin(one)}\n\n{'-' * 57}\n\n"
        for one in shown
    )
    every = f"https://www.linkedin.com/comm/jobs/search?keywords={quote(search)}"
    head = f"Your job alert for {search}\nNew jobs match your preferences."
    text = f"{head}\n\n{cards}See all jobs: {every}\n"
    rows = "".join(
        f'<tr><td><a href="{_linkedin(one)}">{escape(one.title)}</a><p>{escape(one.company)} · '
        f"{escape(one.place)}</p></td></tr>"
        for one in shown
    )
    first = shown[0]
    return _mail(
        "LinkedIn Job Alerts <jobalerts-noreply@linkedin.com>",
        f"“{search}”: {first.company} - {first.title} and more",
        now,
        text=text,
        html=f'<table>{rows}<tr><td><a href="{every}">See all jobs</a></td></tr></table>',
    )


def cut_off(search: str, _shown: Shown, now: datetime) -> bytes:
    """Write a mail of LinkedIn's that lost its jobs on the way."""
    return _mail(
        "LinkedIn Job Alerts <jobalerts-noreply@linkedin.com>",
        f"“{search}”: 4 new jobs",
        now,
        text=f"4 new jobs match your preferences.\nYour job alert for {search}\n\n"
        "View job: https://www.linkedin.com/comm/jobs/vi",
    )


def indeed(search: str, shown: Shown, now: datetime) -> bytes:
    """Indeed's saved search: with pay and a few words of the duties."""
    land = "de" if "€" in "".join(one.pay for one in shown) else "uk"
    head = f"{len(shown)} new {search} jobs"
    cards = "".join(
        "\n".join(filter(None, (
            one.title,
            f"{one.company} - {one.place}",
            one.pay,
            one.words[:-1] + "…" if one.words else "",
            "Just posted",
            _indeed(one, land),
        ))) + "\n\n\n"
        for one in shown
    )  # fmt: skip
    every = f"https://{land}.indeed.com/jobs?q={quote(search)}"
    count = f"Jobs 1-{len(shown)} of {len(shown)} new jobs"
    top = f"Indeed Job Alert\n{head}\n\n{count}\nSee matching results on Indeed: {every}"
    return _mail("Indeed <alert@indeed.com>", head, now, text=f"{top}\n\n\n{cards}© Indeed\n")


def glassdoor(search: str, shown: Shown, now: datetime) -> bytes:
    """Glassdoor's alert: HTML alone, each job a card that is one link."""
    cards = "".join(
        f'<tr><td><a href="https://www.glassdoor.co.uk/partner/jobListing.htm?pos={place}&amp;'
        f'jobListingId=10{one.number}"><table><tr><td><span>{escape(one.company)}</span>'
        f"<span>3.{place + 4} ★</span></td></tr></table><p>{escape(one.title)}</p>"
        f"<p>{escape(one.place)}</p><p>{escape(one.pay)}</p><p>1d</p></a></td></tr>"
        for place, one in enumerate(shown)
    )
    head = f"<p>Job alert: {escape(search)}</p><p>Your job listings</p>"
    return _mail(
        "Glassdoor Jobs <noreply@glassdoor.com>",
        f"New jobs for {search}. Apply Now.",
        now,
        html=f"{head}<table>{cards}</table>",
    )


def stepstone(search: str, shown: Shown, now: datetime) -> bytes:
    """StepStone's alert, in German: title, employer, place."""
    cards = "".join(
        f'<tr><td><table><tr><td><a href="https://www.stepstone.de/stellenangebote--'
        f'{quote(one.key)}--{one.number}-inline.html">{escape(one.title)}</a></td></tr>'
        f"<tr><td>{escape(one.company)}</td></tr><tr><td>{escape(one.place)}</td></tr></table></td></tr>"
        for one in shown
    )
    return _mail(
        "Stepstone <info@jobagent.stepstone.de>",
        f"{len(shown)} neue Jobs für {search}",
        now,
        html=f"<table><tr><td>Hallo, neue Jobs für dich</td></tr>{cards}</table>",
    )


def xing(search: str, shown: Shown, now: datetime) -> bytes:
    """XING's alert, in German: title, link, employer, place."""
    rule = "-" * 60
    cards = "".join(
        f"{one.title}\n=> https://www.xing.com/jobs/{quote(one.key)}-{one.number}\n\n"
        f"{one.company}\n{one.place}\n\nVollzeit\n\n{rule}\n{rule}\n\n"
        for one in shown
    )
    head = f"{len(shown)} neue Stellenangebote für {search}"
    return _mail(
        "XING Jobs <jobs@mail.xing.com>", head, now, text=f"Hallo,\n\n{head}\n\n{rule}\n\n{cards}"
    )


def kestrel(search: str, shown: Shown, now: datetime) -> bytes:
    """Write a mail of a board that cxdigest does not know, which announces more than it shows."""
    site = "https://www.kestreljobs.example"
    cards = "".join(
        f"{one.title}\n{one.company}\n{one.place}\n{one.pay}\n{one.words}\n"
        f"{site}/job/{one.number}\n\n"
        for one in shown
    )
    head = f"{len(shown) + 14} new {search} jobs"
    foot = f"See all jobs: {site}/search?q={quote(search)}\n\nUnsubscribe: {site}/alerts/stop\n"
    text = f"Good morning,\n\n{head}:\n\n{cards}{foot}"
    return _mail("Kestrel Jobs <alerts@kestreljobs.example>", head, now, text=text)


def google_mail(search: str, shown: Shown, now: datetime) -> bytes:
    """Google's alert as a mail: pages on which the words stand."""
    hits = "".join(
        f"{one.title} | {one.company}\n{one.words}\n<{_google(one)}>\n\n" for one in shown
    )
    several = "result" if len(shown) == 1 else "results"
    return _mail(
        "Google Alerts <googlealerts-noreply@google.com>",
        f"Google Alert - {search}",
        now,
        text=f"=== Web - {len(shown)} new {several} for [{search}] ===\n\n{hits}"
        "This once a day Google Alert is brought to you by Google.\n",
    )


def google_feed(search: str, shown: Shown, now: datetime) -> bytes:
    """Google's alert as a feed (Atom), one entry an opening."""
    stamp = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    entries = "".join(
        f"<entry><id>tag:google.com,2013:googlealerts/feed:{one.number}{now:%j}</id>"
        f'<title type="html">{escape(f"{one.title} - {one.company}")}</title>'
        f'<link href="{escape(_google(one))}"/><published>{stamp}</published>'
        f'<updated>{stamp}</updated><content type="html">{escape(escape(one.words))}</content>'
        "</entry>"
        for one in shown
    )
    feed = "tag:google.com,2005:reader/user/0/state/com.google/alerts/1"
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{feed}</id><title>Google Alert - {escape(search)}</title><updated>{stamp}</updated>"
        f"{entries}</feed>"
    ).encode()


def rss(search: str, shown: Shown, now: datetime) -> bytes:
    """Write the RSS feed of a board."""
    site = "https://www.dalesjobs.example"
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{site}/job/{one.number}/</link>"
        f'<guid isPermaLink="false">dales-{one.number}</guid>'
        f"<pubDate>{format_datetime(now)}</pubDate>"
        f"<description>{escape(one.words)}</description>"
        f"<job_listing:company>{escape(one.company)}</job_listing:company>"
        f"<job_listing:location>{escape(one.place)}</job_listing:location></item>"
        for one in shown
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:job_listing="{site}/">'
        f"<channel><title>Dales Jobs: {escape(search)}</title><link>{site}/</link>{items}"
        "</channel></rss>"
    ).encode()


#: By the names that alerts.yaml has for them.
BOARDS: Mapping[str, Board] = {
    "linkedin": linkedin,
    "cut-off": cut_off,
    "indeed": indeed,
    "glassdoor": glassdoor,
    "stepstone": stepstone,
    "xing": xing,
    "kestrel": kestrel,
    "google-mail": google_mail,
    "google-feed": google_feed,
    "rss": rss,
}
#: Those that are feeds; the others are mails.
FEEDS = frozenset({"google-feed", "rss"})


def _mail(sender: str, subject: str, now: datetime, *, text: str = "", html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, _READER, subject
    mail["Date"] = format_datetime(now)
    host = sender.rpartition("@")[2].rstrip(">")
    mail["Message-ID"] = f"<{now:%Y%m%d%H%M%S}.{len(subject)}@{host}>"
    if text:
        mail.set_content(text)
    if html:
        page = f"<!DOCTYPE html><html><body>{html}</body></html>"
        if text:
            mail.add_alternative(page, subtype="html")
        else:
            mail.set_content(page, subtype="html")
    return mail.as_bytes()


def _town(one: Opening) -> str:
    return one.place.partition(" (")[0]


def _linkedin(one: Opening) -> str:
    return f"https://www.linkedin.com/comm/jobs/view/9{one.number}/"


def _indeed(one: Opening, land: str) -> str:
    return f"https://{land}.indeed.com/rc/clk/dl?jk={one.number:016x}&from=ja"


def addresses(one: Opening) -> tuple[str, ...]:
    """Return where the boards that most alerts come from show *one*."""
    return (_linkedin(one), _indeed(one, "uk"), _indeed(one, "de"), _google(one))


def _google(one: Opening) -> str:
    employer = one.key.partition("-")[0]
    page = f"https://careers.{employer}.example/vacancies/{one.number}"
    return f"https://www.google.com/url?rct=j&sa=t&url={quote(page, safe=':/')}&ct=ga"
