"""How things are said to a reader, in English and German."""

import datetime as dt
import re
from collections.abc import Mapping

from political_monitoring.answering.conversation import Language
from political_monitoring.answering.quoting import inside_quotation, plain
from political_monitoring.domain.facts import Fact
from political_monitoring.domain.ontology import load_ontology

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember",
    ),
}  # fmt: skip

_PHRASES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "as_of": "As of {day}: ",
        "before": "Before that: ",
        "also": "Also:",
        "earlier": "Earlier:",
        "changes": "{name}: what happened",
        "between": " between {since} and {until}",
        "from": " since {since}",
        "to": " until {until}",
        "stage": "{name} – status since {day}: {label}",
        "undated": "an unknown day",
        "amount": "{name} has stood at {amount} since {day}",
        "enters_into_force": "{name} enters into force on {day}",
        "entered_into_force": "{name} entered into force on {day}",
        "applies_from": "{name} applies from {day}",
        "applied_from": "{name} applies since {day}",
        "annulled": "nothing",
        "set_at": "{name}, set at {earlier}",
        "was_annulled": ", was annulled on {day}",
        "annulment_upheld": "The annulment was upheld on {day}",
        "revised": "{name} was {direction} from {earlier}",
        "revised_to": " to {later} on {day}",
        "lower": "reduced",
        "higher": "raised",
        "conflict": "The sources contradict each other about {name} on {day}: {first}",
        "conflict_or": " or {second}",
        "votes_differ": "The sources give different results of the vote on {name} on {day}:",
        "act": "{actor} {label} {name} ({day})",
        "act_introduces": "{actor} introduced {name} on {day}",
        "act_proposes": "{actor} proposed {name} on {day}",
        "act_signs": "{actor} signed {name} on {day}",
        "act_fines": "{actor} fined {name} on {day}",
        "act_annuls": "{actor} annulled {name} on {day}",
        "act_supports": "{actor} supports {name} ({day})",
        "act_opposes": "{actor} opposes {name} ({day})",
        "act_lobbies_for": "{actor} lobbies for {name} ({day})",
        "act_lobbies_against": "{actor} lobbies against {name} ({day})",
        "act_votes_for": "{actor} voted for {name} on {day}",
        "act_votes_against": "{actor} voted against {name} on {day}",
        "act_abstains_from": "{actor} abstained from the vote on {name} on {day}",
        "act_misses_vote": "{actor} did not vote on {name} on {day}",
        "act_led_by": "{name} is led by {actor} ({day})",
        "names": "{first} and {last}",
        "vote": "The vote on {name} on {day} was {yes} to {no}",
        "nobody_against": "Nobody voted against {name} on {day}; the vote was {yes} to {no}",
        "nobody_for": "Nobody voted for {name} on {day}; the vote was {yes} to {no}",
        "no_names": "The collection gives the count, not the names of those who voted.",
        "unknown": "{names} is not in the collection, so there is no evidence to answer from.",
        "nothing": "The collection holds no evidence that answers this question{when}.",
        "nothing_when": " as of {day}",
        "searched": "Searched for: {words}.",
        "nearest": "The nearest document is {title}, which does not answer it",
        "rests": "Rests on {sources} from {publishers}{newest}; as of {as_of}{later}{told}.",
        "rests_nothing": "Rests on no source; as of {as_of}.",
        "near_names": "The names most like it in the collection are: {names}.",
        "holds": "The collection holds {documents} of {years}{places}.",
        "holds_of": " from {places}",
        "holds_none": "It holds none from {places}.",
        "begins": "Its oldest document is of {year}.",
        "document": "1 document", "documents": "{n} documents",
        "which_one": "Which one do you mean?",
        "window_empty": "{what}: nothing is recorded. The nearest events outside that time:",
        "greeting": "Hello. Ask me about a law, a procedure, a vote or a fine; I answer from the collection and cite "
        "every sentence.",
        "thanks": "You are welcome.",
        "help": "Ask where a law or bill stands, today or on a given day; what happened to it between two days; "
        "when it was adopted, enters into force or applies; who proposed it, who voted for or against it; how high "
        "a fine is; what a text says. I answer only what documents of the collection say, and cite each sentence.",
        "place_EU": "the European Union", "place_DE": "Germany", "place_FR": "France", "place_IE": "Ireland",
        "place_UK": "the United Kingdom", "place_US": "the United States",
        "newest": "; newest: {day}",
        "rests_later": " (published after that day: {n})",
        "source": "1 source", "sources": "{n} sources", "publisher": "1 publisher",
        "publishers": "{n} independent publishers",
        "told": "; it names 1 contradiction between sources", "tolds": "; it names {n} contradictions between sources",
        "not_covered": "Not covered: {gaps}",
        "cost": "Cost: {cost} for {n} tokens.",
        "unverified": "A sentence was left out because its quotation does not stand in the stored document.",
        "failed": "{tool} could not be used: {error}",
        "more": "{n} more events are left out.",
        "step_understand": "Reading the question",
        "step_plan": "Planning: {intent}{names}",
        "step_look_up": "Looking up: {tools}",
        "step_synthesise": "Writing the answer",
        "step_verify": "Checking every quotation against its document",
        "tool_returned": "{tool}: {n} found",
        "ask_back": "The question may mean several things, which have different answers: {names}. Which one is meant?",
        "llm_not_set": "Answered locally, because no language model is set.",
        "llm_to_local": "Answered locally, because {reason}.",
        "llm_read_locally": "The question was read and planned locally, because {reason}.",
        "llm_broke_off": "The end of the answer was written locally, because {reason}.",
        "llm_nothing_stands": "no sentence of the model could be verified",
        "llm_no_time": "no time was left for the model",
        "llm_sentences_dropped": "Sentences of the model that could not be verified and were left out: {n}.",
        "llm_calls_dropped": "Calls of the model that are not those of a tool and were not made: {n}.",
    },
    "de": {
        "as_of": "Stand {day}: ",
        "before": "Davor: ",
        "also": "Außerdem:",
        "earlier": "Früher:",
        "changes": "{name}: was geschah",
        "between": " zwischen dem {since} und dem {until}",
        "from": " seit dem {since}",
        "to": " bis zum {until}",
        "stage": "{name} – Stand seit dem {day}: {label}",
        "undated": "unbekanntem Tag",
        "amount": "{name} beträgt seit dem {day} {amount}",
        "enters_into_force": "{name} tritt am {day} in Kraft",
        "entered_into_force": "{name} trat am {day} in Kraft",
        "applies_from": "{name} gilt ab dem {day}",
        "applied_from": "{name} gilt seit dem {day}",
        "annulled": "null",
        "set_at": "{name}, festgesetzt auf {earlier}",
        "was_annulled": ", wurde am {day} für nichtig erklärt",
        "annulment_upheld": "Die Nichtigerklärung wurde am {day} bestätigt",
        "revised": "{name} wurde {direction}: von {earlier}",
        "revised_to": " auf {later} am {day}",
        "lower": "gesenkt",
        "higher": "erhöht",
        "conflict": "Die Quellen widersprechen sich über {name} am {day}: {first}",
        "conflict_or": " oder {second}",
        "votes_differ": "Die Quellen nennen verschiedene Ergebnisse der Abstimmung über {name} am {day}:",
        "act": "{actor} {label} {name} ({day})",
        "act_introduces": "{actor} brachte {name} am {day} ein",
        "act_proposes": "{actor} schlug {name} am {day} vor",
        "act_signs": "{actor} unterzeichnete {name} am {day}",
        "act_fines": "{actor} verhängte am {day} eine Geldbuße gegen {name}",
        "act_annuls": "{actor} erklärte {name} am {day} für nichtig",
        "act_supports": "{actor} unterstützt {name} ({day})",
        "act_opposes": "{actor} lehnt {name} ab ({day})",
        "act_lobbies_for": "{actor} wirbt für {name} ({day})",
        "act_lobbies_against": "{actor} wirbt gegen {name} ({day})",
        "act_votes_for": "Für {name} gab es am {day} Stimmen von {actor}",
        "act_votes_against": "Gegen {name} gab es am {day} Stimmen von {actor}",
        "act_abstains_from": "Der Stimme über {name} enthielten sich am {day}: {actor}",
        "act_misses_vote": "Über {name} stimmten am {day} nicht ab: {actor}",
        "act_led_by": "{name} wird von {actor} geleitet ({day})",
        "names": "{first} und {last}",
        "vote": "Die Abstimmung über {name} am {day} ging {yes} zu {no} aus",
        "nobody_against": "Gegen {name} stimmte am {day} niemand; die Abstimmung ging {yes} zu {no} aus",
        "nobody_for": "Für {name} stimmte am {day} niemand; die Abstimmung ging {yes} zu {no} aus",
        "no_names": "Die Sammlung nennt das Ergebnis, nicht die Namen der Abstimmenden.",
        "unknown": "{names} kommt in der Sammlung nicht vor; es gibt daher keinen Beleg für eine Antwort.",
        "nothing": "Die Sammlung enthält keinen Beleg, der diese Frage{when} beantwortet.",
        "nothing_when": " zum Stand {day}",
        "searched": "Gesucht wurde nach: {words}.",
        "nearest": "Das nächstliegende Dokument beantwortet sie nicht: {title}",
        "rests": "Beruht auf {sources} von {publishers}{newest}; Stand {as_of}{later}{told}.",
        "rests_nothing": "Beruht auf keiner Quelle; Stand {as_of}.",
        "near_names": "Am ähnlichsten sind in der Sammlung die Namen: {names}.",
        "holds": "Die Sammlung enthält {documents} aus {years}{places}.",
        "holds_of": "; Herkunft: {places}",
        "holds_none": "Keines davon ist aus: {places}.",
        "begins": "Das älteste Dokument ist von {year}.",
        "document": "1 Dokument", "documents": "{n} Dokumente",
        "which_one": "Welches ist gemeint?",
        "window_empty": "{what}: nichts verzeichnet. Die nächsten Ereignisse außerhalb dieser Zeit:",
        "greeting": "Guten Tag. Fragen Sie nach einem Gesetz, einem Verfahren, einer Abstimmung oder einer Geldbuße; "
        "ich antworte aus der Sammlung und belege jeden Satz.",
        "thanks": "Gern geschehen.",
        "help": "Fragen Sie, wo ein Gesetz oder Entwurf steht, heute oder an einem bestimmten Tag; was zwischen zwei "
        "Tagen geschah; wann etwas beschlossen wurde, in Kraft tritt oder gilt; wer es vorschlug, wer dafür oder "
        "dagegen stimmte; wie hoch eine Geldbuße ist; was in einem Text steht. Ich antworte nur, was Dokumente der "
        "Sammlung sagen, und belege jeden Satz.",
        "place_EU": "Europäische Union", "place_DE": "Deutschland", "place_FR": "Frankreich", "place_IE": "Irland",
        "place_UK": "Vereinigtes Königreich", "place_US": "Vereinigte Staaten",
        "newest": "; neueste: {day}",
        "rests_later": " (später veröffentlicht: {n})",
        "source": "1 Quelle", "sources": "{n} Quellen", "publisher": "1 Herausgeber",
        "publishers": "{n} unabhängigen Herausgebern",
        "told": "; nennt 1 Widerspruch zwischen Quellen", "tolds": "; nennt {n} Widersprüche zwischen Quellen",
        "not_covered": "Nicht erfasst: {gaps}",
        "cost": "Kosten: {cost} für {n} Token.",
        "unverified": "Ein Satz wurde weggelassen, weil sein Zitat nicht im gespeicherten Dokument steht.",
        "failed": "{tool} war nicht verfügbar: {error}",
        "more": "{n} weitere Ereignisse sind nicht aufgeführt.",
        "step_understand": "Frage lesen",
        "step_plan": "Planen: {intent}{names}",
        "step_look_up": "Nachschlagen: {tools}",
        "step_synthesise": "Antwort schreiben",
        "step_verify": "Jedes Zitat am Dokument prüfen",
        "tool_returned": "{tool}: {n} gefunden",
        "ask_back": "Die Frage kann Verschiedenes meinen, mit verschiedenen Antworten: {names}. Was ist gemeint?",
        "llm_not_set": "Lokal beantwortet, weil kein Sprachmodell eingestellt ist.",
        "llm_to_local": "Lokal beantwortet ({reason}).",
        "llm_read_locally": "Die Frage wurde lokal gelesen und geplant ({reason}).",
        "llm_broke_off": "Das Ende der Antwort wurde lokal geschrieben ({reason}).",
        "llm_nothing_stands": "kein Satz des Modells ließ sich belegen",
        "llm_no_time": "für das Modell blieb keine Zeit",
        "llm_sentences_dropped": "Sätze des Modells, die sich nicht belegen ließen und weggelassen wurden: {n}.",
        "llm_calls_dropped": "Aufrufe des Modells, die zu keinem Werkzeug passen und nicht gemacht wurden: {n}.",
    },
}  # fmt: skip


