"""By what a web page is known as a posting, or as news: hosts, paths and the shapes of titles.

Data for ``news.py``, which weighs it. Facts of the web, in the languages that alerts arrive in;
nothing here names a paper or an employer because one of its pages was once met.
"""

# ruff: noqa: E501, RUF001, SIM905 - word lists are read and edited as words, in their own scripts
from __future__ import annotations

import re

#: Boards and applicant tracking systems: what they serve is a posting unless the path says else.
JOB_HOSTS = frozenset(
    """
    indeed.com linkedin.com glassdoor.com glassdoor.co.uk glassdoor.de glassdoor.fr ziprecruiter.com
    monster.com monster.de monster.fr monster.co.uk monsterindia.com foundit.in careerbuilder.com
    simplyhired.com dice.com builtin.com wellfound.com angel.co themuse.com ladders.com theladders.com
    flexjobs.com remotive.com remoteok.com weworkremotely.com jobicy.com himalayas.app workingnomads.com
    hiring.cafe jobright.ai trueup.io otta.com welcometothejungle.com idealist.org usajobs.gov snagajob.com
    talent.com jooble.org adzuna.com adzuna.co.uk adzuna.de jobrapido.com careerjet.com neuvoo.com lensa.com
    reed.co.uk totaljobs.com cv-library.co.uk jobsite.co.uk cwjobs.co.uk jobs.ac.uk charityjob.co.uk
    nijobs.com irishjobs.ie jobs.ie s1jobs.com caterer.com efinancialcareers.com efinancialcareers.co.uk
    stepstone.de stepstone.at stepstone.be stepstone.fr xing.com karriere.at jobs.ch jobup.ch jobscout24.ch
    arbeitsagentur.de kimeta.de meinestadt.de heyjobs.co softgarden.io
    apec.fr cadremploi.fr hellowork.com regionsjob.com meteojob.com francetravail.fr pole-emploi.fr
    free-work.com jobteaser.com keljob.com
    infojobs.net infojobs.it infojobs.com.br tecnoempleo.com computrabajo.com bumeran.com occ.com.mx
    laborum.cl elempleo.com trabajando.com catho.com.br vagas.com.br gupy.io emprego.sapo.pt net-empregos.com
    subito.it helplavoro.it nationalevacaturebank.nl werkzoeken.nl intermediair.nl vdab.be
    jobindex.dk finn.no arbetsformedlingen.se duunitori.fi pracuj.pl olx.pl jobs.cz profesia.sk
    naukri.com shine.com timesjobs.com seek.com.au seek.co.nz jora.com bayt.com gulftalent.com naukrigulf.com
    mycareersfuture.gov.sg jobstreet.com jobsdb.com 104.com.tw 1111.com.tw zhipin.com liepin.com 51job.com
    rikunabi.com mynavi.jp doda.jp en-japan.com townwork.net hellowork.mhlw.go.jp wantedly.com green-japan.com
    saramin.co.kr jobkorea.co.kr wanted.co.kr hh.ru
    greenhouse.io lever.co ashbyhq.com workable.com smartrecruiters.com myworkdayjobs.com myworkdaysite.com
    workday.com icims.com taleo.net oraclecloud.com successfactors.com successfactors.eu jobs2web.com
    bamboohr.com breezy.hr recruitee.com teamtailor.com personio.de personio.com jobvite.com jazzhr.com
    applytojob.com paylocity.com paycomonline.net ultipro.com ukg.net adp.com dayforcehcm.com rippling.com
    pinpointhq.com comeet.com join.com onlyfy.jobs rexx-systems.com dvinci-hr.com concludis.de avature.net
    eightfold.ai phenompeople.com cornerstoneondemand.com csod.com homerun.co traffit.com factorialhr.com
    flatchr.io talentsoft.com hrmos.co talentio.com jobcan.jp peopleadmin.com governmentjobs.com tal.net
    """.split()
)

