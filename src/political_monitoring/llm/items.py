"""The items of a list, read out of JSON text while it still arrives: {"sentences": [{...}, {...}, ..."""

import json
import re
from typing import Any

_CLOSING = {"{": "}", "[": "]"}
_MARKS = re.compile(r'[\[\]{}"\\]')


class ItemReader:
    """Gives each object of the outermost list as soon as its last bracket is there.

    The list may be the whole text or a member of an object; what stands around it, such as a Markdown fence, is passed
    over. Objects further in belong to their item.
    """

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._open: list[str] = []
        self._in_string = False
        self._item_start = 0
        self.closed = False
        """Whether the list's last bracket has come."""

    def feed(self, piece: str) -> list[dict[str, Any]]:
        """The items that this piece completes; one that is no JSON is left out."""
        self._text += piece
        items: list[dict[str, Any]] = []
        while found := _MARKS.search(self._text, self._at):
            mark = found[0]
            if mark == "\\":
                if found.end() == len(self._text):
                    self._at = found.start()  # what it escapes has not come yet
                    return items
                self._at = found.end() + 1 if self._in_string else found.end()
                continue
            self._at = found.end()
            if mark == '"':
                self._in_string = not self._in_string
            elif not self._in_string:
                items += self._bracket(mark, found.start())
        self._at = len(self._text)
        return items

    def _bracket(self, mark: str, at: int) -> list[dict[str, Any]]:
        if mark in _CLOSING:
            if mark == "{" and self._in_list:
                self._item_start = at
            self._open.append(mark)
            return []
        if self._open and _CLOSING[self._open[-1]] == mark:
            self.closed = self.closed or (mark == "]" and self._in_list)
            self._open.pop()
            if mark == "}" and self._in_list:
                return _objects(self._text[self._item_start : at + 1])
        return []

    @property
    def _in_list(self) -> bool:
        return self._open in (["["], ["{", "["])


def _objects(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return []
    return [found] if isinstance(found, dict) else []
