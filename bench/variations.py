"""How boards write one opening differently, and how two openings are nearly written the same.

Made from what alerts of many boards were seen to do, without regard to the words of any one
posting. Each maker returns other facts, or None where it does not apply. UNPLANNED were written
after the rules and never used to change them.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an alert shows."""

    title: str
    company: str
    location: str
    snippet: str = ""


Maker = Callable[[random.Random, Facts], Facts | None]

STATES = {
    "AL": "Alabama", "AZ": "Arizona", "CA": "California", "CO": "Colorado", "CT": "Connecticut",
    "FL": "Florida", "GA": "Georgia", "IL": "Illinois", "IN": "Indiana", "MA": "Massachusetts",
    "MD": "Maryland", "MI": "Michigan", "MN": "Minnesota", "MO": "Missouri", "NC": "North Carolina",
    "NJ": "New Jersey", "NV": "Nevada", "NY": "New York", "OH": "Ohio", "OR": "Oregon",
    "PA": "Pennsylvania", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VA": "Virginia",
    "WA": "Washington", "WI": "Wisconsin",
}  # fmt: skip
HOMES = {  # a city as LinkedIn writes it in full
    "london": "London, England, United Kingdom", "paris": "Paris, Île-de-France, France",
    "berlin": "Berlin, Berlin, Germany", "singapore": "Singapore, Singapore",
    "bengaluru": "Bengaluru, Karnataka, India", "tokyo": "Tokyo, Tokyo, Japan",
    "dublin": "Dublin, County Dublin, Ireland", "sydney": "Sydney, New South Wales, Australia",
    "toronto": "Toronto, Ontario, Canada", "amsterdam": "Amsterdam, North Holland, Netherlands",
    "jakarta": "Jakarta, Jakarta, Indonesia", "bangkok": "Bangkok, Bangkok City, Thailand",
    "san francisco": "San Francisco, CA", "new york": "New York City, NY",
    "seattle": "Seattle, Washington, United States", "chicago": "Chicago, IL, US",
    "munich": "München", "warsaw": "Warsaw, Mazowieckie, Poland", "mumbai": "Mumbai, India",
    "surabaya": "Surabaya, East Java, Indonesia", "bandung": "Bandung, West Java, Indonesia",
    "toulouse": "Toulouse, Occitanie, France", "lyon": "Lyon, Auvergne-Rhône-Alpes, France",
}  # fmt: skip
NOT_CITIES = re.compile(r"(?i)remote|hybrid|anywhere|virtual|[;/|()]|\d|\bor\b|united|usa|region")
LEGAL = ("Inc", "LLC", "Ltd", "Corp")
LEGAL_END = re.compile(r"(?i)[, ]+(?:inc|llc|ltd|limited|gmbh|corp|corporation|plc|tbk)\.?$")
SHORT = (
    ("Senior", "Sr."), ("Manager", "Mgr"), ("Representative", "Rep"), (" and ", " & "),
    ("Customer Experience", "CX"), ("Vice President", "VP"), ("Junior", "Jr."),
    ("Assistant", "Asst"), ("Engineer", "Eng."), ("Marketing", "Mktg"), ("Operations", "Ops"),
    ("Associate", "Assoc."), ("Director", "Dir."), ("Coordinator", "Coord."),
    ("User Experience", "UX"), ("Human Resources", "HR"),
)  # fmt: skip
ORNAMENTS = (
    "{} (m/f/d)", "{} - Remote", "🔥 {}", "NEW: {}", "URGENT - {}", "{} (Full-time)", "{} | Hybrid",
    "{} - Immediate Start", "{} (m/w/d)", "{}!", "✨{}✨", "{} [Remote]",
    "{} \N{EN DASH} Hiring Now",
    "{} (all genders)", "{} H/F", "{} - Full Time", "{} (On-site)", "Hiring: {}", "{} - Apply Now",
)  # fmt: skip
PAYS = ("{} - $65,000 - $80,000 a year", "{} (£45k)", "{} | up to €70,000", "{} $22/hr",
        "{} - $120K/yr", "{} \N{EN DASH} £38,000 - £42,000 per annum")  # fmt: skip
MARKS = ("{} (Req #{})", "{} - R-{}", "{} [Job ID: {}]", "{} - JR{}", "{} #{}", "{} (Ref: {})")


def city(shown: Facts) -> str:
    """Return the city where the place plainly names one first."""
    first = shown.location.split(",")[0].strip()
    return "" if not first or NOT_CITIES.search(first) or len(first) < 4 else first


