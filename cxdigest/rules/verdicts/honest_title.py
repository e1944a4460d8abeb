"""Make the title that says what the work is: the level that the title names, and the kind.

"VP of Customer Experience" over a contact centre becomes "VP, Customer Service". Who is served
(clients, members, patients) stays as the employer says it; decoration (hero, guru, ambassador)
becomes the plain word for the job. Pure.
"""

from __future__ import annotations

import re
import unicodedata

from cxdigest.model import Kind

#: Who is served and has a plain trade of its own by that name; all others are customers.
_SERVED = re.compile(
    r"\b(client|guest|member|patient|passenger|citizen|resident|visitor|student|tenant|travel+er)s?"
    r"(?:\W+\w+){0,2}?\W+experiences?\b",
    re.IGNORECASE,
)
#: The place of work and the words that tell it; the most told, the first of equals.
_PLACES = {
    "Branch": re.compile(r"\b(?:branch|teller|bank)", re.IGNORECASE),
    "Front Desk": re.compile(
        r"\b(?:desk\b|reception|lobby|hotel|concierge|check(?:ing)?[- ](?:\w+ )?in\b|clinic|gym)",
        re.IGNORECASE,
    ),
    "Store": re.compile(
        r"\b(?:stores?\b|shop|retail|tills?\b|cash|checkout|merchandis|shel[fv]|stock)",
        re.IGNORECASE,
    ),
}
_IN_TRANSIT = frozenset({"passenger", "traveler", "traveller"})
_IN_SHOPS = frozenset({"customer", "client", "guest"})

#: What leads: a pattern, and the title it becomes; the first that matches.
_LEADERS = (
    (r"chief\b.*\bofficer|cxo", "{chief}"),
    (r"(?:senior|sr\.?) vice[- ]president|svp", "{wide}Senior Vice President, {all}"),
    (r"(?:executive) vice[- ]president|evp", "{wide}Executive Vice President, {all}"),
    (r"(?:assistant|associate) vice[- ]president|avp", "{wide}Assistant Vice President, {all}"),
    (r"vice[- ]president|vp", "{wide}Vice President, {all}"),
    (r"managing director", "{wide}Managing Director, {all}"),
    (r"executive director", "{wide}Executive Director, {all}"),
    (r"associate director", "{wide}Associate Director, {all}"),
    (r"(?:assistant|deputy) director", "{wide}Assistant Director, {all}"),
    (r"director", "{senior}{wide}Director, {all}"),
    (r"head", "{wide}Head of {all}"),
    (r"(?:manager|management)(?: in)? (?:trainee|training)", "{one} Trainee"),
    (r"(?:assistant|deputy|associate)\b.*\bmanager", "Assistant {one} Manager"),
    (r"general manager", "General Manager, {all}"),
    (r"manager", "{senior}{wide}{one} Manager"),
    (r"supervisor", "{senior}{one} Supervisor"),
    (r"(?:team|shift)[- ]lead(?:er)?", "{one} Team Leader"),
)
#: Plain words for who does the work; the title keeps the first one it holds.
_WORKERS = {
    "intern": "Intern", "internship": "Intern", "trainee": "Trainee", "apprentice": "Apprentice",
    "specialist": "Specialist", "expert": "Specialist", "associate": "Associate",
    "representative": "Representative", "rep": "Representative", "agent": "Agent",
    "advisor": "Advisor", "adviser": "Adviser", "consultant": "Consultant",
    "coordinator": "Coordinator", "co-ordinator": "Coordinator", "analyst": "Analyst",
    "administrator": "Administrator", "officer": "Officer", "assistant": "Assistant",
    "clerk": "Clerk", "technician": "Technician", "engineer": "Engineer",
    "receptionist": "Receptionist", "cashier": "Cashier", "lead": "Lead", "leader": "Leader",
}  # fmt: skip
#: The plain word where the title has none of its own, and the words that go with each kind.
_PLAIN = {"service": "Representative", "support": "Specialist", "store": "Associate"}
_FITS = {
    "service": frozenset(_WORKERS.values()) - {"Engineer", "Technician", "Cashier", "Receptionist"},
    "support": frozenset(_WORKERS.values()) - {"Cashier", "Receptionist", "Clerk"},
    "store": frozenset(
        {"Associate", "Assistant", "Coordinator", "Intern", "Trainee", "Apprentice", "Lead"}
    ),
}
_DECORATION = re.compile(
    r"\b(?:guru|hero(?:es)?|ambassador|champion|rock ?star|ninja|happiness|wizard|maven|genius|"
    r"evangelist|superstar|magician|sherpa|enthusiast|advocate|delight)\b",
    re.IGNORECASE,
)


def honest_title(title: str, kind: Kind, found: str = "") -> str:
    """Return the title that says what the work is, empty where *kind* needs none.

    *found* are the words that decided; they tell a shop floor from a front desk.
    """
    if kind not in _PLAIN:
        return ""
    title = " ".join(unicodedata.normalize("NFKC", title[:300]).split())
    one = _field(title, kind, found)
    many = {"Store": "Stores", "Branch": "Branches"}.get(one, one)
    fields = {
        "one": one,
        "all": many,
        "chief": f"Head of {many}" if kind == "store" else f"Chief {many} Officer",
        "senior": "Senior " if _has(title, r"senior|sr\.?") else "",
        "wide": next((f"{word} " for word in ("Global", "Regional") if _has(title, word)), ""),
    }
    for pattern, form in _LEADERS:
        if _has(title, pattern) and not (form == "{chief}" and _DECORATION.search(title)):
            return form.format_map(fields)
    return f"{_rank(title)}{one} {_worker(title, kind)}"


def _has(title: str, pattern: str) -> bool:
    return bool(re.search(rf"(?<!\w)(?:{pattern})(?!\w)", title, re.IGNORECASE))


def _field(title: str, kind: Kind, found: str) -> str:
    """Return the trade, or the place of work, in words."""
    if kind == "support":
        return "Technical Support"
    served = match[1].lower() if (match := _SERVED.search(title)) else "customer"
    if kind == "service" or served in _IN_TRANSIT:
        return f"{served.capitalize()} Service"
    told = {name: len(words.findall(found)) for name, words in _PLACES.items()}
    if served not in _IN_SHOPS or _has(title, "workplace"):
        told["Store"] = 0
    elif served != "guest" and not any(told.values()):
        return "Store"
    return max(told, key=told.__getitem__) if any(told.values()) else "Front Desk"


def _rank(title: str) -> str:
    if _has(title, r"senior|sr\.?"):
        return "Senior "
    return "Junior " if _has(title, r"junior|jr\.?") else ""


def _worker(title: str, kind: Kind) -> str:
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", title.lower())
    named = [_WORKERS[word] for word in words if word in _WORKERS]
    fitting = [name for name in named if name in _FITS[kind]]
    nouns = [name for name in fitting if name != "Lead"] or fitting
    return nouns[0] if nouns and not _DECORATION.search(title) else _PLAIN[kind]
