"""From what a text names to canonical entities: one thing, one entity. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Identifier, Mention
from political_monitoring.extraction.gazetteer import Gazetteer, KnownName
from political_monitoring.extraction.identifiers import LAW_SCHEMES, SCHEMES, spelled

# Which of several identifiers names the entity: the one that is known earliest and stays the longest.
_RANK = {
    scheme: rank
    for rank, scheme in enumerate(
        (
            "us-bill",
            "us-law",
            "de-vorgang",
            "eu-procedure",
            "celex",
            "eu-com",
            "uk-act",
            "uk-bill",
            "de-bgbl",
            "eu-commission-case",
            "eu-case",
        )
    )
}
LAW_TYPES = frozenset({"Bill", "Regulation", "Policy"})
"""Entity types of which a stage of lawmaking can be said."""

_ARTICLE = re.compile(r"^(?:the|a|an|der|die|das|des|dem|den)\s+")
_DASHES = re.compile(r"[‐‑‒–—]")
_QUOTES = re.compile(r"[\"“”„«»]")
_APOSTROPHES = re.compile(r"[’‘`´]")

# Entity type and scheme -> the attributes in such a number.
_ATTRIBUTES = {
    ("Bill", "us-bill"): re.compile(r"(?P<congress>\d+)-(?P<number>\w+-\d+)"),
    ("Bill", "de-drucksache"): re.compile(r"bt-(?P<term>\d+)/"),
    ("Bill", "uk-bill"): re.compile(r"(?P<number>.+)"),
    ("Regulation", "celex"): re.compile(r"3(?P<number>\d{4}[A-Z]\d{4})"),
    ("Regulation", "eu-procedure"): re.compile(r"(?P<procedure>.+)"),
    ("Regulation", "us-law"): re.compile(r"(?P<number>.+)"),
    ("Regulation", "uk-act"): re.compile(r"(?P<number>.+)"),
    ("Regulation", "uk-si"): re.compile(r"(?P<number>.+)"),
    ("Policy", "us-eo"): re.compile(r"(?P<number>.+)"),
    ("CourtCase", "eu-case"): re.compile(r"(?P<number>.+)"),
    ("CourtCase", "de-case"): re.compile(r"(?P<number>.+)"),
    ("EnforcementAction", "eu-commission-case"): re.compile(r"(?P<number>.+)"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something the text names, before it is known what else in the text is the same thing.

    Attributes:
        name: how it is called, or empty when only its number is known.
        span: where; None for what stands in the title or the URL alone.
        known: the gazetteer's entry, when it is one.
        type_override: entity type that the document itself states; "" leaves it to the identifier.
    """

    type: str
    jurisdiction: str
    name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[str, ...] = ()
    span: Span | None = None
    known: KnownName | None = None
    principal: bool = False
    type_override: str = ""

    @property
    def key(self) -> str:
        """What it is recognised by: its first identifier, else its type and name."""
        return str(self.identifiers[0]) if self.identifiers else name_id(self.type, self.name)

    @property
    def is_law(self) -> bool:
        """Whether a status can be said of it: a bill, an act, an order, a procedure."""
        if self.identifiers:
            return any(one.scheme in LAW_SCHEMES for one in self.identifiers)
        return self.type in LAW_TYPES


@dataclass(frozen=True, slots=True)
class Resolved:
    """Entities by id, the mentions in order, and which entity each candidate became."""

    entities: dict[str, Entity]
    mentions: tuple[Mention, ...]
    by_key: dict[str, str] = field(default_factory=dict)
    """Candidate key -> entity id."""


def normalise_name(name: str) -> str:
    """A name as names are compared: no article, one case, plain dashes, quotes and spaces."""
    plain = unicodedata.normalize("NFKC", name)
    plain = _APOSTROPHES.sub("'", _QUOTES.sub("", _DASHES.sub("-", plain)))
    plain = " ".join(plain.casefold().split()).strip(" .,;:")
    return _ARTICLE.sub("", plain)


def name_id(type_: str, name: str) -> str:
    """Entity id of something that has a name and no identifier."""
    return f"{type_}:{normalise_name(name)}"


