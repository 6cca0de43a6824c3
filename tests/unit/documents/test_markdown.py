import pytest

from political_monitoring.documents.parsers.markdown import parse
from political_monitoring.documents.parsers.parsed import Hints, Parsed
from political_monitoring.errors import DocumentTooLarge, UnreadableDocument


def read(text: str, hints: Hints) -> Parsed:
    (parsed,) = parse(text.encode(), hints)
    return parsed


def test_front_matter_is_taken_as_it_is_written(hints: Hints) -> None:
    parsed = read(
        "---\nid: my-id\ntitle: 'A: title'\ndate: 2024-05-01T00:30:00+02:00\nsource: Who\nurl: https://a.eu/x\n"
        "language: no\njurisdiction: EU\ntype: news\nsample: true\nnested: {a: b}\n---\n\nText.\n",
        hints,
    )

    assert parsed == Parsed(
        "Text.",
        title="A: title",
        id="my-id",
        date="2024-05-01T00:30:00+02:00",
        source="Who",
        url="https://a.eu/x",
        language="no",
        kind="news",
        jurisdiction="EU",
        where="front matter",
    )


def test_the_words_stay_and_the_markup_goes(hints: Hints) -> None:
    parsed = read(
        "# *The* Act\n\nA **bold** [link](https://a.eu) and `code` &amp; ![an image](x.png)\nwrapped.\n\n"
        "## Parts\n\n- one\n- two\n  more\n\n2. second\n\n> quoted\n\n```\ncode line\n```\n\n"
        "| Body | Vote |\n|---|---|\n| House | *224* |\n\n<div>raw <b>html</b></div>\n<!-- hidden -->\n",
        hints,
    )

    assert parsed.title == "The Act"
    assert parsed.text.split("\n\n") == [
        "The Act",
        "A bold link and code & an image wrapped.",
        "Parts",
        "- one",
        "- two more",
        "2. second",
        "quoted",
        "code line",
        "Body | Vote",
        "House | 224",
        "raw html",
    ]
    assert [(parsed.text[h.offset :].split("\n")[0], h.level, h.text) for h in parsed.headings] == [
        ("The Act", 1, "The Act"),
        ("Parts", 2, "Parts"),
    ]


def test_a_file_without_front_matter_or_with_empty_one_is_all_text(hints: Hints) -> None:
    assert read("---\n---\nText.", hints).text == "Text."
    assert read("Text.\n\n---\n\nMore.", hints).text == "Text.\n\nMore."


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("title: [unclosed", "not valid YAML"),
        ("- a\n- b", "key: value"),
        ("a: " + "[" * 2_000, "YAML|deeply"),
        ("a: " + "b" * 21_000, "20 kB"),
    ],
)
def test_broken_front_matter_is_refused(front: str, problem: str, hints: Hints) -> None:
    with pytest.raises(UnreadableDocument, match=problem):
        read(f"---\n{front}\n---\nText.", hints)


def test_yaml_that_multiplies_itself_does_no_harm(hints: Hints) -> None:
    layers = [
        f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}, *l{n - 1}, *l{n - 1}, *l{n - 1}, *l{n - 1}]"
        for n in range(1, 30)
    ]
    front = "\n".join(["l0: &l0 lol", *layers, "title: Fine"])

    assert read(f"---\n{front}\n---\nText.", hints).title == "Fine"


def test_more_text_than_allowed_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="100 characters"):
        read("word " * 100, Hints(text_chars=100))
