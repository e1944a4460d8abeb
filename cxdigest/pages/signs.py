"""What a page is that states no opening: a wall, an empty shell, a closed opening, a posting.

Each is told by words in several languages and by the page's build; the words are those that such
pages show to people, never a host's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cxdigest.errors import PageError
from cxdigest.pages.document import Document

#: Of what a reader sees; beyond, a page has text of its own beside the wall (characters).
_SHORT = 2_500
_SHELL = 250  #: a page that shows less shows nothing
_CLOSED_LINE = 240  #: characters; longer lines are sentences of the duties
_LEAST_SIGNS = 3

_ROBOT = re.compile(
    r"are you (?:a )?(?:robot|human)|not a robot|verify (?:that )?you(?:'re| are) (?:a )?human"
    r"|just a moment|attention required|checking (?:if the site|your browser)|access (?:to this page )?"
    r"(?:has been )?denied|pardon our interruption|unusual (?:traffic|activity)|security check"
    r"|bist du ein (?:roboter|mensch)|kein roboter|je ne suis pas un robot|no soy un robot"
    r"|request (?:was |has been )?blocked|complete the captcha|enable javascript and cookies to continue",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log|sign)[ -]?in\b|\bjoin (?:now|to (?:see|view))|create (?:an|your) account|\banmelden\b"
    r"|\beinloggen\b|se connecter|connectez-vous|iniciar sesi[oó]n|inicia sesi[oó]n|\baccedi\b"
    r"|\binloggen\b|\blogga in\b|iniciar sess[aã]o|zaloguj",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we value your privacy|accept (?:all|cookies|and continue)|cookie (?:policy"
    r"|settings|preferences)|manage (?:options|preferences|consent)|reject all|our partners"
    r"|alle akzeptieren|zustimmen|einwilligung|tout accepter|vos donn[eé]es personnelles"
    r"|aceptar (?:todo|las cookies)|accetta (?:tutto|i cookie)|alles accepteren|we use cookies",
    re.IGNORECASE,
)
_SCRIPTED = re.compile(
    r"(?:enable|requires?|need|activate|turn on|aktivieren|activer|activa)[^.]{0,60}javascript"
    r"|javascript[^.]{0,60}(?:disabled|enable|required|turned off|aktivieren|deaktiviert|d[eé]sactiv)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"no longer (?:accepting|taking) applications|(?:job|position|posting|vacancy|role|opening|opportunity"
    r"|ad|listing)(?: you(?:'re| are) looking for)? (?:is|has|was) (?:now |already |been )*(?:no longer (?:available"
    r"|active|open)|expired|closed|filled|been (?:filled|removed|closed)|removed|not available|inactive)"
    r"|applications? (?:for this (?:job|role|position) )?(?:are|is|have|has) (?:now )?(?:been )?closed"
    r"|(?:vacancy|position|job) (?:closed|filled|expired)\b"
    r"|(?:stelle|stellenanzeige|position|anzeige|job)[^.]{0,40}(?:nicht mehr (?:verf[uü]gbar|online|aktiv)"
    r"|(?:bereits|schon) besetzt|abgelaufen|deaktiviert)"
    r"|offre[^.]{0,40}(?:n'est plus (?:disponible|en ligne|active)|expir[eé]e|pourvue|cl[oô]tur[eé]e)"
    r"|poste[^.]{0,20}pourvu|(?:oferta|vacante|vaga|puesto)[^.]{0,40}(?:ya no est[aá]|n[aã]o est[aá] mais|ha "
    r"(?:caducado|expirado)|cerrad[ao]|encerrada|expirad[ao])|offerta[^.]{0,40}(?:scaduta|non (?:è|e') pi[uù])"
    r"|vacature[^.]{0,40}(?:gesloten|niet meer|vervuld|verlopen)"
    r"|(?:annonsen|tj[aä]nsten|stillingen)[^.]{0,40}(?:st[aä]ngd|inte l[aä]ngre|utl[oø]pt|ikke lenger)"
    r"|oferta[^.]{0,30}(?:wygas[lł]a|nieaktualna)",
    re.IGNORECASE,
)
_DUTIES = re.compile(
    r"\b(?:(?P<a>responsibilit|what you(?:'|’)?(?:ll| will) (?:do|be doing)|your (?:role|tasks|mission)|key duties"
    r"|the role\b|about the (?:role|job|position)|job (?:description|summary)|day[- ]to[- ]day)"
    r"|(?P<b>requirements|qualifications|what (?:you(?:'|’)ll|you) (?:need|bring)|who you are|about you\b"
    r"|your profile|years(?:'|’)? (?:of )?experience|we(?:'|’)?(?:re| are) looking for|must have|skills)"
    r"|(?P<c>what we offer|we offer|benefits|salary|compensation|per (?:annum|hour|year)|holiday|pension|401)"
    r"|(?P<d>apply (?:now|for|today|by)|how to apply|equal opportunity|full[- ]time|part[- ]time|permanent"
    r"|job type|employment type|hybrid|remote)"
    r"|(?P<e>deine aufgaben|ihre aufgaben|aufgaben|dein profil|ihr profil|anforderungen|wir bieten|vollzeit"
    r"|teilzeit|bewerben|wir suchen)"
    r"|(?P<f>missions?\b|profil recherch|vos missions|nous recherchons|postuler|\bcdi\b|\bcdd\b|temps plein)"
    r"|(?P<g>responsabilidades|funciones|requisitos|ofrecemos|buscamos|jornada|candidatura|responsabilit[aà]"
    r"|requisiti|offriamo|taken\b|functie-eisen|wij bieden|solliciteer|arbetsuppgifter|kvalifikationer|obowi[aą]zki"
    r"|wymagania|oferujemy|responsabilidades|atividades))",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b(?:said|told|announced|according to|reported|published|read more|min(?:ute)? read|share this article"
    r"|in an interview|press release|spokes(?:man|woman|person))\b",
    re.IGNORECASE,
)


def refuse_wall(document: Document) -> None:
    """Do nothing about a page with text of its own.

    Raises:
        PageError: it is a wall or an empty shell, or the opening is gone.
    """
    words = document.words
    if len(words) < _SHORT:
        if closed := closed_by(document.lines):
            raise PageError(closed, outcome="closed")
        _refuse_short(document, f"{document.title} {words}")
    if len(words) < _SHELL:
        scripted = "<script" in document.html.lower() or _SCRIPTED.search(document.html)
        by = "fills itself by JavaScript alone" if scripted else "shows hardly any text"
        raise PageError(f"The page {by}.", outcome="empty")


def _refuse_short(document: Document, words: str) -> None:
    if _ROBOT.search(words):
        raise PageError("The page asks for proof of not being a machine.", outcome="throttled")
    asks = document.tree.css_first('input[type="password"]') is not None
    if _LOGIN.search(words) and (asks or len(words) < _SHELL or _LOGIN.search(document.title)):
        raise PageError("The page asks to log in.", outcome="auth")
    if len({found.casefold() for found in _CONSENT.findall(words)}) > 1 and not _kinds(words):
        raise PageError("The page asks for consent before it shows anything.", outcome="auth")


def closed_by(lines: Iterable[str]) -> str:
    """Return the line that says that the opening is closed, ``""`` where none does."""
    for line in lines:
        if len(line) <= _CLOSED_LINE and _CLOSED.search(line):
            return f"Its page says: \u201c{line}\u201d"
    return ""


def shows_a_posting(document: Document, article: str) -> None:
    """Do nothing about an article that reads as one opening's duties.

    Raises:
        PageError: it is something else.
    """
    if len(_kinds(article)) < _LEAST_SIGNS - 1:
        raise PageError("The page's text does not read as a posting.", outcome="empty")
    if len(_NEWS.findall(article)) > 2 * len(_DUTIES.findall(article)):
        raise PageError("The page reads as news, not as a posting.", outcome="empty")


def _kinds(text: str) -> set[str]:
    """Return which kinds of sign of a posting *text* has."""
    return {found.lastgroup or "" for found in _DUTIES.finditer(text)}