def resolve(
    candidates: Iterable[Candidate], same: Iterable[tuple[str, str]], gazetteer: Gazetteer
) -> Resolved:
    """Join candidates that are the same thing and name each entity deterministically.

    Candidates are the same when they share an identifier, when the gazetteer lists their identifiers
    together, when one's name is another's name or alias (laws only), or when `same` says so (pairs of keys).
    """
    listed = list(candidates)
    groups = _Groups()
    by_name: dict[str, Candidate] = {}
    for one in listed:
        key = one.key
        for identifier in one.identifiers:
            groups.join(key, str(identifier))
            if entry := gazetteer.identified(identifier):
                groups.join(key, *map(str, entry.identifiers))
        if one.is_law:
            for name in filter(None, (one.name, *one.aliases)):
                namesake = by_name.setdefault(normalise_name(name), one)
                if not (
                    one.identifiers and namesake.identifiers
                ):  # two numbers are two bills, whatever they are called
                    groups.join(key, namesake.key)
    for left, right in same:
        groups.join(left, right)

    members: dict[str, list[Candidate]] = {}
    for one in listed:
        members.setdefault(groups.root(one.key), []).append(one)
    entities: dict[str, Entity] = {}
    by_key: dict[str, str] = {}
    for group in members.values():
        entity = _entity(group, gazetteer)
        entities[entity.id] = entity
        by_key |= {one.key: entity.id for one in group} | {str(one): entity.id for one in entity.identifiers}
    mentions = [Mention(by_key[one.key], one.span, one.principal) for one in listed if one.span is not None]
    mentions.sort(key=lambda one: (one.span, one.entity_id))
    return Resolved(entities, tuple(mentions), by_key)


class _Groups:
    """Union-find over candidate keys."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, key: str) -> str:
        parent = self._parent.setdefault(key, key)
        while parent != key:
            key, parent = parent, self._parent.setdefault(parent, parent)
        return key

    def join(self, *keys: str) -> None:
        first, *others = (self.root(key) for key in keys)
        for other in others:
            self._parent[other] = first


def _entity(group: list[Candidate], gazetteer: Gazetteer) -> Entity:
    identifiers = {identifier: None for one in group for identifier in one.identifiers}
    known = next((one.known for one in group if one.known), None) or next(
        (entry for identifier in identifiers if (entry := gazetteer.identified(identifier))), None
    )
    if known:
        identifiers |= dict.fromkeys(known.identifiers)
    ordered = sorted(identifiers, key=lambda one: (_RANK.get(one.scheme, len(_RANK)), one.value))
    if known and known.identifiers:
        ordered = [*known.identifiers, *(one for one in ordered if one not in known.identifiers)]
    first = group[0]
    written = tuple(spelled(one) for one in ordered)
    called = [
        *((known.name, *known.also) if known else ()),
        *(one.name for one in _best_named_first(group) if one.name),
    ]
    name = called[0] if called else written[0]
    override = next((one.type_override for one in group if one.type_override), "")
    type_ = override or _type(group, ordered)
    aliases = dict.fromkeys([*called, *(alias for one in group for alias in one.aliases), *written])
    weakly_named = not called
    return Entity(
        id=str(ordered[0]) if ordered else name_id(first.type, name),
        type=type_,
        name=name,
        identifiers=tuple(ordered),
        aliases=tuple(alias for alias in aliases if alias != name or weakly_named),
        jurisdiction=next((one.jurisdiction for one in group if one.jurisdiction), ""),
        attributes=attributes_of(type_, ordered),
    )


def attributes_of(type_: str, identifiers: Iterable[Identifier]) -> tuple[tuple[str, str], ...]:
    """What the numbers of a law or a case say about it; of several for one attribute, the first counts."""
    found: dict[str, str] = {}
    for one in identifiers:
        if (pattern := _ATTRIBUTES.get((type_, one.scheme))) and (match := pattern.match(one.value)):
            found = {name: value.lstrip("0") for name, value in match.groupdict().items()} | found
    return tuple(found.items())


def _type(group: list[Candidate], identifiers: list[Identifier]) -> str:
    """A numbered thing is what its scheme says, but a printed paper that is a law's bill is the law."""
    law = next((one for one in group if one.is_law), None)
    if not identifiers or (law is not None and identifiers[0].scheme not in LAW_SCHEMES):
        return (law or group[0]).type
    return SCHEMES[identifiers[0].scheme][0]


def _best_named_first(group: list[Candidate]) -> list[Candidate]:
    """Principal first, then in order of appearance."""
    return sorted(group, key=lambda one: not one.principal)