#: Big papers, wires and places where people write, teach or sell; smaller ones are known by their names.
NEWS_HOSTS = frozenset(
    """
    bbc.com bbc.co.uk cnn.com nytimes.com washingtonpost.com wsj.com ft.com economist.com reuters.com apnews.com
    bloomberg.com forbes.com fortune.com businessinsider.com cnbc.com axios.com politico.com npr.org vox.com
    theverge.com techcrunch.com wired.com arstechnica.com zdnet.com cnet.com venturebeat.com engadget.com
    theguardian.com independent.co.uk thetimes.co.uk dailymail.co.uk mirror.co.uk thesun.co.uk sky.com
    yahoo.com msn.com aol.com usatoday.com latimes.com nypost.com time.com newsweek.com hbr.org inc.com
    fastcompany.com entrepreneur.com marketwatch.com investorplace.com benzinga.com seekingalpha.com
    fool.com barrons.com morningstar.com nasdaq.com stocktitan.net simplywall.st
    prnewswire.com businesswire.com globenewswire.com prweb.com openpr.com einpresswire.com newswire.ca
    accesswire.com presseportal.de ots.at prtimes.jp
    spiegel.de zeit.de faz.net sueddeutsche.de welt.de handelsblatt.com tagesschau.de ntv.de n-tv.de heise.de
    golem.de t3n.de derstandard.at diepresse.com nzz.ch srf.ch tagesanzeiger.ch horizont.net wuv.de
    lemonde.fr lefigaro.fr lesechos.fr liberation.fr leparisien.fr bfmtv.com latribune.fr usinenouvelle.com
    elpais.com elmundo.es abc.es lavanguardia.com expansion.com cincodias.com eleconomista.es infobae.com
    clarin.com lanacion.com.ar eltiempo.com eluniversal.com.mx publico.pt expresso.pt globo.com uol.com.br
    estadao.com.br exame.com repubblica.it corriere.it ilsole24ore.com ansa.it nu.nl nrc.nl volkskrant.nl fd.nl
    telegraaf.nl nos.nl hln.be standaard.be dn.se svd.se aftenposten.no politiken.dk hs.fi
    nikkei.com asahi.com mainichi.jp yomiuri.co.jp nhk.or.jp itmedia.co.jp impress.co.jp cnet.jp
    straitstimes.com scmp.com indiatimes.com thehindu.com ndtv.com livemint.com moneycontrol.com
    smh.com.au theage.com.au abc.net.au afr.com rnz.co.nz stuff.co.nz nzherald.co.nz cbc.ca globalnews.ca
    medium.com substack.com wordpress.com blogspot.com tumblr.com note.com hatenablog.com qiita.com
    github.com gitlab.com stackoverflow.com stackexchange.com meetup.com eventbrite.com udemy.com coursera.org edx.org
    researchgate.net arxiv.org sciencedirect.com springer.com wiley.com tandfonline.com ssrn.com acm.org ieee.org
    twitter.com x.com facebook.com instagram.com tiktok.com threads.net mastodon.social bsky.app
    amazon.com amazon.co.uk amazon.de ebay.com etsy.com goodreads.com trustpilot.com g2.com capterra.com
    youtube.com youtu.be vimeo.com wikipedia.org reddit.com quora.com pinterest.com slideshare.net
    """.split()
)

#: How papers, wires and blogs like to be called; part of a label of the host.
NEWS_LABEL = re.compile(
    r"news|times$|^times|echo|argus|mercury|review|bugle|post$|herald|gazette|tribune|journal|zeitung|tageblatt|nachrichten|kurier|anzeiger"
    r"|blog|magazine|magazin|chronicle|telegraph|daily|weekly|observer|courier|sentinel|recorder|examiner"
    r"|dispatch|advertiser|insider|presse?$|^presse|wire|today|actu|infos?$|noticia|diario|periodico"
    r"|jornal|noticias|giornale|notizie|nieuws|krant|shimbun|podcast|breeze|marketresearch|stock"
)

