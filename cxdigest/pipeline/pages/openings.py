"""Find the opening of a posting on its employer's own public board.

Pure but for what it is given. Title and place must be the same, and a doubt is none: the duties of
another opening would make a wrong verdict, which is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable

from cxdigest.identity.titles import same_job, title_of
from cxdigest.model import Posting
from cxdigest.names.employers import employer_of, is_called, relation
from cxdigest.names.places import nearness, place_of
from cxdigest.pages.boards import Opening


def employer_key(company: str) -> str:
    """Return by what an employer's boards are kept; ``""`` for agencies and where none is named."""
    employer = employer_of(company)
    return "" if employer.agency else " ".join(employer.words)


def is_of_employer(token: str, company: str) -> bool:
    """Tell whether a board's *token* reads like *company*: ``eu:tarn``, ``TarnVale1``."""
    bare = token.rpartition(":")[2].rstrip("0123456789")
    return is_called(bare, employer_of(company))


def find_opening(posting: Posting, openings: Iterable[Opening]) -> Opening | None:
    """Return the one of an employer's *openings* that *posting* is, None where none surely is."""
    found = [opening for opening in openings if _same(posting, opening)]
    if len({opening.native_id for opening in found}) == 1:
        return found[0]
    # One job, published more than once: which of them does not matter where they say the same.
    told = {opening.page.description for opening in found if opening.page}
    alike = found and len(told) == 1 and all(opening.page for opening in found)
    return found[0] if alike else None


def _same(posting: Posting, opening: Opening) -> bool:
    employer = employer_of(posting.company)
    if opening.company and relation(employer, employer_of(opening.company)) == "other":
        return False
    mine = place_of(posting.location, posting.workplace)
    its = place_of(opening.location, opening.workplace)
    if nearness(mine, its) != "same":
        return False
    title = title_of(posting.title, employer, mine)
    other = title_of(opening.title, employer, its)
    apart = title.requisitions and other.requisitions.isdisjoint(title.requisitions)
    return same_job(title, other) and not (apart and other.requisitions)
