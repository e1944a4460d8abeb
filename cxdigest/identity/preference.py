"""Which of several links to one opening a reader is best sent to.

The employer's own page tells most and asks least of the reader; a board's page is a copy; what
leads through a tracker may not be opened by anything but the reader. A page is the employer's own
only where its address says so, because anybody can copy an opening onto a page of his: such a one
comes after the boards.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cxdigest.links.owner import own_label
from cxdigest.links.sites import is_job_board
from cxdigest.names.employers import employer_of, is_called
from cxdigest.text import host_of, is_host, path_of

#: Where employers keep their own openings, and nobody else can open an account in a minute.
_EMPLOYERS = (
    "myworkdayjobs.com", "myworkdaysite.com", "icims.com", "jobvite.com", "taleo.net",
    "successfactors.com", "successfactors.eu", "oraclecloud.com", "ultipro.com", "paylocity.com",
    "paycomonline.net", "eightfold.ai", "avature.net",
)  # fmt: skip
#: Where anybody can: the employer's only where the address names it.
_RENTED = (
    "greenhouse.io", "lever.co", "ashbyhq.com", "workable.com", "smartrecruiters.com",
    "recruitee.com", "personio.de", "personio.com", "bamboohr.com", "breezy.hr", "teamtailor.com",
    "pinpointhq.com", "rippling.com", "applytojob.com", "jazz.co", "softgarden.io", "join.com",
    "homerun.co", "dover.com", "gem.com",
)  # fmt: skip

OWN, BOARD, UNKNOWN, OPAQUE, NONE = 4, 3, 2, 1, 0


def rank(url: str, company: str, *, opaque: bool) -> int:
    """Return how good a link is to an opening of *company*.

    ``OWN``, ``BOARD``, ``UNKNOWN`` host, ``OPAQUE`` or ``NONE``.
    """
    if not url:
        return NONE
    return OPAQUE if opaque else _rank_of(url, company)


@lru_cache(maxsize=4096)
def _rank_of(url: str, company: str) -> int:
    host = host_of(url)
    if any(is_host(host, domain) for domain in _EMPLOYERS):
        return OWN
    if any(is_host(host, domain) for domain in _RENTED):
        return OWN if _is_named(url, host, company) else BOARD
    if is_job_board(host):
        return BOARD
    return OWN if is_called(own_label(host), employer_of(company)) else UNKNOWN


def _is_named(url: str, host: str, company: str) -> bool:
    """Tell whether host or path of *url* name *company*: ``/tarn/jobs/1``, ``tarn.breezy.hr``."""
    employer = employer_of(company)
    parts = (*host.split(".")[:-2], *path_of(url).split("/")[1:3], *_FOR.findall(url))
    return any(is_called(part, employer) for part in parts)


_FOR = re.compile(r"[?&]for=([\w.-]{1,100})")
