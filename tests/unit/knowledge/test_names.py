"""Names as people write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from political_monitoring.knowledge.names import Asked, contains, fold, same_word, split_parts, split_words


def score(asked: str, name: str) -> float:
    return Asked(asked).score(split_words(name))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("H.R. 4346", "HR 4346"),
        ("ai act", "AI Act"),
        ("Maßnahmengesetz für Überläufe", "MASSNAHMENGESETZ FUR UBERLAUFE"),
        ("Strom–Steuer-Gesetz", "Stromsteuergesetz"),
    ],
)
def test_case_accents_and_punctuation_do_not_matter(asked: str, name: str) -> None:
    assert score(asked, name) == 1.0


def test_a_title_cut_off_is_nearly_the_title() -> None:
    title = "Act to authorise the use of the great hall for a ceremony in honour of the founders"
    assert 0.9 < score(title[:60], title) < 1
    assert 0.9 < score(title, title[:60]) < 1


def test_a_name_inside_a_sentence_beats_one_that_shares_words() -> None:
    sentence = "Where does the Clean Water Act stand?"
    assert score(sentence, "Clean Water Act") >= 0.6 > score(sentence, "Clean Air Act") > 0


def test_a_german_short_name_is_found_inside_a_long_title() -> None:
    title = "Gesetz für ein Zukunftsprogramm Krankenhäuser (Krankenhauszukunftsgesetz - KHZG)"
    assert score("Krankenhauszukunftsgesetz", title) >= 0.6
    assert score("Krankenhauszukunftsgesetzes", title) >= 0.6


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("gesetzes", "gesetz", True),
        ("act", "acts", False),
        ("regulation", "regulations", True),
        ("a", "a", True),
    ],
)
def test_only_long_words_may_differ_and_only_at_the_end(one: str, other: str, same: bool) -> None:
    assert same_word(one, other) is same
    assert same_word(other, one) is same


def test_containing_needs_the_words_in_one_piece() -> None:
    assert contains(["the", "clean", "water", "act"], ["clean", "water"])
    assert not contains(["clean", "the", "water"], ["clean", "water"])


@given(st.text(max_size=60), st.text(max_size=60))
def test_scores_stay_in_their_range(asked: str, name: str) -> None:
    found = score(asked, name)
    assert 0.0 <= found <= 1.0
    if found == 1.0:
        assert "".join(split_words(asked)) == "".join(split_words(name))


@example("ℌİ")
@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(" ".join(split_words(text))) == " ".join(split_words(text))


def test_parts_of_words() -> None:
    assert split_parts("Export exportiert der 2024") == [
        "_expo", "expor", "xport", "port_", "porti", "ortie", "rtier", "tiert", "iert_",
    ]  # fmt: skip
    assert set(split_parts("Rüstungsexporte")) & set(split_parts("Waffenexport")) == {"expor", "xport"}