JOB_LABELS = frozenset(
    """
    job jobs career careers karriere stellen stellenangebote stellenmarkt emploi emplois recrutement carriere
    carrieres empleo empleos trabajo trabajos talento vagas carreiras lavoro carriera werkenbij vacatures
    vacancies hiring apply recruit recruiting recruitment recruiter saiyo kyujin rekry jobb ura praca kariera
    hire joinus workwithus talent bewerbung
    """.split()
)

#: Whole parts of a path, as they stand between slashes (digits and file endings apart).
JOB_SEGMENT = re.compile(
    r"(?:job|jobs|viewjob|job-?(?:details?|offer|offers|posting|postings|ad|ads|description|openings?|search|view"
    r"|board|listing|listings|opportunities|vacancies)|careers?|career-opportunities|vacanc(?:y|ies)|openings?"
    r"|open-(?:positions|roles|jobs)|positions?|current-(?:vacancies|openings|opportunities)|requisitions?"
    r"|join-us|work-with-us|work-for-us|working-here|hiring|we-are-hiring|recruit(?:ing|ment)?"
    r"|stellen|stelle|stellen-?angebote?|stellenmarkt|stellenanzeigen?|karriere|jobangebote?|jobboerse"
    r"|offene-stellen|ausschreibungen|bewerb(?:en|ung)|jobs-und-karriere|jobs-karriere"
    r"|emplois?|offres?(?:-d)?-?emplois?|offre|offres|recrutement|nos-offres|carrieres?|nous-rejoindre|rejoignez-nous"
    r"|emplea?os?|empleo|trabajos?|ofertas?|ofertas?-(?:de-)?(?:empleo|trabajo)|vacantes?|trabaja-con-nosotros|bolsa-de-trabajo"
    r"|vagas?|vaga-de-emprego|empregos?|ofertas-de-emprego|carreiras?|trabalhe-conosco"
    r"|lavoro|offert[ae]-(?:di-)?lavoro|lavora-con-noi|posizioni-aperte|annunci-lavoro"
    r"|vacatures?|werken-?bij|werken-bij-.*|baan|banen"
    r"|stillinger?|ledige?-stilling(?:er)?|jobopslag|lediga-(?:jobb|tjanster)|jobba-hos-oss|jobb|tyopaikat|avoimet-tyopaikat"
    r"|praca|oferty?-pracy|kariera|prace|volna-mista|kyujin|saiyo|recruit|rikunabi|採用|採用情報|求人|募集要項|中途採用)"
)
#: A segment that begins like this and goes on is usually a posting's own address.
JOB_SLUG = re.compile(
    r"(?:jobs?|stellenangebote?|stelle|vacature|vacatures|emploi|offre-emploi|offre-d-emploi|vaga|oferta-de-trabajo|empleo"
    r"|oferta-de-empleo|job-offer|vacancy|career|praca)[-_].+"
)
JOB_QUERY = re.compile(
    r"(?:^|&)(?:jk|vjk|gh_jid|job_?id|job|jobreq|req_?id|requisition(?:id)?|vacancy_?id|vacature|position_?id"
    r"|stellen_?id|currentjobid|offre|idoffre|job_?listing_?id|jl|ashby_jid|lever-origin|jobpipeline|career_job_req_id)=",
    re.IGNORECASE,
)