def company_suffix(rng: random.Random, shown: Facts) -> Facts:
    bare = LEGAL_END.sub("", shown.company)
    made = bare if bare != shown.company else f"{bare}, {rng.choice(LEGAL)}."
    return replace(shown, company=made)


def company_short(_rng: random.Random, shown: Facts) -> Facts | None:
    bare = LEGAL_END.sub("", shown.company).split()
    if bare and bare[0].lower() in {"the", "pt", "cv", "pt."}:
        bare = bare[1:]
    if len(bare) < 2 or len(bare[0]) < 4:
        return None
    return replace(shown, company=" ".join(bare[:-1]))


def company_case(rng: random.Random, shown: Facts) -> Facts:
    change = rng.choice((str.upper, str.title, lambda text: f"The {text}", str.lower))
    return replace(shown, company=change(shown.company))


def place_in_full(_rng: random.Random, shown: Facts) -> Facts | None:
    parts = [part.strip() for part in shown.location.split(",")]
    if len(parts) > 1 and parts[1] in STATES and city(shown):
        return replace(shown, location=f"{parts[0]}, {STATES[parts[1]]}, United States")
    full = HOMES.get(parts[0].lower())
    return replace(shown, location=full) if full and city(shown) else None


def place_in_short(_rng: random.Random, shown: Facts) -> Facts | None:
    return replace(shown, location=city(shown)) if "," in shown.location and city(shown) else None


def place_decorated(rng: random.Random, shown: Facts) -> Facts | None:
    if not city(shown):
        return None
    forms = ("{} (Hybrid)", "{} (On-site)", "Hybrid in {}", "{} - Hybrid", "{} 90210", "{} Area")
    return replace(shown, location=rng.choice(forms).format(shown.location))


def place_around(_rng: random.Random, shown: Facts) -> Facts | None:
    return replace(shown, location=f"Greater {city(shown)} Area") if city(shown) else None


def place_missing(_rng: random.Random, shown: Facts) -> Facts | None:
    return replace(shown, location="") if shown.location else None


def remote_written_otherwise(rng: random.Random, shown: Facts) -> Facts | None:
    if shown.location.strip().lower() not in {"remote", "anywhere", "remote, us", "usa (remote)"}:
        return None
    return replace(shown, location=rng.choice(("Anywhere", "REMOTE", "Remote, Remote", "Virtual")))


def title_ornament(rng: random.Random, shown: Facts) -> Facts:
    return replace(shown, title=rng.choice(ORNAMENTS).format(shown.title))


def title_pay(rng: random.Random, shown: Facts) -> Facts:
    return replace(shown, title=rng.choice(PAYS).format(shown.title))


def title_requisition(rng: random.Random, shown: Facts) -> Facts:
    return replace(shown, title=rng.choice(MARKS).format(shown.title, rng.randint(10_000, 999_999)))


def title_place(rng: random.Random, shown: Facts) -> Facts | None:
    forms = ("{} - {}", "{} ({})", "{}, {}", "{} | {}")
    where = city(shown)
    return replace(shown, title=rng.choice(forms).format(shown.title, where)) if where else None


def title_place_alone(rng: random.Random, shown: Facts) -> Facts | None:
    made = title_place(rng, shown)
    return replace(made, location="") if made else None


def title_company(rng: random.Random, shown: Facts) -> Facts:
    forms = ("{} at {}", "{} - {}", "{} | {}", "{} @ {}")
    return replace(shown, title=rng.choice(forms).format(shown.title, shown.company))


def title_short_words(_rng: random.Random, shown: Facts) -> Facts | None:
    title = shown.title
    for long, short in SHORT:
        title = re.sub(rf"{long}(?!\w)" if long.strip() == long else long, short, title)
    return replace(shown, title=title) if title != shown.title else None


def title_case(rng: random.Random, shown: Facts) -> Facts:
    change = rng.choice((str.upper, str.lower, str.title))
    return replace(shown, title=change(shown.title))


def title_cut(rng: random.Random, shown: Facts) -> Facts | None:
    at = rng.randint(28, 60)
    if len(shown.title) <= at + 3:
        return None
    return replace(shown, title=shown.title[:at].rstrip() + rng.choice(("…", "...", "\xa0...")))


def title_of_a_web_hit(_rng: random.Random, shown: Facts) -> Facts:
    return replace(shown, title=f"{shown.title} - {shown.company} - Indeed.com")


