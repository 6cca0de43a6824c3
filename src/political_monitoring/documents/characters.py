"""From bytes to clean characters."""

import codecs
import re
import unicodedata

from political_monitoring.errors import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Anything decodes in some single-byte encoding, so the guess is kept to those Europe writes in.
_GUESSABLE = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman"]
_SAMPLE = 200_000
# What the web calls ISO 8859-1 is read as Windows-1252 by every browser (WHATWG Encoding Standard).
_AS_BROWSERS_READ = {"iso8859-1": "cp1252", "ascii": "utf-8"}

_SYMBOL_IN_WORD = re.compile(r"[a-z][¹²³¿¶¼¾]|[¹³¿¶¼¾][a-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The characters of `data`, and the encoding's name when it had to be guessed (else "").

    A byte order mark wins, then UTF-8, then what was declared, then a guess.

    Raises:
        UnreadableDocument: these bytes are not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding), ""
    if b"\0" in data:
        raise UnreadableDocument("is binary, not text")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if encoding := _known(declared):
        try:
            return data.decode(encoding), ""
        except UnicodeDecodeError:
            pass
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if damaged * 10 < sum(not letter.isascii() for letter in text):
        return text, "utf-8"
    return _guess(data)


def clean(text: str) -> str:
    """`text` with plain spaces and newlines only, composed letters, and nothing invisible.

    Lines are kept; runs of spaces inside them become one, those around them go.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\x85", "\n")
    text = _INVISIBLE.sub("", _CONTROL.sub("", text)).translate(_LIGATURES)
    lines = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).split("\n")
    return "\n".join(line.strip() for line in lines)


def one_line(text: str, longest: int = 500) -> str:
    """`text` cleaned, on one line, cut to `longest` characters."""
    return " ".join(clean(text).split())[:longest].rstrip()


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding.strip()).name if encoding else ""
    except (LookupError, ValueError):
        return ""
    return _AS_BROWSERS_READ.get(name, name)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableDocument(f"starts like {encoding.upper()} but is not: damaged or binary") from None


def _guess(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE], cp_isolation=_GUESSABLE)
    best = matches.best()
    if best is None or len(_CONTROL.findall(str(best))) > len(str(best)) / 100:
        raise UnreadableDocument("is binary or in an unknown character encoding; save it as UTF-8")
    # Its scores do not tell Western from Central European; a superscript inside a word does.
    as_good = [match for match in matches if match.chaos <= best.chaos + 0.01]
    western = next((match for match in as_good if "cp1252" in match.could_be_from_charset), None)
    is_western = western is not None and not _SYMBOL_IN_WORD.search(str(western))
    encoding = "cp1252" if is_western else best.encoding
    return data.decode(encoding, errors="replace"), encoding
