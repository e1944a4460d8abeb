"""Words and shapes by which a stranger's mail shows that it is about jobs.

Tables only: what speaks for a posting, what is navigation, what an alert calls itself. Each sign is
weak by itself; ``fallback`` weighs them together.
"""

from __future__ import annotations

import re

_TRADES = (
    "manager|engineer|analyst|director|lead|leader|specialist|consultant|developer|architect|"
    "designer|scientist|coordinator|administrator|assistant|associate|officer|executive|"
    "representative|supervisor|technician|advisor|adviser|agent|partner|head|chief|vp|"
    "vice president|president|recruiter|accountant|nurse|teacher|writer|editor|researcher|"
    "strategist|planner|buyer|operator|intern|internship|trainee|apprentice|clerk|cashier|driver|"
    "porter|housekeeper|waiter|waitress|cleaner|picker|packer|guard|bartender|janitor|baker|"
    "courier|gardener|plumber|carpenter|welder|rep|handler|teller|dispatcher|caller|carer|caregiver|adjuster|"
    "attorney|counsel|paralegal|therapist|physician|pharmacist|marketer|owner|scrum master|"
    "producer|controller|auditor|underwriter|estimator|inspector|mechanic|electrician|concierge|"
    "receptionist|secretary|host|hostess|barista|server|chef|cook|stylist|ambassador|"
    "champion|evangelist|programmer|tester|qa|sre|devops|co-op|fellow|professor|lecturer|librarian|"
    "customer experience|customer success|customer support|customer service|user experience|"
    "product management|project management|business development|account management|"
    "[^\\W\\d_]*leiter(?:in)?|[^\\W\\d_]*berater(?:in)?|[^\\W\\d_]*mitarbeiter(?:in)?|"
    "[^\\W\\d_]*kaufmann|[^\\W\\d_]*kauffrau|[^\\W\\d_]*entwickler(?:in)?|"
    "[^\\W\\d_]*ingenieur(?:in)?|"
    "sachbearbeiter(?:in)?|referent(?:in)?|werkstudent(?:in)?|praktikant(?:in)?|praktikum|"
    "responsable|directeur|directrice|chargée?|conseill(?:er|ère)|ingénieure?|développeu(?:r|se)|"
    "chef(?:fe)? de|assistante?|gestionnaire|technicien(?:ne)?|alternant\\w*|stagiaire|"
    "vendeu(?:r|se)|"
    "gerente|jef[ea]|analista|ingenier[oa]|desarrollador\\w*|especialista|coordinador\\w*|"
    "consultor\\w*|director\\w*|encargad[oa]|asesor\\w*|técnic[oa]|becari[oa]|"
    "responsabile|addett[oa]|impiegat[oa]|ingegnere|sviluppator\\w*|coordinator\\w*|"
    "medewerker|adviseur|ontwikkelaar|coördinator|stagiair|verkoper|beheerder|"
    "coordenador\\w*|engenheir[oa]|desenvolvedor\\w*|estagiári[oa]|kierownik|specjalista|inżynier"
)
TRADE = re.compile(rf"(?<![\w-])(?:sr\.?\s|jr\.?\s)?(?:{_TRADES})(?:s|es)?(?![\w])", re.IGNORECASE)
GENDERED = re.compile(
    r"\((?:[mwfdhx]\s?[/|]\s?){1,3}[mwfdhx]\)|\b[mwf]/[mwf]/[dx]\b", re.IGNORECASE
)
JOB_PATH = re.compile(
    r"[/?&_-](?:jobs?|job-?ads?|job-?listings?|job-?details?|job-?openings?|viewjob|careers?|"
    r"karriere|"
    r"vacanc(?:y|ies)|vacatures?|positions?|openings?|postings?|requisitions?|opportunity|"
    r"stellen\w*|jobangebote?|emplois?|offres?|empleos?|ofertas?|vagas?|lavoro|annunc\w*|gh_jid|"
    r"jobid|job_?id|jk)(?=$|[/?=&_.\d-])",
    re.IGNORECASE,
)
_ORDERS = (
    "view|see|browse|find|explore|discover|manage|unsubscribe|opt out|subscribe|download|"
    "click|learn|go to|sign (?:in|up)|log in|login|apply|1-click|quick apply|easy apply|"
    "easily apply|forward|not interested|dismiss|upload|invite|turn off|open in|all jobs|"
    "job alerts?|similar jobs|saved jobs|your|this e-?mail|this is|you are|you received|alle|mehr|"
    "ansehen|anzeigen|jetzt|hier|abmelden|abbestellen|bewerben|zu den|weitere|bearbeiten|"
    "verwalten|voir|consulter|postuler|gérer|modifier|se désabonner|désinscription|toutes|"
    "en savoir|cliquez|inscribirse|solicitar|gestionar|darse de baja|cancelar|todas|editar|"
    "vedi|visualizza|candidati|gestisci|annulla|bekijk|solliciteer|afmelden|beheer|"
    "candidatar|zobacz|aplikuj|ansök"
)
_MAYBE = (
    "search|create|help|contact|support|about us|privacy|terms|more|next|previous|here|home|"
    "start|join|complete|add|yes|no|maybe|linkedin|facebook|twitter|instagram|youtube|"
    "app store|google play|ios|android|datenschutz|impressum|merken|más|legal|settings|"
    "preferences|faq|new|change|update|visit|report|rate|share|save|edit|try|upgrade|refer|"
    "read|visa|show|tap|give|tell|get|hide|pause|modify|jobs|my|ver|zum|zur"
)
_ORDER = re.compile(rf"^\W*(?:{_ORDERS})(?![\w'\u2019&-])", re.IGNORECASE)
_MAYBE_ORDER = re.compile(rf"^\W*(?:{_MAYBE})(?!\w)", re.IGNORECASE)
_TOWN = re.compile(
    r"New (?:York|Jersey|Orleans|Delhi|Zealand|Hampshire|Mexico|Haven|South Wales|Brunswick|"
    r"Bedford|Britain|Plymouth|Taipei|Town|Albany|Castle|Rochelle|Forest)\b|"
    r"[A-Z][^,]{1,40}, [A-Z]{2}(?: [\dA-Z -]{3,10})?(?: \(.*\))?$"
)
_SEARCH = re.compile(
    r"\bjobs?\s+(?:in|at|for|near|similar|like|that|from)\b|\bjobs$", re.IGNORECASE
)
_NO_POSTING = re.compile(
    r"unsubscri|opt-?out|preference|settings|privacy|/legal|/help|feedback|survey|sign-?in|log-?in|"
    r"/account|/profile|/alerts?(?:/|\?|$)|alert-email|jobs?/search|search-results|[?&](?:q|"
    r"keywords)=|"
    r"SRCH_|\.(?:png|jpe?g|gif)(?:\?|$)|(?:play|apps)\.google|itunes\.apple|apps\.apple",
    re.IGNORECASE,
)