NEWS_SEGMENT = re.compile(
    r"news(?:room|letter|letters|-.*|desk)?|articles?|article\d+|blogs?|stor(?:y|ies)|press|press-?releases?|media(?:-?cent(?:re|er)|-releases?)?"
    r"|opinion|comment|columns?|features?|interviews?|nominations?|insights?|resources|guides?|advice|career-advice|podcasts?"
    r"|webinars?|events?|magazine|magazin|reports?|research|whitepapers?|market-?(?:research|reports?)(?:-.*)?|videos?|watch"
    r"|docs?|documentation|tutorials?|courses?|learn|learning|products?|pricing|solutions?|shop|download|questions"
    r"|sports?|politics|travel|culture|letters|entertainment|obituaries|lifestyle|wiki|forum|forums|discussion|posts?|pulse|topics?|tag|author"
    r"|nachrichten|aktuell|aktuelles|presse|pressemitteilungen?|pressemeldungen?|ratgeber|artikel|blogbeitrag|wirtschaft|meldung"
    r"|actualites?|actu|communiques?|dossiers?|tribunes?|conseils"
    r"|noticias?|actualidad|prensa|opinion|articulos?|consejos"
    r"|noticia|artigos?|imprensa|notizie|articoli?|comunicati|nieuws|artikelen|nyheter|nyheder|uutiset|wiadomosci|aktualnosci"
    r"|ニュース|プレスリリース|コラム|記事"
)
#: The parts of a board that are no postings.
BOARD_NEWS = re.compile(
    r"pulse|posts|feed|in|learning|news|newsroom|blog|advice|career-?advice|career-guide|karriere-?ratgeber|ratgeber|karrieretipps"
    r"|hiring-?(?:lab|advice|resources)|hire|resources|press|reviews?|articles?|magazin|magazine|insights|conseils|media|guide|guides|salaries"
)
DATE_PATH = re.compile(
    r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?:[/-](?:0?[1-9]|[12]\d|3[01]))?(?:/|-|$)"
)

#: Words that only a posting's title has ...
JOB_WORDS = frozenset(
    """
    vacancy vacancies permanent freelance vollzeit teilzeit gesucht stellenangebot stellenangebote stellenanzeige
    stellenausschreibung cdi cdd alternance recrute recrutement empleo vacante vaga vagas contrata vacature vacatures
    gezocht m/w/d w/m/d h/f f/h m/f/d f/m/d m/f/x m/v
    """.split()
)
#: ... and phrases, looked for only where one of these stands.
JOB_HINTS = frozenset(
    "job jobs hiring full part time fixed contract home offre oferta offerta hour annum year pa stelle".split()
)
JOB_TITLE = re.compile(
    r"\((?:[mwfdxhgi](?:[/|*,\s-]+[mwfdxhgin]){1,3})\)|\b[mfwh]/[fwmdhv](?:/[dxmwfv])?\b|\(all genders?\)"
    r"|\bjobs? (?:in|at|bei|chez|à|en)\b|\bis hiring\b|\bjob (?:application|details?|description|opening|offer)\b"
    r"|\b(?:full|part)[- ]time\b|\bfixed[- ]term\b|\bcontract\b.{0,12}\bmonths?\b|\bhome ?office\b"
    r"|\boffre d.emploi|\boferta de (?:empleo|trabajo|emprego)|\bofferta di lavoro"
    r"|\$\d[\d,.]*k?\s?(?:-|–|to)\s?\$?\d|\b(?:per|an|a) (?:hour|annum|year)\b|\bp\.?a\.?\b"
    r"|求人|募集|採用|正社員|転職|中途|アルバイト|年収|月給|時給|채용|招聘",
    re.IGNORECASE,
)
#: Trades and ranks: a title may be a posting's. Papers name them as well, so it is a weak sign.
ROLE_WORDS = frozenset(
    """
    manager managerin lead leader director officer associate agent consultant designer engineer developer researcher
    analyst specialist coordinator co-ordinator assistant adviser advisor administrator representative rep executive
    supervisor partner intern internship trainee apprentice apprenticeship strategist architect owner planner technician
    clerk nurse teacher host ambassador expert champion scientist writer editor president vp svp chief principal
    receptionist cashier driver worker colleague crew barista accountant buyer recruiter copywriter coach therapist
    mechanic electrician cook cleaner carer tutor lecturer professor fellow investigator collector trader programmer
    auditor organizer organiser advocate attendant operator steward concierge waiter bartender merchandiser assessor
    leiter leiterin leitung mitarbeiter mitarbeiterin berater beraterin referent referentin werkstudent werkstudentin
    sachbearbeiter sachbearbeiterin praktikant praktikantin praktikum fachkraft kundenbetreuer kundenbetreuerin
    responsable chargé chargée charge conseiller conseillère directeur directrice chef cheffe stagiaire stage assistante
    technicien technicienne consultante gestionnaire alternant alternante ingénieur ingénieure développeur
    gerente jefe jefa analista asesor asesora directora especialista coordinador coordinadora técnico técnica técnico/a
    encargado encargada agente consultor consultora becario becaria prácticas desarrollador
    coordenador coordenadora assistente diretor diretora estagiário estagiária estágio atendente addetto addetta
    responsabile tirocinio desenvolvedor desenvolvedora
    medewerker adviseur teamleider stagiair hoofd beheerder gastvrouw gastheer medarbetare rådgivare konsulent leder
    specialista kierownik specjalista doradca asystent
    """.split()
)
ROLE = re.compile(
    r"\bhead of\b|\bscrum master\b|(?:leiter|berater|manager|betreuer)(?:in)?\b|medewerker\b|ansvarig\b|chef\b"
    r"|担当|マネージャー|リーダー|スタッフ|エンジニア|コンサルタント|デザイナー|ディレクター|매니저|经理"
)

