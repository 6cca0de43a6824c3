"""What changed between two versions of a text."""

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.differences import LONGEST_SHOWN, compare, differences
from political_monitoring.documents.passages import split_passages
from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Document, Heading

OLD = "The act applies to all providers.\n\nIt enters into force in 2025. A report is due each year."


def test_sentences_are_reworded_added_and_removed() -> None:
    new = "Scope first. The act applies to all large providers.\n\nIt enters into force in 2025."
    found = differences((OLD, ()), (new, ()))
    assert (found.added, found.removed, found.changed, found.same) == (1, 1, 1, 1)
    assert [(one.before, one.after) for one in found.first] == [
        ("", "Scope first."),
        ("The act applies to all providers.", "The act applies to all large providers."),
        ("A report is due each year.", ""),
    ]
    assert [one.start for one in found.first] == [0, new.index("The act"), OLD.index("A report")]
    assert str(found) == "sentences: 1 changed, 1 added, 1 removed, 1 as before"


def test_a_place_is_named_by_its_headings() -> None:
    old = "Article 1\n\nThe fine is 10 euros.\n\nArticle 2\n\nIt is due at once."
    new = old.replace("at once", "in May")
    headings = tuple(Heading(old.index(name), 1, name) for name in ("Article 1", "Article 2"))
    passages = [split_passages(Document("d", "T", text, "h", headings=headings)) for text in (old, new)]
    (change,) = differences((old, passages[0]), (new, passages[1])).first
    assert (change.place, change.before, change.after) == (
        "Article 2",
        "It is due at once.",
        "It is due in May.",
    )


def test_white_space_changes_nothing() -> None:
    assert compare(OLD, OLD.replace(" ", "  ")).edits == ()


def test_a_long_sentence_is_shown_where_it_differs() -> None:
    old = f"It covers {'many, ' * 200}things and {'more, ' * 200}ends."
    (change,) = differences((old, ()), (old.replace("things", "goods"), ())).first
    assert "things" in change.before
    assert "goods" in change.after
    assert len(change.before) <= LONGEST_SHOWN + 2


def test_only_the_first_changes_are_listed_and_all_are_counted() -> None:
    old = "\n\n".join(f"Number {one} is here." for one in range(100))
    found = differences((old, ()), (old.replace("is here", "is there"), ()), shown=5)
    assert (found.changed, len(found.first)) == (100, 5)


def test_equal_lines_by_the_thousand_cost_no_more_than_others() -> None:
    line = "The same line.\n\n"
    found = differences((line * 10_000, ()), (line * 10_000 + "The end.\n\n" + line * 10_000, ()))
    assert (found.same, found.added, found.removed) == (10_000, 10_001, 0)


_SENTENCES = st.lists(st.sampled_from(["It is so.", "It was so.", "Nobody knew.", "A b c d.", "E f."]))


@given(_SENTENCES, _SENTENCES)
def test_every_sentence_is_accounted_for_once(first: list[str], second: list[str]) -> None:
    old, new = " ".join(first), " ".join(second)
    found = compare(old, new)
    before = [edit.before for edit in found.edits if edit.before]
    after = [edit.after for edit in found.edits if edit.after]
    assert len(before) + found.same == len(split_sentences(old))
    assert len(after) + found.same == len(split_sentences(new))
    assert before == sorted(set(before))
    assert after == sorted(set(after))
    assert (found.edits == ()) == (first == second)