_HEADLINE = re.compile(
    r"^(?:how|why|what|when|where|who|meet)\b|\?$"
    r"|^\d+ (?:ways|tips|things|reasons|signs|steps|best|questions|companies|jobs|new)\b",
    re.IGNORECASE,
)


#: What a button says that opens one posting.
OPENING = re.compile(
    r"^\W*(?:(?:view|see|open|read|show|learn|find out)\s+(?:(?:the|this|full|more|job)\s*)*"
    r"(?:job|jobs? details?|details?|posting|role|position|vacancy|offer|opportunity|more)?|"
    r"(?:quick |easy |1-click )?apply(?: now| here)?|more info\w*|details|"
    r"(?:zum|zur|zu den?)\s(?:job|stelle\w*|angebot|details)|(?:jetzt )?(?:ansehen|bewerben)|"
    r"(?:stelle|job|details|angebot)\s(?:ansehen|anzeigen)|mehr (?:erfahren|infos?|details)|"
    r"(?:voir|consulter|découvrir)\s(?:l.)?(?:offre|annonce|emploi|poste|détails?)|postuler|"
    r"(?:ver|consultar)\s(?:la\s)?(?:oferta|empleo|vacante|detalles|más)|inscribirme|solicitar|"
    r"vedi (?:l.)?(?:offerta|annuncio)|candidati|bekijk (?:de )?vacature)\W*$",
    re.IGNORECASE,
)


def is_headline(words: str) -> bool:
    """Tell whether *words* begin or end as an article's headline does."""
    return _HEADLINE.search(words) is not None