def say(language: Language, phrase: str, **values: object) -> str:
    """A phrase with its blanks filled."""
    return _PHRASES[language][phrase].format(**values)


def day(date: dt.date, language: Language) -> str:
    """A day as a reader writes it: "6 February 2026", "6. Februar 2026"."""
    month = _MONTHS[language][date.month - 1]
    return f"{date.day}. {month} {date.year}" if language == "de" else f"{date.day} {month} {date.year}"


def quoted(text: str, language: Language) -> str:
    """Words of a source on one line, in the language's quotation marks; marks inside become single ones."""
    inner = inside_quotation(text)
    return f"„{inner}“" if language == "de" else f"“{inner}”"


def place(code: str, language: Language) -> str:
    """A jurisdiction's name."""
    return say(language, f"place_{code}")


def counted(language: Language, what: str, n: int) -> str:
    """ "1 source", "3 sources"."""
    return say(language, what if n == 1 else what + "s", n=n)


def stage_label(stage: str, language: Language) -> str:
    """The ontology's label; a stage it does not know is shown as it came."""
    ontology = load_ontology()
    return (
        ontology.stage_label(stage, language) if stage in ontology.stages else plain(stage.replace("_", " "))
    )


def amount(fact: Fact, language: Language) -> str:
    """A stored amount such as "4125000000 EUR" as readers write it; of an annulled one nothing is left."""
    found = re.fullmatch(r"(\d+) ([A-Z]{3})", fact.value or "")
    if found is None:
        return plain(fact.words or fact.value or "")
    number, currency = int(found[1]), found[2]
    if number == 0:
        return say(language, "annulled")
    scale, word = next((one for one in _SCALES[language] if _is_round(number, one[0])), (1, ""))
    figure = f"{number / scale:,.3f}".rstrip("0").rstrip(".") if scale > 1 else f"{number:,}"
    if language == "de":
        figure = figure.translate(str.maketrans(",.", ".,"))
        return " ".join(part for part in (figure, word, "Euro" if currency == "EUR" else currency) if part)
    return " ".join(part for part in (currency, figure, word) if part)