def agency_names_it(rng: random.Random, shown: Facts) -> Facts | None:
    if not city(shown) or len(LEGAL_END.sub("", shown.company)) < 5:
        return None
    agency = rng.choice(("Jobgether", "Lensa", "Brightwell Recruitment", "Jobs via Dice", "Hays"))
    text = f"This position is posted on behalf of {shown.company}. You will join a team that cares."
    return replace(shown, company=agency, snippet=text)


def company_missing_but_named(_rng: random.Random, shown: Facts) -> Facts | None:
    if not city(shown) or len(LEGAL_END.sub("", shown.company)) < 5:
        return None
    return replace(shown, company="", snippet=f"{shown.company} is looking for you. Apply today.")


def two_at_once(rng: random.Random, shown: Facts) -> Facts:
    return vary(rng, vary(rng, shown))


VARIATIONS: dict[str, Maker] = {
    "legal form added or left out": company_suffix,
    "employer's name in short": company_short,
    "employer in other letters": company_case,
    "place in full": place_in_full,
    "place in short": place_in_short,
    "place decorated": place_decorated,
    "greater area": place_around,
    "place missing": place_missing,
    "remote written otherwise": remote_written_otherwise,
    "title decorated": title_ornament,
    "pay in the title": title_pay,
    "requisition in the title": title_requisition,
    "place in the title": title_place,
    "place in the title alone": title_place_alone,
    "employer in the title": title_company,
    "words abbreviated": title_short_words,
    "title in other letters": title_case,
    "title cut": title_cut,
    "title of a web hit": title_of_a_web_hit,
    "agency's copy that names it": agency_names_it,
    "employer missing but named": company_missing_but_named,
    "two of these": two_at_once,
}
#: What happens to every second copy.
EVERYDAY = (
    company_suffix, company_case, place_in_full, place_in_short, place_decorated, place_around,
    title_ornament, title_pay, title_place, title_short_words, title_case, title_company,
)  # fmt: skip


def vary(rng: random.Random, shown: Facts) -> Facts:
    """Return *shown* as some other board may write it."""
    for maker in rng.sample(EVERYDAY, len(EVERYDAY)):
        if made := maker(rng, shown):
            return made
    return shown


# Near misses: another opening.

LEVELS = ("Senior", "Junior", "Lead", "Principal", "Associate", "Assistant", "Head of", "VP")


def miss_level(rng: random.Random, shown: Facts) -> Facts | None:
    words = shown.title.split()
    if any(word.strip(".,") in {*LEVELS, "Sr", "Head", "Staff"} for word in words):
        without = re.sub(r"\b(?:Senior|Junior|Lead|Sr\.?|Staff) ", "", shown.title)
        return replace(shown, title=without) if without != shown.title else None
    return replace(shown, title=f"{rng.choice(LEVELS)} {shown.title}")


def miss_number(rng: random.Random, shown: Facts) -> Facts:
    return replace(shown, title=f"{shown.title} {rng.choice(('I', 'II', 'III', '2', '3'))}")


def miss_shift(rng: random.Random, shown: Facts) -> Facts | None:
    if re.search(r"(?i)part|shift|night|weekend", shown.title):
        return None
    forms = ("{} (Part-Time)", "{} - Night Shift", "{} (Weekends)", "{} - Part time", "{} - Nights",
             "Part Time {}", "{} (Evening Shift)", "{} | Temporary", "{} (Contract)")  # fmt: skip
    return replace(shown, title=rng.choice(forms).format(shown.title))


def miss_language(rng: random.Random, shown: Facts) -> Facts:
    forms = ("{} (German speaking)", "{} - French", "{} (Dutch)", "{} with Spanish")
    return replace(shown, title=rng.choice(forms).format(shown.title))


def miss_department(rng: random.Random, shown: Facts) -> Facts:
    forms = ("{}, Payments", "{} - Retail", "{} (Growth)", "{}, Enterprise", "{} - EMEA", "{}, SMB")
    return replace(shown, title=rng.choice(forms).format(shown.title))


def miss_word(rng: random.Random, shown: Facts) -> Facts | None:
    swaps = (("Manager", "Specialist"), ("Engineer", "Architect"), ("Sales", "Marketing"),
             ("Product", "Program"), ("Analyst", "Scientist"), ("Customer", "Client"),
             ("Frontend", "Backend"), ("Success", "Support"), ("Service", "Experience"),
             ("Developer", "Designer"), ("Director", "Manager"))  # fmt: skip
    found = [(old, new) for old, new in swaps if old in shown.title]
    if not found:
        return None
    return replace(shown, title=shown.title.replace(*rng.choice(found), 1))


