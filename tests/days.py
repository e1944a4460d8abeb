"""Invented days for the digest's tests: a rich one, an empty one, a poisoned one, an endless one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cxdigest.digest import choose
from cxdigest.model import (
    Candidate,
    Digest,
    Evidence,
    Kind,
    PollOutcome,
    Posting,
    SeenAt,
    Shortfall,
    SourceReport,
    Tier,
    Verdict,
    Where,
    Workplace,
)  # fmt: skip
from cxdigest.rules.verdicts.honest_title import honest_title

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, 58, tzinfo=UTC)


def words(
    kind: Kind, quote: str, reason: str, where: Where = "duties", points: int = 3
) -> Evidence:
    rule = f"{kind}.{reason.split(maxsplit=1)[0].lower()}"
    return Evidence(rule=rule, kind=kind, points=points, reason=reason, quote=quote, where=where)


def verdict(
    kind: Kind,
    *evidence: Evidence,
    confidence: float = 0.8,
    tier: Tier = "full",
    claims: bool = True,
    reason: str = "",
    suggests: str = "",
) -> Verdict:
    return Verdict(
        posting_id="",
        kind=kind,
        confidence=confidence,
        tier=tier,
        claims=claims,
        flagged=claims and kind in {"service", "support", "store"},
        points=sum(found.points for found in evidence),
        evidence=evidence,
        rules="f" * 12,
        reason=reason,
        suggests=suggests,
    )


def candidate(
    title: str,
    company: str = "",
    location: str = "",
    judged: Verdict | None = None,
    *,
    formats: Sequence[str] = ("linkedin",),
    days: int = 0,
    posted: str = "",
    salary: str = "",
    workplace: Workplace = "",
    url: str | None = None,
    opaque: bool = False,
    key: str = "",
) -> Candidate:
    seen = NOW - timedelta(days=days, minutes=40)
    slug = "-".join(title.lower().split())[:40]
    link = f"https://jobs.example/{slug}" if url is None else url
    return Candidate(
        posting=Posting(
            id=key or slug,
            title=title,
            company=company,
            location=location,
            workplace=workplace,
            salary=salary,
            url=link,
            opaque=opaque,
            posted=posted,
            first_seen=seen,
            last_seen=NOW,
        ),
        verdict=judged,
        seen=tuple(SeenAt(source="inbox", format=name, seen=seen, url=link) for name in formats),
    )


def report(
    source: str, outcome: PollOutcome = "new", message: str = "", **more: object
) -> SourceReport:
    return SourceReport(
        source=source, outcome=outcome, message=message, polled=NOW - timedelta(minutes=5), **more
    )  # type: ignore[arg-type]


def day_of(candidates: Sequence[Candidate], *reports: SourceReport, heading: str = "") -> Digest:
    return choose(
        candidates,
        reports,
        profile="morag",
        heading=heading,
        day=DAY,
        now=NOW,
        zone="Europe/London",
    )


def rich() -> Digest:
    return day_of(
        [*_genuine(), *_unclear(), *_flagged(), *_others()],
        report(
            "inbox",
            alerts=31,
            unread=2,
            unread_reasons=(
                "no posting was found in a mail from Harbour Jobs",
                "the mail is cut off in its second part",
            ),
        ),
        report("google-alerts", alerts=12),
        report(
            "careers-feed",
            "auth",
            "The server refused the password of morag@post.example. Make a new app password and put it in the file that password_file names.",
        ),
        heading="Morag Tulloch",
    )


def _genuine() -> list[Candidate]:
    return [
        candidate(
            "Head of Customer Experience", "Northwind Ferries", "Leith, Scotland",
            verdict("genuine", words("genuine", "own the passenger journey from first search to the quay, and the programme that changes it", "The job owns the whole journey.", points=6), confidence=0.97),
            formats=("linkedin", "indeed"), posted="2026-11-19", salary="£68,000 to £76,000", workplace="hybrid",
        ),
        candidate(
            "Voice of the Customer Programme Manager", "Halyard Mutual", "Bristol",
            verdict("genuine", words("genuine", "run our relationship and journey NPS and bring its findings to the executive committee", "Measurement is run as a programme that changes things.", points=5), confidence=0.94, claims=False),
            formats=("indeed",), posted="2026-11-21", salary="£54,000", workplace="remote",
        ),
        candidate(
            "Service Designer, Patient Experience", "Tamarisk Health Trust", "Sheffield",
            verdict("genuine", words("genuine", "redesign referral and discharge together with clinicians, porters and families", "Services are designed across channels and teams.", points=5), confidence=0.9),
            formats=("google-alerts-mail",), posted="2026-11-14", workplace="onsite",
        ),
        candidate(
            "Customer Insight Lead", "Quillfeather Books", "Norwich",
            verdict("genuine", words("genuine", "turn 40,000 comments a month into the three things we should mend next", "Insight is used to change what customers go through.", points=4), confidence=0.86, claims=False),
            days=1, workplace="hybrid", salary="£48,000 to £52,000",
        ),
        candidate(
            "Director, Member Experience & Transformation", "Open Meadow Building Society", "Leeds",
            verdict("genuine", words("genuine", "set the experience standards every branch, app and letter is held to", "Experience standards and governance are set here.", points=4), confidence=0.84),
            formats=("linkedin", "google-alerts-feed"), posted="2026-11-18",
        ),
        candidate(
            "CX Research Manager", "Brambling & Co", "Remote, UK",
            verdict("genuine", words("genuine", "lead diary studies and journey research across eleven markets", "Research into the experience is the work.", "snippet", 3), confidence=0.71, tier="snippet"),
            formats=("indeed",), workplace="remote",
        ),
        candidate(
            "Head of Guest Experience Strategy", "Larkspur Hotels", "London",
            verdict("genuine", words("genuine", "Experience Strategy", "The title names strategy for the experience.", "title", 2), confidence=0.6, tier="title"),
            url="https://click.harbour-jobs.example/a/sc/Zk93kd0-eXw2", opaque=True, formats=("harbour-jobs",),
        ),
    ]  # fmt: skip


def _unclear() -> list[Candidate]:
    only_title = "Only the title could be read, and titles alone do not tell."
    both = "The words found speak for customer experience and for customer service alike."
    return [
        candidate("Customer Experience Manager", "Pell & Daughters", "Glasgow", verdict("unclear", tier="title", reason=only_title, confidence=0.3), posted="2026-11-20"),
        candidate("CX Operations Lead", "Juniper Parcel", "Coventry", verdict("unclear", words("genuine", "improve the journey", "x"), reason=both, tier="snippet", confidence=0.4), formats=("indeed",)),
        candidate("Client Experience Partner", "Aldgate Actuaries", "London", verdict("unclear", tier="title", reason=only_title, confidence=0.3), salary="£45,000", workplace="hybrid"),
        candidate("Experience Owner", "Moth Energy", "Cardiff", verdict("unclear", tier="snippet", reason="The alert’s two lines do not mention the work.", claims=False, confidence=0.2), formats=("google-alerts-feed",)),
        candidate("Student Experience Officer", "University of Wick", "Wick", verdict("unclear", tier="title", reason=only_title, confidence=0.3), days=3),
        candidate("Customer Journey Specialist", "Ostler Motors", "Derby", None, formats=("linkedin", "indeed")),
    ]  # fmt: skip


def _flagged() -> list[Candidate]:
    told: list[tuple[str, str, str, Kind, tuple[str, ...], Tier]] = [
        ("Customer Experience Team Leader", "Gannet Water", "Exeter", "service", ("coach 14 agents to handle time and quality targets", "cover the queue at peak"), "full"),
        ("VP, Customer Experience", "Plover Telecom", "Reading", "service", ("lead our four contact centres and 900 agents",), "full"),
        ("Customer Experience Specialist", "Skerry Broadband", "Perth", "support", ("diagnose line faults and guide customers through router set-up",), "full"),
        ("Guest Experience Associate", "Lantern Cinemas", "Hull", "store", ("serve at the till and keep the foyer clean",), "full"),
        ("Customer Experience Advisor", "Merrow Bank", "Swindon", "service", ("answer 60 to 80 inbound calls a day",), "full"),
        ("Customer Experience Executive", "Sable Insurance", "Manchester", "service", ("respond to claims by phone, e-mail and chat",), "snippet"),
        ("Client Experience Coordinator", "Fenwright Dental", "York", "store", ("greet patients and manage the front desk",), "full"),
        ("Customer Experience Engineer", "Tidewrack Software", "Remote", "support", ("reproduce bugs and triage tickets from tier one",), "snippet"),
        ("Customer Experience Representative", "Ember Gas", "Dundee", "service", ("rotating shifts in our call centre",), "snippet"),
        ("CX Associate", "Marram Clothing", "Brighton", "store", ("replenish stock and run the fitting rooms",), "full"),
        ("Customer Experience Agent", "Petrel Air", "Gatwick", "store", ("check passengers in and load bags at the desk",), "full"),
        ("Customer Experience Assistant", "Corncrake Gyms", "Bath", "store", ("Experience Assistant",), "title"),
        ("Customer Experience Consultant", "Whin Mobile", "Luton", "service", ("resolve billing complaints and process refunds",), "full"),
        ("Member Experience Representative", "Sorrel Credit Union", "Truro", "store", ("serve members at the counter and balance a cash drawer",), "full"),
    ]  # fmt: skip
    return [
        candidate(
            title, company, place,
            verdict(kind, *(words(kind, quote, "This is work with single customers.", "title" if tier == "title" else "duties") for quote in quotes), confidence=0.6 + 0.02 * number, tier=tier, suggests=honest_title(title, kind, " ".join(quotes)) if tier == "full" else ""),
            formats=("linkedin",) if number % 2 else ("indeed",),
        )
        for number, (title, company, place, kind, quotes, tier) in enumerate(told)
    ]  # fmt: skip


def _others() -> list[Candidate]:
    told: list[tuple[str, str, str, Kind]] = [
        ("Customer Success Manager", "Tidewrack Software", "Remote", "success"),
        ("Renewals & Customer Experience Manager", "Ledgerline", "Dublin", "success"),
        ("Customer Service Advisor", "Gannet Water", "Exeter", "service"),
        ("IT Service Desk Analyst", "Halyard Mutual", "Bristol", "support"),
        ("Barista", "Copper Kettle", "Durham", "store"),
        ("Software Engineer, Customer Experience Platform", "Juniper Parcel", "Coventry", "other"),
        ("Customer Experience Marketing Executive", "Larkspur Hotels", "London", "other"),
        ("Customer Experience Sales Consultant", "Ostler Motors", "Derby", "sales"),
    ]
    return [
        candidate(title, company, place, verdict(kind, words(kind, "…", "x"), claims="Experience" in title and kind in {"success", "other", "sales"}))
        for title, company, place, kind in told
    ]  # fmt: skip


def doubtful() -> Digest:
    """A day on which much is told: of pages, senders, postings that are over, alerts cut short."""
    genuine = _genuine()[:6]
    unclear = _unclear()[:4]
    flagged, others = _flagged()[:2], _others()[:2]
    first, closed, forged, again, sent, read = genuine
    greenhouse = {"duties_from": "greenhouse", "employment": "full-time"}
    failed = {"authenticity": "failed"}
    return day_of(
        [
            told(first, **greenhouse, valid_through="2026-11-30", apply_url="https://boards.example/northwind/apply/77"),
            told(closed, duties_from="json-ld", closed="Its page says that it is closed."),
            told(forged, at=failed),
            reposted(again, "2026-11-03", "2026-11-20"),
            told(sent, duties_from="you", apply_url=sent.posting.url),
            told(read, valid_through="2026-11-19"),
            told(unclear[0], key="5d0f6c1a9b7e4412", at=failed, employment="contract"),
            told(unclear[1], key="0c8e11f29a3d7b60", valid_through="2026-12-04", apply_url="https://careers.example/apply/9"),
            told(unclear[2], key="77aa02cd4410be95"),
            told(unclear[3], key="ee31550b9f0a2c48", closed="Applications closed."),
            told(flagged[0], at=failed, duties_from="lever"),
            flagged[1],
            told(others[0], at=failed, closed="It expired."),
            others[1],
        ],
        report(
            "inbox", alerts=31, unverified=2, disagreed=3,
            shortfalls=(
                Shortfall(announced=96, shown=8, sender="news.plumb-roles.example"),
                Shortfall(announced=30, shown=6, sender="linkedin.com", search_url="https://www.linkedin.com/jobs/search?keywords=customer+experience&geoId=101165590"),
                Shortfall(announced=16, shown=5, sender="jobalert.indeed.com", search_url="https://uk.indeed.com/jobs?q=customer+experience&l=Leith"),
                Shortfall(announced=9, shown=2, sender="linkedin.com"),
                Shortfall(announced=7, shown=5),
            ),
            silent="harbour-jobs.example in inbox brought 2 alerts a week with 5 postings each until 2 Nov, and nothing in the 19 days since: see whether the alert still runs at the board, and whether its mails still reach the folder that is read.",
        ),
        report("google-alerts", alerts=20, overflowed=True),
        heading="Morag Tulloch",
    )  # fmt: skip


def told(
    found: Candidate, *, key: str = "", at: dict[str, str] | None = None, **facts: str
) -> Candidate:
    """Return *found* with *facts* of its posting, and *at* of where it was seen."""
    posting = replace(found.posting, **(facts | ({"id": key} if key else {})))  # type: ignore[arg-type]
    seen = tuple(replace(one, **(at or {})) for one in found.seen)  # type: ignore[arg-type]
    return replace(found, posting=posting, seen=seen)


def reposted(found: Candidate, *days_seen: str) -> Candidate:
    """Return *found* as one board showed it on each of the days, each time as a new record."""
    seen = tuple(
        replace(
            found.seen[0],
            seen=datetime.fromisoformat(f"{day}T08:00:00+00:00").astimezone(UTC),
            key=f"record {day}",
        )
        for day in days_seen
    )
    return replace(found, seen=seen)


def empty() -> Digest:
    return day_of(
        [], report("inbox", "empty"), report("google-alerts", "empty"), heading="Morag Tulloch"
    )


POISON = (
    "Head of CX\x00\x07\r\nBcc: all@post.example",
    "\u202eecneirepxE remotsuC fo daeH\u202c",
    "Z" * 10_000,
    "<script>alert(1)</script><img src=https://spy.example/p.gif>",
    "{{ mail.__class__.__mro__ }} {% for x in range(9) %}{% endfor %}",
    "Lone \ud83d surrogate \udcff lead",
    "\u2028\u2029 \u200b\ufeff",
    "Z̷̧̛͎̮̺̲̾̈́̓a̶l̵g̸o̷ lead \U0001f469\u200d\U0001f4bb",
    "مدير تجربة العملاء",
)
LINKS = (
    "javascript:alert(1)",
    'https://jobs.example/a b"><script>',
    "data:text/html,<script>alert(1)</script>",
    "https://jobs.example/" + "x" * 9_000,
    "http://[::1",
    "https://jobs.example/\ud83d/ü?q={{ 1 }}",
    "",
    "HTTPS://JOBS.EXAMPLE/7",
    "//jobs.example/8",
)  # fmt: skip


def poisoned() -> Digest:
    found = [
        candidate(
            title, title, title,
            verdict(kind, words(kind, title[:200], title), reason=title),
            url=link, salary=title, formats=(title[:30],), key=f"{kind}{number}", posted=title[:10],
        )
        for kind in ("genuine", "unclear", "service", "other")
        for number, (title, link) in enumerate(zip(POISON, LINKS, strict=True))
    ]  # fmt: skip
    return day_of(
        found,
        report(POISON[3], "network", POISON[4] + POISON[0], unread=1, unread_reasons=(POISON[1],)),
        heading=POISON[3],
    )


def endless(number: int = 500) -> Digest:
    """So many of each of the four sections, each with long words."""
    kinds: tuple[Kind, ...] = ("genuine", "unclear", "service", "other")
    long = "a rather long name & more of it, as some employers have " * 2
    return day_of(
        [
            candidate(
                f"{kind} {at}: {long}", long, long,
                verdict(kind, words(kind, long + long[:80], long), reason=long),
                salary=long, key=f"{kind}-{at:05}", url=f"https://jobs.example/{kind}/{at}",
            )
            for kind in kinds
            for at in range(number)
        ],
        *(report(f"source {at}", "network", long * 4) for at in range(40)),
    )  # fmt: skip
