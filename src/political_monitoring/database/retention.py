"""What a record does not keep any longer."""

import datetime as dt
from typing import Any

from sqlalchemy import Column, ColumnElement, or_, select


def beyond(key: Column[Any], when: Column[Any], oldest: dt.datetime, most: int) -> ColumnElement[bool]:
    """Of a table's rows, those from before `oldest`, and all but the `most` newest."""
    surplus = select(key).order_by(when.desc(), key).offset(most)
    return or_(when < oldest, key.in_(surplus))
