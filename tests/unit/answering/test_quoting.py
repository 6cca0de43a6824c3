"""What of a document may stand in an answer, and how."""

import pytest

from political_monitoring.answering.quoting import inside_quotation, plain


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("proven [1] [2, 3] and ［4］ and 【5】", "proven (1) (2, 3) and (4) and (5)"),
        ("[here](https://evil.example)", "[here] (https://evil.example)"),
        ("![pixel](https://evil.example)", "[pixel] (https://evil.example)"),
        ("<img src=x onerror=y> a < b </b>", "‹img src=x onerror=y› a < b ‹/b›"),
        ("**bold** __more__ `code` ~~gone~~ a|b snake_case", "∗∗bold∗∗ more 'code' gone a¦b snake_case"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\u202eback\u202c \u200bzero\ufeff", "back zero"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("§ 5 Abs. 2 (Artikel 6) – 3 % of 10 €", "§ 5 Abs. 2 (Artikel 6) – 3 % of 10 €"),
        ("paragraph [sic] stays", "paragraph [sic] stays"),
    ],
)
def test_markup_and_what_is_hidden_become_plain_words(words: str, shown: str) -> None:
    assert plain(words) == shown


@pytest.mark.parametrize("mark", list('“”„‟"＂«»❝❞〝〞″'))
def test_no_mark_of_a_document_ends_a_quotation(mark: str) -> None:
    assert inside_quotation(f"a {mark} b") == "a ' b"
