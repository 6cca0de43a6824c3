"""Documents and readings survive the way through Graphiti's properties."""

import datetime as dt

from political_monitoring.knowledge.graphiti import rows
from political_monitoring.testing.graph import CHAIN, status


def test_a_document_and_its_reading_come_back_exactly() -> None:
    for one in (*CHAIN, status("u", None, "withdrawn")):
        properties = {"uuid": "1", **rows.document_properties(one.document)}
        assert rows.read_document({name: properties[name] for name in rows.DOCUMENT}) == one.document
        assert rows.read_extraction(rows.extraction_record(one.extraction)) == one.extraction


def test_the_text_is_kept_once() -> None:
    properties = rows.document_properties(CHAIN[0].document)
    assert properties["content"] == CHAIN[0].document.text
    assert CHAIN[0].document.text not in str(properties["record"])


def test_an_undated_document_is_before_every_dated_one_for_graphiti() -> None:
    undated = status("u", None, "withdrawn").document
    assert rows.document_properties(undated)["valid_at"] == dt.datetime(1, 1, 1, tzinfo=dt.UTC)
    assert rows.declared_properties(undated)["day"] == 0


def test_an_episode_of_graphitis_own_is_an_undated_document_when_it_has_no_time() -> None:
    row = {"uuid": "1", "name": None, "content": "Text.", "source_description": None, "valid_at": None}
    document = rows.foreign_document(row)
    assert (document.id, document.date, document.title, document.text) == ("1", None, "", "Text.")
