"""Names of countries and of their parts, with the abbreviations that boards write. Data alone.

Parts are written as their country's code and their own: ``us-ny``. Where a name is both a country
and a part (Georgia), the part is left to the words around it.
"""

from __future__ import annotations

_COUNTRIES = """
us=united states|united states of america|usa|us|u s|u s a|america
gb=united kingdom|uk|great britain|gb|u k|britain
ca=canada
au=australia
nz=new zealand
ie=ireland|republic of ireland
de=germany|deutschland
at=austria|osterreich
ch=switzerland|schweiz|suisse
fr=france
be=belgium|belgique|belgie
nl=netherlands|the netherlands|nederland|holland
lu=luxembourg
es=spain|espana
pt=portugal
it=italy|italia
se=sweden|sverige
no=norway|norge
dk=denmark|danmark
fi=finland|suomi
pl=poland|polska
cz=czech republic|czechia
sk=slovakia
hu=hungary
ro=romania
bg=bulgaria
gr=greece
ee=estonia
lv=latvia
lt=lithuania
ua=ukraine
tr=turkey|turkiye
il=israel
ae=united arab emirates|uae|u a e
sa=saudi arabia
qa=qatar
eg=egypt
za=south africa
ng=nigeria
ke=kenya
in=india
id=indonesia
ph=philippines|the philippines
my=malaysia
th=thailand
vn=vietnam|viet nam
jp=japan
kr=south korea|korea|republic of korea
cn=china
tw=taiwan
mx=mexico
br=brazil|brasil
ar=argentina
co=colombia
cl=chile
pe=peru
uy=uruguay
cr=costa rica
"""
_PARTS = """
us=al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut
us=de delaware|fl florida|ga georgia|hi hawaii|id idaho|il illinois|in indiana|ia iowa|ks kansas
us=ky kentucky|la louisiana|me maine|md maryland|ma massachusetts|mi michigan|mn minnesota
us=ms mississippi|mo missouri|mt montana|ne nebraska|nv nevada|nh new hampshire|nj new jersey
us=nm new mexico|ny new york|nc north carolina|nd north dakota|oh ohio|ok oklahoma|or oregon
us=pa pennsylvania|ri rhode island|sc south carolina|sd south dakota|tn tennessee|tx texas|ut utah
us=vt vermont|va virginia|wa washington|wv west virginia|wi wisconsin|wy wyoming
us=dc district of columbia|pr puerto rico
ca=ab alberta|bc british columbia|mb manitoba|nb new brunswick|nl newfoundland and labrador
ca=ns nova scotia|on ontario|pe prince edward island|qc quebec|sk saskatchewan
au=nsw new south wales|qld queensland|sa south australia|tas tasmania|vic victoria
au=wa western australia|act australian capital territory|nt northern territory
gb=eng england|sct scotland|wls wales|nir northern ireland
"""