def miss_city(rng: random.Random, shown: Facts) -> Facts | None:
    if not city(shown):
        return None
    others = [full for name, full in HOMES.items() if name != city(shown).lower()]
    return replace(shown, location=rng.choice(others))


def miss_state(_rng: random.Random, shown: Facts) -> Facts | None:
    parts = [part.strip() for part in shown.location.split(",")]
    if len(parts) < 2 or parts[1] not in STATES:
        return None
    other = "Maine" if parts[1] != "ME" else "Oregon"
    return replace(shown, location=f"{parts[0]}, {other}, United States")


def miss_employer(rng: random.Random, shown: Facts) -> Facts:
    others = (
        "Foxglove Housing Trust",
        "Tarn & Vale",
        "Harbour Mutual",
        "Lumen Tide",
        "Quillfeather",
    )
    return replace(shown, company=rng.choice(others))


def miss_employer_like(rng: random.Random, shown: Facts) -> Facts | None:
    words = shown.company.split()
    if len(words) < 2:
        return None
    return replace(shown, company=f"{words[0]} {rng.choice(('Bakery', 'Legal', 'Freight'))}")


def miss_agency_silent(rng: random.Random, shown: Facts) -> Facts:
    return replace(
        shown,
        company=rng.choice(("Jobgether", "Lensa", "Brightwell Recruitment")),
        snippet="A well known company is looking for you. Competitive pay, great people.",
    )


MISSES: dict[str, Maker] = {
    "another level": miss_level,
    "another number behind": miss_number,
    "another shift or contract": miss_shift,
    "another language": miss_language,
    "another department": miss_department,
    "another word": miss_word,
    "another city": miss_city,
    "the same city's name elsewhere": miss_state,
    "another employer": miss_employer,
    "an employer with the same first word": miss_employer_like,
    "agency's copy that names none": miss_agency_silent,
    "another requisition": title_requisition,  # beside one that has its own already
}


# Written after the rules.


def entities(_rng: random.Random, shown: Facts) -> Facts | None:
    title = shown.title.replace("&", "&amp;")
    return replace(shown, title=title) if title != shown.title else None


def no_accents(_rng: random.Random, shown: Facts) -> Facts | None:
    def bare(text: str) -> str:
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()

    made = replace(shown, title=bare(shown.title), company=bare(shown.company))
    return made if made != shown and made.title.strip() else None


def other_dashes(_rng: random.Random, shown: Facts) -> Facts | None:
    made = shown.title.replace(" - ", " — ").replace(",", " -")
    return replace(shown, title=made) if made != shown.title else None


def comma_order(_rng: random.Random, shown: Facts) -> Facts | None:
    head, comma, tail = shown.title.partition(", ")
    return replace(shown, title=f"{tail} {head}") if comma and "," not in tail else None


def glued(_rng: random.Random, shown: Facts) -> Facts | None:
    words = shown.company.split()
    return replace(shown, company="".join(words)) if len(words) == 2 else None


def country_alone(_rng: random.Random, shown: Facts) -> Facts | None:
    last = shown.location.split(",")[-1].strip()
    known = {"USA", "United States", "Canada", "India", "UK", "Germany", "France", "Indonesia"}
    return replace(shown, location=last) if "," in shown.location and last in known else None


def district(_rng: random.Random, shown: Facts) -> Facts | None:
    return replace(shown, location=f"City Centre, {shown.location}") if city(shown) else None


def slogan(rng: random.Random, shown: Facts) -> Facts:
    forms = (
        "{} - Join our growing team",
        "{} | 4-day week",
        "{} (Great culture)",
        "{} - 25 days leave",
    )
    return replace(shown, title=rng.choice(forms).format(shown.title))


def company_first(_rng: random.Random, shown: Facts) -> Facts:
    return replace(shown, title=f"{shown.company}: {shown.title}")


def brackets(_rng: random.Random, shown: Facts) -> Facts | None:
    made = re.sub(r",\s*([^,]+)$", r" (\1)", shown.title)
    return replace(shown, title=made) if made != shown.title else None


UNPLANNED: dict[str, Maker] = {
    "entities left in": entities,
    "accents lost": no_accents,
    "other dashes and commas": other_dashes,
    "comma turned round": comma_order,
    "employer's words glued": glued,
    "country alone": country_alone,
    "district before the place": district,
    "slogan behind": slogan,
    "employer before the title": company_first,
    "comma as brackets": brackets,
}
