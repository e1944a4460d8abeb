"""The words of cxdigest as frozen records (docs/development.md lists them).

Contains no business logic and opens nothing. All datetimes are timezone-aware UTC and are
refused otherwise; all records are keyword-only. One ``#:`` line a field is lemon24/reader's habit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from cxdigest.language import marked

Kind = Literal["genuine", "service", "support", "store", "success", "sales", "other", "unclear"]
KINDS: tuple[Kind, ...] = (
    "genuine", "service", "support", "store", "success", "sales", "other", "unclear",
)  # fmt: skip
#: What the kinds are called in front of readers; translated where they are shown.
KIND_WORDS: Mapping[Kind, str] = {
    "genuine": marked("customer experience"),
    "service": marked("customer service"),
    "support": marked("technical support"),
    "store": marked("shop floor or front desk"),
    "success": marked("customer success"),
    "sales": marked("sales"),
    "other": marked("another trade"),
    "unclear": marked("cannot tell yet"),
}
FLAGGED_KINDS: frozenset[Kind] = frozenset({"service", "support", "store"})

Tier = Literal["title", "snippet", "full"]
Workplace = Literal["remote", "hybrid", "onsite", ""]
Media = Literal["mail", "feed"]
Where = Literal[
    "title", "snippet", "duties", "summary", "requirements", "benefits", "about", "company"
]
AlertOutcome = Literal["read", "empty", "not-an-alert", "unreadable", "too-large"]
PollOutcome = Literal["new", "empty", "unreadable", "auth", "network", "throttled", "gone"]
PageOutcome = Literal[
    "read", "unchanged", "empty", "closed", "unreadable", "auth", "robots", "network", "throttled",
    "gone",
]  # fmt: skip
#: What is known of who sent an alert: ``trusted`` is the configuration's word for its source.
Authenticity = Literal["verified", "failed", "unknown", "trusted"]
#: How it is known that a mail has to do with an address, the surest first: the server that took
#: it in wrote it, a forwarder did, it stands in From, it stands in To or Cc.
AddressWay = Literal["delivered", "forwarded", "sent", "written"]
DeliveryState = Literal["waiting", "sending", "sent", "failed"]
#: One that may go or went, one that waits for its coach, one that its coach keeps back, one that
#: was kept back until the next took its place, and a day without news of which its profile wants
#: no mail.
DigestState = Literal["ready", "review", "held", "lapsed", "empty"]
#: What a reader says of a posting, or of its employer.
FeedbackWord = Literal["genuine", "not-genuine", "hide-employer", "applied", "not-for-me"]
FEEDBACK_WORDS: tuple[FeedbackWord, ...] = (
    "genuine", "not-genuine", "hide-employer", "applied", "not-for-me",
)  # fmt: skip
#: How a reader's word came: a mail, a signed link, the command line, the console.
FeedbackWay = Literal["mail", "link", "command", "console"]
#: How the postings of one kind are shown; ``count`` names their number alone.
Showing = Literal["full", "compact", "count"]
#: What a wish is about, as the configuration names it.
WishName = Literal[
    "titles", "avoid", "seniority", "places", "workplaces", "salary_from", "newest_days"
]
#: What a user of the console may see and change: everything, the clients of one coach, one profile.
Role = Literal["admin", "coach", "client"]
ROLES: tuple[Role, ...] = ("admin", "coach", "client")
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Cursor = Mapping[str, Json]  #: a source's own position; opaque to everything else


def require_utc(name: str, moment: datetime | None) -> None:
    """Refuse a naive or non-UTC *moment*.

    Raises:
        ValueError: it has no zone, or its offset is not zero.
    """
    if moment is not None and moment.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be aware UTC, got {moment!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed as the feed parser read it."""

    key: str  #: the entry's id, else its link, else a hash of its content
    raw: bytes  #: a complete small feed document that holds this entry alone
    feed_title: str  #: the title of the feed it stood in
    feed_id: str  #: the id of the feed, or its self link
    title: str  #: as delivered, markup and entities included
    link: str  #: as delivered, wrappers included
    summary: str  #: as delivered, markup included
    author: str  #: as delivered
    published: datetime | None  #: when the feed says it appeared
    fields: tuple[tuple[str, str], ...] = ()  #: further elements of job feeds, e.g. ``company``


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing a source delivered, kept as raw bytes."""

    source: str  #: name of the source in the configuration
    key: str  #: unique within the source: entry id, ``uidvalidity:uid``, path and offset
    media: Media  #: how *raw* is to be read
    raw: bytes  #: untouched; the headers alone where *too_large*
    digest: str  #: SHA-256 of the content, or of what makes a mail the same, in hex; a second key
    received: datetime | None = None  #: when it reached the mailbox or was published
    too_large: int = 0  #: the size in bytes where it was over the limit, else 0
    #: What the feed parser read, so that a fetched feed is parsed once. Never stored.
    entry: FeedEntry | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        require_utc("Alert.received", self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One posting as one alert showed it. Empty strings where the alert does not say."""

    format: str  #: name of the format that read it, e.g. ``linkedin``
    title: str  #: as shown, white space folded; never empty
    company: str = ""  #: as shown
    location: str = ""  #: as shown, without the workplace
    workplace: Workplace = ""  #: only where the alert states it
    salary: str = ""  #: as shown
    url: str = ""  #: canonical, without trackers or tokens; the original where *opaque*
    opaque: bool = False  #: the link could not be unwrapped and must never be fetched
    native_id: str = ""  #: ``board:id`` where the link carries the board's own id
    snippet: str = ""  #: the alert's own words about the posting
    description: str = ""  #: the duties, as HTML or text, where the alert carries them whole
    section: str = "primary"  #: which part of the alert: ``primary``, ``other-alerts``, …
    posted: str = ""  #: ISO date, only where the alert states one
    is_posting: bool = True  #: False: a hit that is news, kept but never judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that a reader did with one alert, for a person to follow. Never stored."""

    step: Literal["format", "read", "left"]  #: chose a format, read a block, left one aside
    what: str  #: the format's name, the strategy, or what the block is instead of a posting
    why: str = ""  #: one clause
    part: str = ""  #: ``text`` or ``HTML``
    lines: tuple[int, int] = (0, 0)  #: first and last, from 1, as the part is shown to a reader
    quote: str = ""  #: the block's first line
    title: str = ""  #: of the posting that it made


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was found in one alert."""

    format: str  #: name of the format, ``""`` where none applied
    outcome: AlertOutcome  #: ``read`` if there is at least one sighting
    sightings: tuple[Sighting, ...] = ()  #: in the alert's order, one a distinct opening
    reason: str = ""  #: one sentence for every outcome but ``read``
    announced: int | None = None  #: how many openings the alert says there are
    search_url: str = ""  #: where the whole search can be seen, without tokens
    sender: str = ""  #: host of who wrote it, as it says itself; whose yield is learned
    authenticity: Authenticity = "unknown"  #: whether that is so
    #: What the text part and the HTML part say differently, one sentence each.
    disagreements: tuple[str, ...] = ()
    #: How it was read; what was left aside only where that was asked for. Never stored.
    traces: tuple[Trace, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a posting's own page or board record says. Empty strings where it does not."""

    reader: str  #: what read it: ``greenhouse``, ``json-ld``, ``microdata``, ``article``, …
    title: str = ""  #: as shown, white space folded
    company: str = ""  #: as shown
    location: str = ""  #: as shown, without the workplace
    workplace: Workplace = ""  #: only where it is stated
    salary: str = ""  #: as shown, or written from its parts: ``$60,000-$75,000 a year``
    description: str = ""  #: the duties, as HTML or text
    employment: str = ""  #: as stated: ``full-time``, ``contract``, …
    posted: str = ""  #: ISO date
    valid_through: str = ""  #: ISO date until which applications are taken
    apply_url: str = ""  #: where to apply at the employer's, canonical
    closed: str = ""  #: one sentence where the page says that it is closed or expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One job opening: what is known of it from all its sightings."""

    id: str  #: stable; made by ``identity.posting_id``
    title: str  #: never empty
    company: str = ""  #: employer, as first stated
    location: str = ""  #: as first stated
    workplace: Workplace = ""  #: as first stated
    salary: str = ""  #: as first stated
    url: str = ""  #: the best link, canonical
    opaque: bool = False  #: the link could not be unwrapped and must never be fetched
    native_id: str = ""  #: ``board:id``
    snippet: str = ""  #: the longest snippet of its sightings
    description: str = ""  #: the duties as text or HTML; empty below tier ``full``
    posted: str = ""  #: ISO date, the earliest stated
    employment: str = ""  #: as its page states it: ``full-time``, ``contract``, …
    valid_through: str = ""  #: ISO date until which applications are taken
    apply_url: str = ""  #: where to apply at the employer's, canonical
    closed: str = ""  #: one sentence where its page says that it is closed or expired
    #: Where *description* comes from: ``alert``, a page's reader, ``you``, or ``another`` reader.
    duties_from: str = ""
    unproven: bool = False  #: only alerts showed it that failed to prove who sent them
    first_seen: datetime | None = None  #: first sighting that is known
    last_seen: datetime | None = None  #: latest sighting that is known

    def __post_init__(self) -> None:
        require_utc("Posting.first_seen", self.first_seen)
        require_utc("Posting.last_seen", self.last_seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One rule's contribution, with the words that made it fire."""

    rule: str  #: dotted and readable, e.g. ``service.handles-calls``
    kind: Kind  #: the kind it speaks for
    points: int  #: whole number added to that kind; negative excuses
    reason: str  #: one sentence, shown to the reader as it stands
    quote: str  #: the original words, untouched, at most 200 characters
    where: Where  #: the part of the posting they stand in
    pack: str = ""  #: the pack that spoke; empty where all did together or an older version did


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a posting really is, from one tier, by one fingerprint of the rules."""

    posting_id: str  #: whose verdict
    kind: Kind  #: ``unclear`` where no kind has score and margin
    confidence: float  #: 0 to 1
    tier: Tier  #: what the verdict could see
    claims: bool  #: the title says customer experience
    flagged: bool  #: claims it, and the kind is service, support or store
    points: int  #: of the winning kind; of the leading one where unclear
    evidence: tuple[Evidence, ...]  #: strongest first
    rules: str  #: fingerprint of the packs
    reason: str = ""  #: one sentence: why it is unclear; empty otherwise
    suggests: str = ""  #: the title that says what it is; empty unless flagged from the duties


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAt:
    """Where and when one profile's source showed a posting."""

    source: str  #: name of the source
    format: str  #: how the alert was written
    seen: datetime  #: when it was polled
    url: str  #: that sighting's link
    title: str = ""  #: as that sighting showed it
    company: str = ""  #: as that sighting showed it
    location: str = ""  #: as that sighting showed it
    native_id: str = ""  #: ``board:id``
    key: str = ""  #: the id that the sighting has by itself; the posting's, unless it was merged
    authenticity: Authenticity = "unknown"  #: of the alert that it stood in

    def __post_init__(self) -> None:
        require_utc("SeenAt.seen", self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a reader may say of a posting, and the link that says it."""

    word: FeedbackWord
    url: str  #: ``mailto:`` or https, signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A posting that may stand in a digest, as one profile may see it."""

    posting: Posting
    verdict: Verdict | None  #: None: not judged, therefore shown as unclear
    seen: tuple[SeenAt, ...]  #: this profile's own sightings, oldest first
    said: FeedbackWord | None = None  #: this profile's word on it that holds
    rank: int = 0  #: how well it meets the profile's wishes; higher comes first
    missed: tuple[str, ...] = ()  #: wishes that it does not meet, each in a few plain words
    hidden: str = ""  #: why the profile's own settings hide it, in plain words; mostly empty
    actions: tuple[Action, ...] = ()  #: what its reader may say of it
    since: str = ""  #: what happened since it was shown: posted again, closed; one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """An alert that announced more openings than it showed: a loss before cxdigest."""

    announced: int  #: how many it said there are
    shown: int  #: how many it showed
    search_url: str = ""  #: where the whole search can be seen, without tokens
    sender: str = ""  #: host of who wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one source fared since the profile's last digest."""

    source: str
    outcome: PollOutcome  #: of the last poll
    message: str = ""  #: what went wrong and the way out; empty when nothing did
    polled: datetime | None = None  #: when it was last polled
    alerts: int = 0  #: alerts taken in since the last digest
    unread: int = 0  #: of those, not readable (outcome unreadable, empty or too-large)
    unread_reasons: tuple[str, ...] = ()  #: distinct reasons, most frequent first
    shortfalls: tuple[Shortfall, ...] = ()  #: the largest loss first
    unverified: int = 0  #: alerts whose sender did not prove who it is
    disagreed: int = 0  #: alerts whose text and HTML said different things
    overflowed: bool = False  #: a feed was full of new entries: some were probably lost
    silent: str = ""  #: one sentence where it, or a sender in it, used to yield and now does not


class Recipient(NamedTuple):
    """Who gets a digest, over which channel."""

    channel: str  #: name of the channel in the configuration
    address: str  #: what it means is the channel's business
    role: Literal["to", "cc"] = "to"  #: ``cc``: sees that the digest is another's


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person would like to see. A wish ranks; it hides only where ``hide`` names it."""

    titles: tuple[str, ...] = ()  #: words that are wished for in a title, any of them
    avoid: tuple[str, ...] = ()  #: words that are not
    seniority: tuple[str, ...] = ()  #: ``entry``, ``mid``, ``senior``, ``lead``, ``executive``
    places: tuple[str, ...] = ()  #: towns, regions, countries; a remote role meets them too
    workplaces: tuple[Workplace, ...] = ()
    salary_from: int | None = None  #: a year, in the currency of the posting
    salary_unknown: bool = True  #: a posting that states no salary meets the wish
    newest_days: int | None = None  #: the age beyond which a posting is less wanted
    hide: frozenset[WishName] = frozenset()  #: wishes whose miss hides


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How a coach looks at a profile's digest before it is sent."""

    coach: str  #: key of the coach in the configuration
    until: timedelta  #: how long after the send time the digest waits
    otherwise: Literal["send", "hold"]  #: what happens then


@dataclass(frozen=True, slots=True, kw_only=True)
class Coach:
    """Who cares for the digests of several profiles."""

    name: str  #: its key in the configuration
    heading: str  #: the name that is shown
    recipients: tuple[Recipient, ...]
    send_at: time  #: local time of day of the mail over all clients
    zone: ZoneInfo
    days: frozenset[int]  #: weekdays of that mail, 0 is Monday
    templates: str = ""  #: path of a folder of templates for the clients that name none
    language: str = "en"  #: of its own mails


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One person who gets digests."""

    name: str  #: its key in the configuration or the store
    heading: str  #: the name that is shown
    #: Names of the sources whose sightings it may see; ``routed`` names for its share of an intake.
    sources: tuple[str, ...]
    recipients: tuple[Recipient, ...]  #: one delivery each
    send_at: time  #: local time of day from which the digest is due
    zone: ZoneInfo
    days: frozenset[int]  #: weekdays with a digest, 0 is Monday
    lookback: timedelta  #: sightings older than this are not digested
    replies: bool = True  #: it gets mails, and a mailbox that is polled may get its replies
    wishes: Wishes = field(default_factory=Wishes)
    hidden: tuple[str, ...] = ()  #: employers and agencies that it never wants to see
    show: Mapping[Kind, Showing] = field(default_factory=dict)  #: where other than usual
    send_empty: bool = True  #: a day without news sends a short mail
    weekly: int | None = None  #: the weekday whose digest is the weekly edition, 0 is Monday
    locale: str = "en"  #: of the dates that are shown, e.g. ``de`` or ``en_GB``
    language: str = "en"  #: of all that it gets, e.g. ``de``
    addresses: tuple[str, ...] = ()  #: mails of an intake mailbox for or from these are its own
    packs: tuple[str, ...] = ()  #: paths of packs of its own
    templates: str = ""  #: path of a folder of templates of its own
    coach: str = ""  #: key of its coach
    review: Review | None = None  #: None: its digest is sent as soon as it is made
    paused: bool = False
    stored: bool = False  #: in the store; otherwise the configuration declares it


def routed(source: str, profile: str) -> str:
    """Return the name under which *profile* sees its share of the intake mailbox *source*.

    No other profile's list of sources holds it, so one client's sightings reach no other.
    """
    return f"{source}/{profile}"


def unrouted(name: str) -> tuple[str, str]:
    """Return the source that is polled under *name*, and whose share of it that is, if anyone's."""
    source, _, profile = name.partition("/")
    return source, profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A reader's word since the last digest, and what it changed."""

    word: FeedbackWord
    title: str  #: of the posting
    company: str
    changed: str  #: one sentence: what is different now
    url: str = ""  #: of the posting, where the reader may want to open it again


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """Postings that the profile's own settings kept out of a digest."""

    reason: str  #: in plain words
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What titles that claim customer experience turned out to be, over some days."""

    since: date
    until: date  #: the last day, included
    kinds: Mapping[Kind, int]  #: postings whose title claims it, by what they are
    tiers: Mapping[Tier, int]  #: what their verdicts could see


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The picture of the week, of one profile's own alerts."""

    share: Share
    trend: tuple[Share, ...] = ()  #: eight weeks, oldest first; only in the weekly edition
    #: Where genuine roles came from: format or source as shown, genuine ones, all that it showed.
    origins: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One profile's edition for one local day: chosen, grouped and ordered."""

    profile: str
    day: date  #: the profile's local day
    made: datetime  #: when it was composed
    genuine: tuple[Candidate, ...] = ()
    unclear: tuple[Candidate, ...] = ()
    flagged: tuple[Candidate, ...] = ()  #: claims customer experience, the duties say otherwise
    others: tuple[Candidate, ...] = ()  #: other kinds, and titles that claim nothing
    reports: tuple[SourceReport, ...] = ()  #: every source of the profile
    heading: str = ""  #: shown name of the profile
    zone: str = "UTC"  #: IANA name, for the times that are shown
    replies: bool = True  #: a reply to it may reach a mailbox that is polled
    again: tuple[Candidate, ...] = ()  #: shown before, posted again since
    closed: tuple[Candidate, ...] = ()  #: shown before, closed since
    hidings: tuple[Hiding, ...] = ()  #: what the profile's settings kept out, most first
    hidden: tuple[Candidate, ...] = ()  #: those postings; counted, never shown
    quarantined: tuple[Candidate, ...] = ()  #: those that could not be written out
    corrections: tuple[Correction, ...] = ()  #: the reader's words since the last digest
    missed: tuple[date, ...] = ()  #: days that should have had a digest and had none
    missed_why: str = ""  #: e.g. ``this computer was off``
    week: Week | None = None
    weekly: bool = False  #: this is the weekly edition
    locale: str = "en"  #: of the dates that are shown
    language: str = "en"  #: of its texts
    show: Mapping[Kind, Showing] = field(default_factory=dict)  #: where other than usual
    note: str = ""  #: what the coach wrote on top
    coach: str = ""  #: shown name of the coach

    def __post_init__(self) -> None:
        require_utc("Digest.made", self.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a digest: a picture in it, or what it has no room for."""

    name: str  #: of the file
    media: str  #: e.g. ``image/png``
    content: bytes
    cid: str = ""  #: by which the HTML part shows it; empty: attached


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A digest as it leaves the house; frozen in the store before it is sent."""

    subject: str  #: one clean line
    text: str  #: the text part
    html: str  #: the HTML part, styles inlined
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest to one recipient over one channel."""

    id: str  #: stable; the Message-ID is derived from it
    digest_id: str
    profile: str
    day: date  #: local day of the digest
    channel: str  #: name of the channel in the configuration
    recipient: str  #: an address; what it means is the channel's business
    message_id: str  #: with angle brackets
    made: datetime  #: when the digest was composed; the Date of the mail
    attempts: int  #: how often it was claimed, this time included
    rendered: Rendered  #: the frozen payload
    role: Literal["to", "cc"] = "to"  #: ``cc``: a copy of another's digest
    to: tuple[str, ...] = ()  #: for a copy, whose digest it is: addresses on the same channel
    #: The link that ends these mails for this recipient; empty: the channel's own way.
    unsubscribe: str = ""

    def __post_init__(self) -> None:
        require_utc("Delivery.made", self.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel says of a delivery that succeeded."""

    detail: str  #: the server's answer, or where the file lies
