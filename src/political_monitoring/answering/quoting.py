"""Words of documents made safe to stand in an answer: on one line, and unable to end a quotation or forge a mark.

What is shown is for reading; the citation beside it keeps the exact words. Clients render Markdown and HTML, and
terminals obey control characters, so nothing of these may come from a document.
"""

import re
import unicodedata

_QUOTATION_MARKS = re.compile('["“”„‟«»＂❝❞〝〞〟″‶˝ʺ]')
_MARK = re.compile(r"[\[［【〔⟦]\s*([\d\s,;–-]{1,12})\s*[\]］】〕⟧]")
"""What looks like the mark of a citation."""
_LINK = re.compile(r"\]\s*(?=[(\[:])")
_IMAGE = re.compile(r"!(?=\[)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]*)>?")
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)|~~+")
_LOOKALIKES = str.maketrans({"*": "∗", "`": "'", "|": "¦"})
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Unicode's categories of what is not seen, or turns the direction of what is (UAX 44)."""


def plain(text: str) -> str:
    """The words on one line without markup, hidden characters, or anything that looks like a citation's mark."""
    seen = "".join(
        " " if letter.isspace() else letter for letter in text if letter.isspace() or _is_seen(letter)
    )
    flat = " ".join(seen.split())
    unmarked = _MARK.sub(lambda found: f"({found[1].strip()})", flat)
    unlinked = _LINK.sub("] ", _IMAGE.sub("", unmarked))
    untagged = _TAG.sub(r"‹\1›", unlinked)
    return _EMPHASIS.sub("", untagged).translate(_LOOKALIKES)


def inside_quotation(text: str) -> str:
    """Plain words in which marks of quotation have become single ones."""
    return _QUOTATION_MARKS.sub("'", plain(text))


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _HIDDEN
