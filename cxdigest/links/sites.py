"""Whose a host is: a job board's, which shows copies of openings, or somebody else's.

One table for all who ask: which link a reader is best sent to, and which page is an employer's own.
"""

from __future__ import annotations

import re

from cxdigest.text import is_host

#: Boards and gatherers, by the label before their country: most have one host in each. Endings that
#: nobody expects are for sale to everybody.
_BOARD = re.compile(
    r"(?:[\w-]+\.)*(?:adzuna|apec|arbeitsagentur|bebee|builtin\w*|careerbuilder|careerjet|cvlibrary|"
    r"cv-library|dice|efinancialcareers|eurojobs|flexjobs|foundit|glassdoor|google|"
    r"grabjobs|hellowork|indeed|infojobs|jobbird|jobcase|jobgether|jobhat|joblead|jobleads|"
    r"jobrapido|jobright|jobs2careers|jobsdb|jobserve|jobsora|jobstreet|joinhandshake|jooble|jora|"
    r"kimeta|learn4good|lensa|linkedin|meinestadt|monster|monsterindia|naukri|neuvoo|nexxt|nijobs|"
    r"otta|reed|remotive|remoteok|resume-library|seek|shine|simply-?hired|snagajob|stepstone|talent|"
    r"talentify|themuse|theladders|ladders|timesjobs|totaljobs|trovit|trueup|welcometothejungle|"
    r"wellfound|weworkremotely|whatjobs|xing|ziprecruiter|zippia)"
    r"\.(?:com?\.[a-z]{2}|com|org|net|io|ai|jobs|[a-z]{2})"
)
#: The same, where the label alone could be anybody's.
_BOARDS = ("angel.co", "cadremploi.fr", "free-work.com", "himalayas.app")


def is_job_board(host: str) -> bool:
    """Tell whether *host* is a job board's or a gatherer's, and so no employer's own site."""
    known = _BOARD.fullmatch(host) is not None
    return known or any(is_host(host, domain) for domain in _BOARDS)