def is_navigation(words: str) -> bool:
    """Tell whether *words* ask the reader to go somewhere, as a button does.

    Some orders are how trades begin too (a change manager, a visa officer), and towns (New York):
    those need neither a trade nor a town's form.
    """
    if _ORDER.match(words) or _SEARCH.search(words):
        return True
    may = _MAYBE_ORDER.match(words) is not None
    return may and not (TRADE.search(words) or _TOWN.match(words))


def leads_elsewhere(url: str) -> bool:
    """Tell whether *url* leads to a search, the reader's settings or the like."""
    return _NO_POSTING.search(url) is not None


_ALERTS = (
    "job ?alerts?|new jobs?|jobs? (?:for you|match|matching|near|in|you|recommend|posted|alert|"
    "of the)|"
    "matching jobs|recommended (?:jobs?|roles?)|job (?:recommendations?|matches|match|listings?|"
    "agent|mail)|"
    "(?:is|are) hiring|hiring for|new (?:roles?|positions?|opportunit|vacanc|openings?)|"
    "your (?:job )?search|"
    "your career|career advis|roles? (?:for you|at)|looking for candidates|open positions?|"
    "vacanc(?:y|ies)|"
    "jobagent|jobs? für|neue (?:jobs?|stellen)|stellenangebote?|jobangebote?|jobmail|"
    "jobbenachrichtig|"
    "offres? d.emploi|nouvelles? offres?|nouveaux emplois|alerte emploi|emplois? (?:pour|à)|"
    "alerta de empleo|ofertas de (?:empleo|trabajo)|nuevos empleos|empleos? (?:para|en)|"
    "offerte di lavoro|nuov[ei] offert|lavoro per te|vacatures|nieuwe (?:jobs|banen)|"
    "vagas|novas vagas|oferty pracy|lediga jobb|job seekers?|"
    "\\d+\\+? (?:new |more |neue |nouvelles? |nouveaux |nuev[oa]s )?(?:jobs?|roles|vacancies|"
    "openings|stellen|emplois|offres|ofertas|empleos|vacatures)"
)
ALERT = re.compile(rf"(?<!\w)(?:{_ALERTS})", re.IGNORECASE)
_SENDER_WORDS = (
    "jobs?|careers?|karriere|recruit|(?<![a-z])hir(?:e|ing)|vacanc|vacature|(?<![a-z])stellen|"
    "emploi|empleo|vagas|lavoro"
)
_BOARDS = (
    "talent|indeed|linkedin|glassdoor|monster|ziprecruiter|stepstone|xing|seek|jora|dice|wellfound|"
    "builtin|greenhouse|lever|ashby|workable|smartrecruiters|hellowork|apec|reed|totaljobs|naukri|"
    "adzuna|jooble|simplyhired|simply hired|careerbuilder|handshake|lensa|trueup|cadremploi|"
    "welcometothejungle|welcome to the jungle|efinancialcareers|foundit|remotive|the ?muse|bayt|"
    "pracuj|olx|catho|gupy"
)
SENDER = re.compile(rf"{_SENDER_WORDS}|(?<![a-z])(?:{_BOARDS})(?![a-z])", re.IGNORECASE)
"""Who the mail says it is from: a board's name, or a word for jobs in address or name."""
RECEIPT = re.compile(
    r"\byou(?:'ve| have)? applied|thank(?:s| you) for (?:applying|your application)|"
    r"\bapplication (?:was|has been|sent|received|submitted|viewed|update|confirm)|"
    r"^(?:\w+ )?(?:application|bewerbung|candidature|candidatura|solicitud|sollicitatie)\s?:|"
    r"^your application|deine bewerbung|ihre bewerbung|votre candidature|"
    r"tu (?:solicitud|candidatura)",
    re.IGNORECASE,
)
"""Subjects of mails about what the reader has already applied for."""
PLACE = re.compile(
    r"^;?\s*(?:(?:greater\s)?[A-Z\u00c0-\u024f][\w.'\u2019 /()-]*,\s*[\w.'\u2019 /()-]+(?:[,;/].*)?"
    r"|(?:united states|usa|u\.s\.|united kingdom|uk|canada|australia|germany|deutschland|france|"
    r"ireland|india|spain|españa|italy|italia|netherlands|nederland|switzerland|schweiz|austria|"
    r"österreich|europe|emea|apac|latam|worldwide|anywhere|nationwide)(?:\b.*)?"
    r"|\d{5}\b.*)$",
    re.IGNORECASE,
)