def _is_round(number: int, scale: int) -> bool:
    """Whether three decimals of so many say it all."""
    return number >= scale and number % (scale // 1000) == 0


_SCALES: Mapping[Language, tuple[tuple[int, str], ...]] = {
    "en": ((10**9, "billion"), (10**6, "million")),
    "de": ((10**9, "Milliarden"), (10**6, "Millionen")),
}


def stage_sentence(name: str, stage: str, since: dt.date, language: Language) -> str:
    """ "H.Con.Res. 72 passed the House on 11 February 2026", without a full stop.

    Labels come in a few grammatical shapes; one of another shape is set beside the name as it is.
    """
    label, when = stage_label(stage, language), day(since, language)
    for pattern, sentence in _SHAPES[language]:
        if re.match(pattern, label):
            return sentence.format(name=name, label=label, day=when)
    return say(language, "stage", name=name, label=label, day=when)


_SHAPES: Mapping[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        (r"in ", "{name} has been {label} since {day}"),
        (r"applies in part$", "{name} has applied in part since {day}"),
        (r"applies$", "{name} has applied since {day}"),
        (r"(?:passed|became|failed|received) ", "{name} {label} on {day}"),
        (r"(?:provisionally )?(?:\w+ed|sent|withdrawn|upheld)\b", "{name} was {label} on {day}"),
    ),
    "de": (
        (r"(?:im Ausschuss|in )", "{name} ist seit dem {day} {label}"),
        (r"gilt", "{name} {label} seit dem {day}"),
        (r".*geworden$", "{name} ist am {day} {label}"),
        (r"außer Kraft", "{name} ist seit dem {day} {label}"),
        (r".*(?:gescheitert)$", "{name} ist am {day} {label}"),
        (r"(?!vorläufige )[a-zäöü].*(?:t|en)$", "{name} wurde am {day} {label}"),
    ),
}
