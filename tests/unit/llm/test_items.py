"""Items of a list, read while the text arrives."""

import json

import pytest

from political_monitoring.llm.items import ItemReader

ITEMS = [
    {"text": 'A "quoted" \\ word, and } or ] in it', "evidence": [{"id": "E1", "quote": "{x]"}]},
    {"text": "ä – 😀\n", "evidence": []},
    {"text": "\\", "evidence": [{"id": "E2", "quote": '"'}, {"id": "E3", "quote": "z"}]},
]


@pytest.mark.parametrize("step", [1, 2, 3, 7, 10_000])
@pytest.mark.parametrize(
    "form", ['{"sentences": %s}', "%s", '```json\n{"n": {"a": 1}, "sentences": %s}\n```']
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_each_item_comes_whole_and_in_order_however_the_text_is_cut(
    step: int, form: str, ascii_only: bool
) -> None:
    text = form % json.dumps(ITEMS, ensure_ascii=ascii_only)
    reader = ItemReader()
    found = [one for at in range(0, len(text), step) for one in reader.feed(text[at : at + step])]
    assert found == ITEMS
    assert reader.closed


def test_an_item_is_there_with_its_last_bracket_and_not_before() -> None:
    reader = ItemReader()
    assert reader.feed('{"sentences": [{"text": "A"') == []
    assert reader.feed("}") == [{"text": "A"}]
    assert reader.feed(', {"text": "B') == []
    assert not reader.closed
    assert reader.feed('"}]') == [{"text": "B"}]
    assert reader.closed


@pytest.mark.parametrize(
    "text", ["", "no JSON", '{"sentences": "none"}', "}}]]", '[{"a": tru}]', '{"a": {"b": {}}}']
)
def test_what_is_no_list_of_objects_has_no_items(text: str) -> None:
    assert ItemReader().feed(text) == []
