"""Which side of a vote or a dispute a question for names asks about. Pure."""

import re

# What a question says -> the relations that answer it; the first that matches is meant.
_ASKED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(form, re.IGNORECASE), predicates)
    for form, predicates in (
        (
            r"\b(?:not voting|(?:did|do|does|didn't) not vote|didn't vote|missed the vote|absent\w*|"
            r"nicht (?:mit)?ge?stimmt|nicht abgestimmt|nicht (?:mit)?stimm\w+|gefehlt|fehlten)\b",
            ("misses_vote",),
        ),
        (
            r"\babst(?:ain\w*|entions?)\b|\bvot\w+ .?present\b|\benthielt\w*\b|\benthalten\b|\benthaltung\w*",
            ("abstains_from",),
        ),
        (
            r"\b(?:vot\w+|said|say) (?:no\b|nay\b|against)|\bnays\b|\bnoes\b|\bnein-?stimm\w*"
            r"|\bstimm\w*\b.*\b(?:da)?gegen\b|\b(?:da)?gegen\b.*\bge?stimmt\b|\bmit nein\b|\bno votes\b",
            ("votes_against",),
        ),
        (
            r"\b(?:vot\w+|said|say) (?:yes\b|yea\b|aye\b|for\b|in favou?r)|\byeas\b|\bayes\b|\bja-?stimm\w*"
            r"|\bstimm\w*\b.*\b(?:da)?für\b|\b(?:da)?für\b.*\bge?stimmt\b|\bmit ja\b|\byes votes\b",
            ("votes_for",),
        ),
        (r"\blobb\w+ against\b|\blobbyier\w* gegen\b", ("lobbies_against",)),
        (r"\blobb\w+ for\b|\blobbyier\w* für\b|\bwirbt für\b", ("lobbies_for",)),
        (
            r"\boppos\w+|\bopponents?\b|\b(?:is|are|was|were) against\b|\b(?:ist|sind|war|waren) (?:da)?gegen\b"
            r"|\blehn\w+\b.*\bab\b|\babgelehnt\b|\bgegner\w*\b",
            ("opposes", "lobbies_against", "votes_against"),
        ),
        (
            r"\bsupport\w*|\bbacks?\b|\bbacked\b|\bin favou?r\b|\b(?:ist|sind|war|waren) dafür\b"
            r"|\bunterstütz\w+|\bbefürwort\w+",
            ("supports", "lobbies_for", "votes_for"),
        ),
        (
            r"\blead(?:s|er)?\b|\bled\b|\bheads?\b|\bheaded\b|\bchairs?\b|\bchaired\b|\bruns\b"
            r"|\bleite\w*\b|\bgeleitet\b|\bführt\b|\bchef\w*\b|\bvorsitz\w*\b",
            ("led_by",),
        ),
    )
)


def positions_asked(text: str) -> tuple[str, ...]:
    """The relations that a question for names asks about; empty when it asks for something else."""
    return next((predicates for form, predicates in _ASKED if form.search(text)), ())
