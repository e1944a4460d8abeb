"""What of a link's query names the thing it leads to, and what only follows the reader.

Works on the text of the pairs, so that what is kept is kept to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

_MOST_FIELDS = 200

_TRACKER = re.compile(
    r"""(?xi) ^(?:
      utm_?\w* | mc_[ce]id | [fg]bclid | gclid | gclsrc | dclid | msclkid | yclid | ttclid
    | igshid | twclid | li_fat_id | wbraid | gbraid | _hs\w+ | mkt_tok | vero_\w+ | s_kwcid
    | spm | scid | trk\w* | tracking_?id | tracking | ref | lipi | mid_?token | mid_?sig
    | otp_?token | eid | e_?token | gh_src | lever-(?:source|origin|referrer)\w* | ashby_src
    | source | src_?id | source_?id | cmpid | campaign\w* | click_?id | ck_subscriber_id
    | rcpt | recipient\w* | subscriber\w* | e-?mail\w* | user_?id | auth\w* | token
    | access_token | sig | signature | session\w* | contact_?id | expires
    | jrtk | tk | tmtk | alid | guid | uido | impression\w* | imp_id | jobs?_?alert_?id
    )$"""
)


def pairs(query: str) -> list[tuple[str, str]]:
    """Return (name, the whole pair as written) for each pair of *query*."""
    return [(pair.partition("=")[0], pair) for pair in query.split("&") if pair]


def tidy_query(query: str) -> str:
    """Return *query* without what follows or names the reader."""
    return _keep(query, lambda name: _TRACKER.match(name) is None)


def value_of(query: str, *names: str) -> str:
    """Return the first value of the first of *names* that *query* has, decoded exactly once."""
    try:
        values = parse_qs(query, max_num_fields=_MOST_FIELDS)
    except ValueError:  # no link of a person has so many
        return ""
    return next((values[name][0] for name in names if name in values), "")


def only(query: str, names: frozenset[str], prefixes: tuple[str, ...] = ()) -> str:
    """Return *query* with the named pairs alone."""
    return _keep(query, lambda name: name in names or (prefixes and name.startswith(prefixes)))


def _keep(query: str, wanted: Callable[[str], object]) -> str:
    return "&".join(pair for name, pair in pairs(query) if wanted(name))


def tidy_fragment(fragment: str) -> str:
    """Return *fragment* where a page of one address shows many things by it, else nothing."""
    routed = fragment.startswith(("/", "!")) or "job" in fragment.lower()
    return fragment if routed and "token" not in fragment.lower() else ""
