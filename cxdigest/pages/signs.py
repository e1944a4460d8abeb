"""Words by which pages show people what they are, in the languages of the boards that are read.

Patterns alone: ``walls`` decides by them. None names a host or an employer.
"""

from __future__ import annotations

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


ROBOT = _any(
    r"are you (?:a )?(?:robot|human)|not a robot|you(?:'re| are) (?:a )?human",
    r"just a moment|attention required|checking (?:if the site|your browser)",
    r"access (?:to this page )?(?:has been |is )?denied|pardon our interruption",
    r"unusual (?:traffic|activity)|security check|request (?:was |has been )?blocked",
    r"complete the captcha|enable javascript and cookies to continue",
    r"(?:bist du|sind sie) ein (?:roboter|mensch)|kein roboter",
    r"pas un robot|no soy un robot|non sono un robot|geen robot",
)
LOGIN = _any(
    r"\b(?:log|sign)[ -]?in\b|\bjoin (?:now|to (?:see|view))|create (?:an|your) account",
    r"\banmelden\b|\beinloggen\b|se connecter|connectez-vous|inicia(?:r)? sesi[oó]n",
    r"\baccedi\b|\binloggen\b|\blogga in\b|iniciar sess[aã]o|zaloguj",
)
CONSENT = _any(
    r"before you continue|we value your privacy|we use cookies|our partners",
    r"accept (?:all|cookies|and continue)|reject all",
    r"cookie (?:policy|settings|preferences)|manage (?:options|preferences|consent)",
    r"alle akzeptieren|zustimmen|einwilligung|cookie-einstellungen",
    r"tout accepter|vos donn[eé]es personnelles|g[eé]rer mes choix",
    r"aceptar (?:todo|las cookies)|accetta (?:tutto|i cookie)|alles accepteren",
)
SCRIPTED = _any(
    r"(?:enable|requires?|need|activate|turn on|aktivieren|activer|activa)[^.]{0,60}javascript",
    r"javascript[^.]{0,60}(?:disabled|enable|required|turned off|aktivieren|d[eé]sactiv)",
)
_OPENING = r"(?:job|position|posting|vacancy|role|opening|opportunity|ad|listing|requisition)"
_GONE = (
    r"(?:no longer (?:available|active|open|accepting)|expired|closed|filled|inactive|removed"
    r"|not available)"
)
CLOSED = _any(
    r"no longer (?:accepting|taking) applications|applications? (?:are|have) (?:now )?closed",
    rf"{_OPENING}(?: you(?:'re| are) (?:looking|searching) for)?"
    rf" (?:(?:is|has|was) (?:now |already |been )*)?{_GONE}\b",
    r"(?:stelle\w*|position|anzeige|job)\b[^.]{0,40}(?:nicht mehr (?:verf[uü]gbar|online|aktiv"
    r"|frei)|(?:bereits|schon|inzwischen) (?:besetzt|vergeben)|abgelaufen|deaktiviert)",
    r"offre\b[^.]{0,40}(?:n'est plus|expir[eé]e|pourvue|cl[oô]tur[eé]e)|poste[^.]{0,20}pourvu",
    r"(?:oferta|vacante|vaga|puesto)\b[^.]{0,40}(?:ya no est[aá]|n[aã]o est[aá] mais|ha (?:caducado"
    r"|expirado)|cerrad[ao]|encerrada|expirad[ao])",
    r"(?:offerta|annuncio|posizione)\b[^.]{0,40}(?:scadut[ao]|non (?:è|e') pi[uù]|chius[ao])",
    r"vacature\b[^.]{0,40}(?:gesloten|niet meer|vervuld|verlopen)",
    r"(?:annonsen|tj[aä]nsten|stillingen)\b[^.]{0,40}(?:st[aä]ngd|inte l[aä]ngre|utl[oø]pt|ikke l)",
    r"oferta\b[^.]{0,30}(?:wygas[lł]a|nieaktualna)",
)
#: One of them stands in each line that CLOSED finds; to look for these first costs next to nothing.
CLOSING = (
    "no longer", "expired", "closed", "filled", "inactive", "removed", "not available",
    "nicht mehr", "besetzt", "vergeben", "abgelaufen", "deaktiviert",
    "n'est plus", "expir", "pourvu", "clôtur", "clotur",
    "ya no est", "mais", "caducado", "cerrad", "encerrada",
    "scadut", "non è", "non e'", "chius", "gesloten", "niet meer", "vervuld", "verlopen",
    "stängd", "stangd", "inte l", "utl", "ikke l", "wygas", "nieaktualna",
)  # fmt: skip
#: Stands before the words above where they tell of a day to come.
NOT_YET = _any(
    r"\b(?:until|till|if|when|once|unless|before|after|as soon as|may|might|will|would|should)\b",
    r"\b(?:sobald|bis|falls|wenn|wird|si|lorsque|jusqu|d[eè]s que|cuando|hasta|una vez|quando)",
)
TASKS = _any(
    r"\bresponsibilit|\bresponsabilit|\bresponsabilidad|\bjob (?:description|summary)",
    r"\bwhat you(?:['\u2019]?ll| will) (?:do|be doing)|\byour (?:role|tasks|mission)\b",
    r"\b(?:about )?(?:the|this) (?:role|job|position)\b|\bday[- ]to[- ]day\b|\bduties\b",
    r"\byou(?:['\u2019]ll| will)\b|\bresponsible for\b|\breport(?:s|ing)? (?:in)?to the\b",
    r"\bensure[s ]|\bdu (?:\w+ )?(?:verantwortest|bist)\b",
    r"\baufgaben|\bmissions?\b|\bfunciones\b|\btaken\b|\barbetsuppgifter|\bobowi[aą]zki",
    r"\batividades\b|\bmansioni\b|\bwerkzaamheden\b|\barbeidsoppgaver|\barbejdsopgaver",
)
WANTED = _any(
    r"\brequirements?\b|\bqualifications?\b|\bwho you are\b|\babout you\b|\byour profile\b",
    r"\bwhat you(?:['\u2019]ll)? (?:need|bring)|\bwe(?:['\u2019]?re| are) looking for",
    r"\bmust[- ]haves?\b|\bexperience (?:in|with|of|as)\b|\bcandidates?\b|\bdegree\b",
    r"\bability to\b",
    r"\byears?(?:['\u2019])? (?:of )?(?:\w+ )?experience|\bskills\b",
    r"\b(?:dein|ihr|unser) profil\b|\banforderungen|\bwir suchen\b|\bprofil recherch",
    r"\bcomp[eé]tences\b",
    r"\brequisitos\b|\brequisiti\b|\bbuscamos\b|\bfunctie-?eisen|\bkvalifika[ts]|\bwymagania",
)
OFFERED = _any(
    r"\b(?:what )?we offer\b|\bbenefits\b|\bsalary\b|\bcompensation\b|\bper (?:annum|hour|year)\b",
    r"\bpay\b|\bbonus\b|[£$€]\s?\d",
    r"\bpension\b|\b401\s?\(?k|\bwir bieten|\bgehalt\b|\bnous (?:offrons|proposons)|\bavantages\b",
    r"\bofrecemos\b|\boferecemos\b|\boffriamo\b|\bwij bieden|\bvi erbjuder|\boferujemy|\bsalaire\b",
)
TERMS = _any(
    r"\bfull[- ]time\b|\bpart[- ]time\b|\bpermanent\b|\b(?:job|employment) type\b|\bhybrid\b",
    r"\bremote\b|\bvollzeit|\bteilzeit|\bunbefristet|\bcdi\b|\bcdd\b|\btemps plein|\bjornada\b",
    r"\bhours (?:per|a) week|\bcontract\b|\bmonday\b|\bshifts?\b|\bon-?site\b",
    r"\bcontrato\b|\btempo (?:pieno|integral)|\bheltid|\bfulltime\b|\bumow[aęy]",
)
APPLY = _any(
    r"\bapply (?:now|for|today|by|online)\b|\bhow to apply|\bsubmit (?:your|an) application",
    r"\bequal opportunity|\bbewirb|\bbewerb|\bpostule[rz]|\bcandidatur|\bcandidati\b|\bsolliciteer",
    r"\binscr[ií]b|\bcandidatar|\baplikuj|\bans[oö]k",
)
DUTIES = (TASKS, WANTED, OFFERED, TERMS, APPLY)
NEWS = _any(
    r"\bsaid\b|\btold\b|\bannounced\b|\baccording to\b|\breported\b|\bread more\b",
    r"\bmin(?:ute)?s? read\b|\bshare this article|\bin an interview|\bpress release",
    r"\bspokes(?:man|woman|person)\b|\bsagte\b|\bmitteilte\b|\ba d[eé]clar[eé]|\bdijo\b",
)
