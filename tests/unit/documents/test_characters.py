import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.characters import clean, decode, one_line
from political_monitoring.errors import UnreadableDocument

GERMAN = "Der Bundestag hat das Gesetz zur Stärkung der Krankenhäuser beschlossen, sagte Müller."
POLISH = "Środa: Sejm przyjął ustawę o ochronie danych osobowych, powiedział minister cyfryzacji"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_without_guessing(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)) == (GERMAN, "")


def test_a_declared_encoding_is_believed_when_it_is_not_utf8() -> None:
    assert decode(POLISH.encode("iso8859-2"), "ISO-8859-2") == (POLISH, "")
    assert decode("– 5 €".encode("cp1252"), "iso-8859-1") == ("– 5 €", "")
    assert decode(GERMAN.encode(), "iso-8859-2") == (GERMAN, "")
    assert decode(GERMAN.encode("cp1252"), "no-such-encoding")[0] == GERMAN


@pytest.mark.parametrize(("text", "encoding"), [(GERMAN, "cp1252"), (POLISH, "cp1250")])
def test_an_undeclared_encoding_is_guessed_and_said_to_be(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


def test_a_broken_byte_in_utf8_costs_one_letter() -> None:
    data = (GERMAN * 10).encode().replace("Müller".encode(), b"M\xffller", 1)

    assert decode(data) == ((GERMAN * 10).replace("Müller", "M\ufffdller", 1), "utf-8")


@pytest.mark.parametrize(
    "data",
    [
        b"abc\0def",
        random.Random(3).randbytes(3000).replace(b"\0", b""),
        zlib.compress(GERMAN.encode()),
        b"\xff\xfea",
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        decode(data)


def test_clean_leaves_plain_spaces_and_whole_letters() -> None:
    dirty = "\ufeffA\u00a0 b\t c\r\nof\ufb01ce re\u00adport\x07 u\u0308\fnext \u200bend "

    assert clean(dirty) == "A b c\noffice report ü\n\nnext end"


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_stays_clean_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned
    assert "\0" not in cleaned


def test_one_line_is_cut_without_a_ragged_end() -> None:
    assert one_line(" a \n b\tc ", 4) == "a b"
