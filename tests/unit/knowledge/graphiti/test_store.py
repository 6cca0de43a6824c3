"""Names of groups, times and texts on their way into a graph database and back."""

import datetime as dt
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j.time import DateTime

from political_monitoring.knowledge.graphiti.falkordb import _literal, _plain
from political_monitoring.knowledge.graphiti.rows import uuid_of
from political_monitoring.knowledge.graphiti.store import group_id, read_moment

NAMES = (
    "public",
    "acme-corp_2",
    "Bürgerverein Köln",
    "Burgerverein Koln",
    "K ln",
    "Köln",
    "🏛️",
    "a" * 300 + " b",
)


def test_groups_have_names_that_graphiti_allows_and_stay_apart() -> None:
    groups = [group_id(name) for name in NAMES]
    assert len(set(groups)) == len(NAMES)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", group) for group in groups)
    assert groups[:2] == ["public", "acme-corp_2"]
    # Graphiti's word search finds nothing in a group whose id has a dash.
    assert not any("-" in group for group in groups[2:])


def test_a_uuid_belongs_to_one_thing_of_one_group() -> None:
    given_ = [("a", "entity", "x"), ("b", "entity", "x"), ("a", "fact", "x"), ("a", "fact", "x", "y")]
    assert len({uuid_of(*one) for one in given_}) == len(given_)
    assert uuid_of("a", "entity", "x") == uuid_of("a", "entity", "x")


MOMENTS = st.datetimes(timezones=st.sampled_from((dt.UTC, dt.timezone(dt.timedelta(hours=-5)))))


@given(MOMENTS.filter(lambda moment: 2 < moment.year < 9998))
def test_times_come_back_in_utc(moment: dt.datetime) -> None:
    stored = _literal(moment).strip('"')
    found = read_moment(stored)
    assert found == moment == read_moment(DateTime.from_native(moment))
    assert found is not None
    assert found.tzinfo == dt.UTC


@given(
    MOMENTS.filter(lambda moment: 2 < moment.year < 9998),
    MOMENTS.filter(lambda moment: 2 < moment.year < 9998),
)
def test_stored_times_are_in_the_order_of_the_times(one: dt.datetime, other: dt.datetime) -> None:
    assert (_literal(one) < _literal(other)) == (one < other)


def test_a_time_without_a_zone_is_one_in_utc() -> None:
    assert read_moment("2025-01-01T00:00:00") == dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    assert read_moment(None) is None


@given(st.text(st.sampled_from('a\0\ue000"\\01') | st.characters(codec="utf-8")))
def test_texts_come_back_whatever_they_hold(text: str) -> None:
    literal = _literal(text)
    assert "\0" not in literal
    stored = re.sub(r"\\(.)", r"\1", literal[1:-1], flags=re.DOTALL)
    assert _plain([stored]) == [text]


def test_values_are_told_in_cypher() -> None:
    row = {"a": None, "b": True, "c": [1, 0.5], "d": np.array([0.5, 1], np.float32), "e": ("x",)}
    assert _literal(row) == '{`a`:null,`b`:True,`c`:[1,0.5],`d`:[0.5,1.0],`e`:["x"]}'
    with pytest.raises(TypeError, match="object"):
        _literal(object())
