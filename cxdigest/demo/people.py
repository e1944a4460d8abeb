"""Three invented people and a coach: their configuration, and what they say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cxdigest import yamlfile
from cxdigest.model import FeedbackWord

COACHED = "samira"  #: whose digests wait for the coach
DIGESTS = "digests"  #: the folder of the digests, in the demo's own
_SOURCES = (
    "robins-mailbox",
    "robins-google-alert",
    "samiras-mailbox",
    "jonas-mailbox",
    "jonas-google-alert",
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HEAD = """\
# The configuration of `cxdigest demo`. People, alerts, employers and jobs are invented.
# Sources and channels are folders beside this file; nothing is fetched and nothing is sent.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reader's word on an opening."""

    day: int  #: days before the latest digest
    profile: str
    opening: str  #: its key
    word: FeedbackWord


#: What readers said, oldest first.
SAID = (
    Said(day=24, profile="robin", opening="larkfield-voc", word="applied"),
    Said(day=20, profile="robin", opening="dunmere-head", word="genuine"),
    Said(day=18, profile="robin", opening="quill-sales", word="hide-employer"),
    Said(day=14, profile="jonas", opening="nordlicht-lead", word="genuine"),
    Said(day=12, profile="robin", opening="castlegate-patient", word="applied"),
    Said(day=9, profile="samira", opening="fernhill-research", word="applied"),
    Said(day=6, profile="robin", opening="thistle-ops", word="not-genuine"),
    Said(day=5, profile="jonas", opening="taunus-success", word="not-for-me"),
    Said(day=3, profile="robin", opening="stainmore-cx", word="not-for-me"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """The duties of an opening, as somebody copied them from its page."""

    day: int  #: days before the latest digest
    opening: str
    duties: str


PASTED = (
    Pasted(
        day=22,
        opening="ashcombe-manager",
        duties="""Your tasks
- Own the end-to-end member journey, from the first quote to the settled claim
- Run our voice of the customer programme: surveys, interviews, and a closed feedback loop
- Map journeys with claims, product and digital, and find the root causes of complaints
- Report satisfaction, effort and progress to the executive team each month
- Spend a day a quarter with the contact centre and listen to calls
What we offer
- Hybrid work, two days a week in Leeds, and thirty days of leave
""",
    ),
    Pasted(
        day=12,
        opening="redmire-head",
        duties="""About the role
You lead three contact centres with 240 agents who answer inbound calls, chats and e-mails.
- Accountable for service levels, queue times, average handle time and abandonment
- Plan shifts and recruit with workforce management, and keep absence below five per cent
- Hold weekly call quality reviews with team leaders and handle escalated complaints
- Own the budget of the customer service operation and its telephony supplier
""",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachsWord:
    """What the coach does with a digest beside letting it go."""

    day: int  #: days before the latest digest
    note: str


NOTES = (
    CoachsWord(
        day=8,
        note="Samira, the measurement role at Foxcote is close to what you did at the trust. "
        "Shall we look at it together when we meet?",
    ),
    CoachsWord(day=3, note="Millrace is worth a letter today: they want somebody soon."),
)


def configuration(latest: date, port: int) -> str:
    """Return the configuration; *latest* is the last digests' day, *port* the console's."""
    return _HEAD + yamlfile.dump(_settings(_DAYS[latest.weekday()], port))


def _settings(weekly: str, port: int) -> dict[str, Any]:
    return {
        "store": {"url": "cxdigest.sqlite"},
        "sources": {
            name: {"type": "folder", "path": f"alerts/{name}", "trust": True} for name in _SOURCES
        },
        "channels": {"files": {"type": "folder", "path": DIGESTS}},
        "profiles": {"robin": _robin(weekly), COACHED: _samira(), "jonas": _jonas()},
        "coaches": {
            "ines": {
                "name": "Ines Calder",
                "send_at": "07:00",
                "time_zone": "Europe/London",
                "deliver": _to("ines"),
            }
        },
        "web": {"listen": f"127.0.0.1:{port}"},
        "backup": {"daily": False},
        "log": {"level": "warning"},
    }


def _robin(weekly: str) -> dict[str, Any]:
    """Return somebody who looks for a job alone."""
    return {
        "name": "Robin Hale",
        "sources": ["robins-mailbox", "robins-google-alert"],
        "send_at": "07:00",
        "time_zone": "Europe/London",
        "weekly": weekly,
        "empty_days": "skip",
        "deliver": _to("robin"),
        "read_pages": False,
        "wishes": {"places": ["Leeds", "York"], "salary_from": 42000},
    }


def _samira() -> dict[str, Any]:
    """Return a coach's client."""
    return {
        "name": "Samira Noor",
        "sources": ["samiras-mailbox"],
        "send_at": "06:45",
        "time_zone": "Europe/London",
        "empty_days": "skip",
        "deliver": _to("samira"),
        "read_pages": False,
        "wishes": {"places": ["Manchester"], "seniority": ["mid", "senior"]},
        "coach": "ines",
        "review": {"wait": 1200, "otherwise": "hold"},
    }


def _jonas() -> dict[str, Any]:
    """Return somebody in another country with stricter wishes."""
    return {
        "name": "Jonas Petersen",
        "sources": ["jonas-mailbox", "jonas-google-alert"],
        "send_at": "08:00",
        "time_zone": "Europe/Berlin",
        "dates": "de",
        "empty_days": "skip",
        "deliver": _to("jonas"),
        "read_pages": False,
        "wishes": {
            "titles": ["customer experience", "cx", "journey"],
            "avoid": ["Mitarbeiter"],
            "places": ["Hamburg", "DACH"],
            "salary_from": 60000,
            "hide": ["avoid"],
        },
        "show": {"store": "count"},
    }


def _to(name: str) -> list[dict[str, Any]]:
    return [{"channel": "files", "to": [f"{name}@mailbox.example"]}]