#: A country's name or abbreviation, folded, and its code.
COUNTRIES = {
    name: code
    for line in _COUNTRIES.split("\n")
    if line
    for code, _, names in [line.partition("=")]
    for name in names.split("|")
}
_NAMED = [
    (f"{country}-{short}", short, name)
    for line in _PARTS.split("\n")
    if line
    for country, _, parts in [line.partition("=")]
    for part in parts.split("|")
    for short, _, name in [part.partition(" ")]
]
#: A part's full name, folded, and its code.
PARTS = {name: code for code, _, name in _NAMED}
#: A part's abbreviation and the codes it may stand for.
SHORT_PARTS: dict[str, tuple[str, ...]] = {
    short: tuple(code for code, other, _ in _NAMED if other == short) for _, short, _ in _NAMED
}
#: Cities that are written in several ways, by one of them.
CITIES = {
    "new york city": "new york", "nyc": "new york", "new york new york": "new york",
    "manhattan": "new york", "sf": "san francisco", "san fran": "san francisco",
    "sf bay area": "san francisco bay", "san francisco bay area": "san francisco bay",
    "bay area": "san francisco bay", "washington dc": "washington", "washington d c": "washington",
    "st louis": "saint louis", "st paul": "saint paul", "st petersburg": "saint petersburg",
    "ft worth": "fort worth", "ft lauderdale": "fort lauderdale", "dfw": "dallas fort worth",
    "munchen": "munich", "muenchen": "munich", "koln": "cologne", "koeln": "cologne",
    "wien": "vienna", "zurich": "zurich", "zuerich": "zurich", "geneve": "geneva",
    "frankfurt am main": "frankfurt", "nurnberg": "nuremberg", "hannover": "hanover",
    "milano": "milan", "roma": "rome", "torino": "turin", "lisboa": "lisbon", "praha": "prague",
    "warszawa": "warsaw", "kobenhavn": "copenhagen", "bruxelles": "brussels",
    "brussel": "brussels", "den haag": "the hague", "bangalore": "bengaluru", "bombay": "mumbai",
    "gurgaon": "gurugram", "ciudad de mexico": "mexico city", "cdmx": "mexico city",
    "sao paulo": "sao paulo", "tel aviv yafo": "tel aviv", "newcastle upon tyne": "newcastle",
    "city of london": "london", "central london": "london",
}  # fmt: skip
_DACH, _NORDICS, _BENELUX = {"de", "at", "ch"}, {"se", "no", "dk", "fi"}, {"be", "nl", "lu"}
_EU = (
    (_DACH - {"ch"}) | (_NORDICS - {"no"}) | _BENELUX
    | {"ie", "fr", "es", "pt", "it", "pl", "cz", "sk", "hu", "ro", "bg", "gr", "ee", "lv", "lt"}
)  # fmt: skip
_EUROPE = _EU | {"gb", "ch", "no", "ua"}
_MIDDLE_EAST = {"tr", "il", "ae", "sa", "qa", "eg"}
_APAC = {"au", "nz", "in", "id", "ph", "my", "th", "vn", "jp", "kr", "cn", "tw"}
_SOUTH = {"mx", "br", "ar", "co", "cl", "pe", "uy", "cr"}
#: Names of several countries together, folded, and their codes.
REGIONS: dict[str, frozenset[str]] = {
    name: frozenset(codes)
    for names, codes in (
        (("europe", "europa"), _EUROPE), (("eu", "european union"), _EU),
        (("emea",), _EUROPE | _MIDDLE_EAST | {"za", "ng", "ke"}),
        (("dach", "d a ch"), _DACH), (("nordics", "nordic", "scandinavia"), _NORDICS),
        (("benelux",), _BENELUX), (("baltics",), {"ee", "lv", "lt"}),
        (("iberia",), {"es", "pt"}), (("north america",), {"us", "ca", "mx"}),
        (("latam", "latin america", "south america"), _SOUTH),
        (("apac", "asia", "asia pacific"), _APAC), (("anz", "australasia"), {"au", "nz"}),
        (("middle east", "mena"), _MIDDLE_EAST), (("americas",), _SOUTH | {"us", "ca"}),
        (("uk and ireland", "uk ireland", "british isles"), {"gb", "ie"}),
    )
    for name in names
}  # fmt: skip
_WITHIN = """
de=bavaria|bayern|baden wurttemberg|hesse|hessen|saxony|sachsen|lower saxony|niedersachsen|saarland
de=north rhine westphalia|nordrhein westfalen|nrw|rhineland palatinate|rheinland pfalz|thuringen
de=schleswig holstein|brandenburg|mecklenburg vorpommern|sachsen anhalt|thuringia|ruhr|ruhrgebiet
at=tyrol|tirol|styria|steiermark|carinthia|karnten|upper austria|oberosterreich|niederosterreich
ch=aargau|ticino|valais|vaud|thurgau|romandie
fr=ile de france|brittany|bretagne|normandy|normandie|occitanie|nouvelle aquitaine|hauts de france
fr=auvergne rhone alpes|provence|paca|grand est|alsace|pays de la loire
es=catalonia|cataluna|catalunya|andalusia|andalucia|basque country|pais vasco|galicia
it=lombardy|lombardia|tuscany|toscana|piedmont|piemonte|veneto|lazio|sicily|sicilia|emilia romagna
nl=north holland|noord holland|south holland|zuid holland|north brabant|noord brabant|gelderland
nl=randstad
be=flanders|vlaanderen|wallonia|wallonie
gb=midlands|west midlands|east midlands|yorkshire|west yorkshire|south yorkshire|home counties|kent
gb=essex|surrey|sussex|west sussex|east sussex|hampshire|berkshire|buckinghamshire|hertfordshire
gb=cheshire|lancashire|merseyside|devon|cornwall|norfolk|suffolk|dorset|somerset|oxfordshire
gb=cambridgeshire|tyne and wear|south east|south west|north west|north east|east anglia
ie=leinster|munster|connacht|ulster
us=new england|midwest|pacific northwest|southern california|northern california|southeast|southwest
us=bay area|long island|tri state|silicon valley|northeast
in=maharashtra|karnataka|tamil nadu|telangana|kerala|gujarat|haryana|uttar pradesh|west bengal
"""
#: Names of what is neither a town nor a whole country, folded, and the country it lies in.
WITHIN = {
    name: country
    for line in _WITHIN.split("\n")
    if line
    for country, _, names in [line.partition("=")]
    for name in names.split("|")
}
