"""Words compared across inflections and the two languages, for judging what a sentence is about."""

import re
import unicodedata
from functools import cache

_TOKEN = re.compile(r"\d+(?:[/-]\d+)+|[^\W_]+")

# Same concept, either language; compared after stemming.
_CONCEPTS = """
    fine fined penalty Geldbuße Bußgeld Strafe Geldstrafe
    court Gericht Gerichtshof
    justice Gerichtshof
    law act Gesetz statute
    decide decided decision decisions ruling ruled judgment judgement Entscheidung Urteil entschied
    commission Kommission
    parliament Parlament
    council Rat
    hospital Krankenhaus Krankenhäuser
    vote votes voted voting Abstimmung stimmte stimmten gestimmt abgestimmt
    apply applies applied application gelten gilt galt Anwendung
    regulation Verordnung
    directive Richtlinie
    annul annulled annulment invalid invalidate invalidated nichtig Nichtigerklärung
    reform Reform
    government Regierung Bundesregierung
    minister secretary Minister Ministerin
    adopt adopted adoption verabschiedet angenommen beschlossen Beschluss beschloss
    propose proposed proposal Vorschlag vorgeschlagen
    data Daten
    transfer transfers Übermittlung Datenübermittlung
    safety Sicherheit
    artificial künstliche
    intelligence Intelligenz
    AI KI
    market Markt
    digital digitale
    company companies Unternehmen
    high amount height hoch Höhe
    force Kraft
    appeal appealed Berufung Rechtsmittel
    case Fall Rechtssache
    proceeding proceedings Verfahren
    obligation obligations duty duties Pflicht Pflichten
    president Präsident Bundespräsident
    sign signed unterzeichnet unterzeichnete
    Germany German Deutschland deutsche deutschen Bundesrepublik
    France Frankreich
    Ireland Irland Irish
    protection Schutz
    online Online
    gatekeeper Torwächter
    deadline Frist
    subsidy subsidies Förderung Subvention
    approve approved approves approval gebilligt billigt Billigung zugestimmt Zustimmung
    pay pays paid repay repays repaid recover recovers recovered zahlen zahlt gezahlt zurückzahlen zurückgezahlt
    rule rules Regel Regeln Vorschrift Vorschriften
    risk risks Risiko Risiken Hochrisiko
    chip chips semiconductor semiconductors Halbleiter
    United Vereinigtes Vereinigten
    Kingdom Königreich
    consultation Konsultation
    ban bans banned prohibit prohibited prohibits prohibition prohibitions forbid forbidden verboten
    repeal repealed aufgehoben außer
    reduce reduced reduction lowered gesenkt herabgesetzt verringert
"""

# What carries the question, not its subject.
_FRAME = """
    a about above according after again against all already also am an and any are as at be because
    been before being between both but by can could day date days did do does doing done during each
    for from further get gets give given had happen happened happening happens has have having he
    her here hers him his how i if in into is it its itself just know known last latest list made
    make many may me might more most much must my new no nor not now of off on once only or other
    our out over own please recent recently said same say says shall she should show since so some
    stand state stage status still such tell than that the their them then there these they this
    those through to today under until up very was we were what when where whether which while who
    whom whose why will with would you your begin began begun start started starts beginn beginnt
    begann effect currently exactly explain describe summary summarise summarize high large big long back
    ab aber alle allem allen aller alles als auch auf aus bei beim bereits besteht bin bis bitte da
    damit dann darf das dass datum dein dem den denn der des dessen die dies diese diesem diesen
    dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas fand findet
    für gab geben genau geschah geschehen geschieht gibt ging haben hat hatte hatten hier hoch ich
    ihm ihn ihr ihre im ins ist ja jede jetzt kann kannst kein keine können machen macht man mehr
    mich mit muss müssen nach nicht noch nun nur ob oder ohne passiert passierte sagt sagte sehr
    sein seine seit sich sie sind soll sollen sollte sowie tag trat tritt treten getreten über um
    und uns unter vom von vor wann war waren warum weil welche welchem welchen welcher welches wem
    wen wenn wer werden wessen wie wieder wieso wird wir wo worden wurde wurden zu zum zur zwischen
    steht aktuell aktuelle derzeit viel viele worum geht regelt sieht drin mean means contain
    contains regulate regulates require requires gegen thank thanks hello hi hallo danke information informationen
"""

_MONTHS = """
    january february march april may june july august september october november december
    januar februar märz mai juni juli oktober dezember
"""

_SUFFIXES = ("ings", "ing", "ies", "eds", "ed", "ers", "ern", "er", "em", "en", "es", "e", "s")


def tokens(text: str) -> list[str]:
    """Words and numbers of a text, as written; a number such as 2024/1689 or 117-167 is one."""
    return _TOKEN.findall(text)


@cache
def stem(word: str) -> str:
    """A word without case, accents and the commonest endings of English and German."""
    folded = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    if plain.isdigit() or len(plain) < 4 or plain.endswith("ss"):
        return plain
    for suffix in _SUFFIXES:
        if plain.endswith(suffix) and len(plain) - len(suffix) >= 3:
            return plain[: -len(suffix)] + ("y" if suffix == "ies" else "")
    return plain


@cache
def _concepts() -> dict[str, str]:
    named: dict[str, str] = {}
    for line in _CONCEPTS.split("\n"):
        words = [stem(word) for word in line.split()]
        for word in words:
            named.setdefault(word, words[0])
    return named


@cache
def _frame() -> frozenset[str]:
    return frozenset(stem(word) for word in (_FRAME + _MONTHS).split())


@cache
def concept(word: str) -> str:
    """The same string for words that mean the same."""
    stemmed = stem(word)
    return _concepts().get(stemmed, stemmed)


def concepts(text: str) -> frozenset[str]:
    """Everything a text is about."""
    return frozenset(concept(word) for word in tokens(text))


_IS_DAY = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d)?|\d{1,2}")


def content_words(text: str) -> tuple[str, ...]:
    """The words of a question that name its subject, each once, as written.

    Years and days are left out: they say when, not what.
    """
    kept: dict[str, str] = {}
    for word in tokens(text):
        short = len(word) < 2 and not word.isdigit()
        if short or stem(word) in _frame() or _IS_DAY.fullmatch(word):
            continue
        kept.setdefault(concept(word), word)
    return tuple(kept.values())


_JURISDICTIONS = {
    "DE": r"Germany|German|Deutschland|deutsch\w*",
    "EU": r"EU|European Union|[Ee]uropean|Europe|[Ee]uropäische\w*|Europa",
    "FR": r"France|French|Frankreich",
    "IE": r"Ireland|Irish|Irland",
    "UK": r"UK|United Kingdom|Britain|[Bb]ritish|[Bb]ritische\w*|England|Großbritannien|Vereinigte\w* Königreich",
    "US": r"US|USA|U\.S\.|United States|America|[Aa]merican|[Aa]merikanische\w*|Vereinigte\w* Staaten|Amerika",
}


def read_places(text: str) -> frozenset[str]:
    """Codes of the jurisdictions that a text names."""
    return frozenset(
        code for code, names in _JURISDICTIONS.items() if re.search(rf"(?<!\w)(?:{names})(?!\w)", text)
    )