#: With what only people who write begin a title ...
OPENERS = frozenset(
    """
    how why what when where who inside meet behind latest is are can does do
    wie warum wieso was weshalb so comment pourquoi quel quels quelle quelles cómo como por qué qué cuál cuáles quais
    hoe waarom wat welke zo come perché quali
    """.split()
)
#: ... and what they put before a colon.
LABELS = frozenset(
    """
    watch opinion comment interview review podcast webinar video study survey report analysis recap look exclusive
    breaking letters letter podcast update explainer kommentar umfrage studie tribune étude enquête encuesta estudio
    opinión pesquisa onderzoek
    """.split()
)
#: Words of headlines, a set a theme or a language: each set that is met is one sign.
HEADLINE_WORDS = tuple(
    frozenset(words.split())
    for words in (
        """says say said announces announce announced launches launched unveils unveiled reveals reveal appoints appoint
        appointed names named hires promotes promoted joins joined acquires acquired raises raised wins won reports sues
        warn warns urges slams tempt tempts debut debuts boosts surges soars plunges falls rises climbs sells buys expands
        opens closes cuts slashes shows finds witnessed advances killed faces transforms reshapes redefines redefining
        rethinks mourns""",
        """shares nasdaq nyse earnings ipo forecast cagr layoff layoffs lawsuit quarter funding""",
        """is are was were has have had will can could should must does did isn't aren't won't doesn't""",
        """after amid despite against his her their its who that this these but not than into since before during what
        when why how""",
        """award awards conference summit keynote whitepaper ebook e-book newsletter podcast webinar""",
        """ernennt startet übernimmt gewinnt umfrage studie interview ratgeber trends zeigt sagt kündigt warnt macht setzt
        sind ist wird werden verbessert gestalten""",
        """nomme nommé nommée annonce lance rachète dévoile étude enquête sondage tribune tendances est sont veut selon
        reçoit""",
        """nombra anuncia lanza presenta compra estudio encuesta entrevista tendencias según apuesta es son crece abre
        adquiere nomeia lança apresenta estudo pesquisa tendências segundo conquista investe""",
        """benoemt benoemd kondigt lanceert onderzoek volgens wint opent wordt zijn""",
        """nomina annuncia lancia acquisisce ricerca secondo vince sono""",
    )
)
_COUNTED = (
    r"ways|tips|trends|things|reasons|steps|tools|examples|lessons|best|questions|mistakes|strategies|benefits|companies"
    r"|ideas|predictions|stats|statistics|facts|tipps|fragen|gründe|conseils|raisons|claves|consejos|razones|dicas"
    r"|motivos|vragen|redenen"
)
_NUMBER = (
    r"\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs|sieben|acht|zehn|trois|quatre|cinq"
    r"|sept|dix|tres|cuatro|cinco|siete|diez|drie|vijf|zeven|tien"
)
#: Shapes of headlines: each that is met is one sign more.
HEADLINE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:{_NUMBER}) (?:[^\W\d]+[ -]){{0,4}}(?:{_COUNTED})\b",
        r"\b(?:best|top) (?:\d+|practices)|\b(?:ultimate|complete|beginner.s) guide\b",
        r"\b(?:trends|statistics|predictions|guide) (?:for|to|in|of)\b|^(?:o que|por que|qu.est-ce)\b",
        r"\b(?:partners with|steps down|to lay off|lays? off|case study|press release|state of|key players)\b",
        r"\bmarket (?:size|share|report|growth|research|analysis|revenue|\d{4})\b|\bSeries [A-F]\b",
        r"\b(?:awards?|conference|summit|expo|congress)\b.*\b20\d\d\b",
        r"\?(?:\s|$|\W*$)|^[¿¡]|^[^:]{3,40}: (?:how|why|what|when)\b|[“„«»\"‘'].{8,}[”“«»\"’']",
        r"とは|方法|発表|開催|調査|ランキング|レポート|を開始|提供開始|セミナー|事例|解説|ニュース|について|が語る|受賞|就任|なぜ|向上",
    )
)
JOB_SNIPPET = re.compile(
    r"\bjob details\b|\bjob type\b|\bpay\. |\bapply (?:now|today|online|by|on)\b|\beasy apply\b|\bwe(?:.re| are) (?:looking|hiring|seeking|recruiting)"
    r"|\bresponsibilities\b|\bsalary\b|\bfull[- ]time\b|\bpart[- ]time\b|\bjob description\b|\bthe (?:ideal|successful) candidate|\bjoin (?:our|us)\b|\breport(?:s|ing) to\b"
    r"|\byou will\b|\byears.{0,3} experience\b|\bper (?:hour|annum)\b|\bvacancy\b|\bwe(?:.re| are) on the lookout"
    r"|\bwir suchen\b|\bsuchen wir\b|\bbewerb|\bihre aufgaben\b|\bdeine aufgaben\b|\bunbefristet|\bvollzeit\b|\bteilzeit\b|\bzum n[aä]chstm[oö]glichen"
    r"|\b(?:nous )?recherch(?:ons|e)\b|\bpostul|\bcandidat|\bCDI\b|\bCDD\b|\bvos missions\b|\bprofil recherch|\bposte\b"
    r"|\bbuscamos\b|\bse busca\b|\bincorporar\b|\brequisitos\b|\bfunciones\b|\bsueldo\b|\bsalario\b|\binscr[ií]be|\bvaga\b|\bprocuramos\b|\brequisitos\b|\bbenef[ií]cios\b"
    r"|\bwij zoeken\b|\bzoeken wij\b|\bsollicit|\bjouw (?:rol|functie)\b|\bcerchiamo\b|\bricerchiamo\b|\bcandidati\b|\bvi s[oö]ker\b|\bszukamy\b|\baplikuj"
    r"|募集|応募|仕事内容|給与|勤務地|年収|月給|歓迎|求人",
    re.IGNORECASE,
)
NEWS_SNIPPET = re.compile(
    r"\b(?:said|according to|announced|told|reported|yesterday|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|this week|shares of|analysts|CEO of|spokes(?:man|woman|person))\b"
    r"|\b(?:sagte|laut|teilte|mitgeteilt|erkl[aä]rte|selon|a annonc[ée]|d[ée]clar|seg[uú]n|anunci[oó]|afirm|dijo|segundo|disse|volgens|zei|secondo|ha detto)\b|発表した|と述べ|によると|明らかに",
    re.IGNORECASE,
)
