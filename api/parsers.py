"""JSON as the API takes it: what cannot be stored or sent back is refused before anything looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import IO, Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from annotation.text import is_storable

MAX_DEPTH = 40
TOO_DEEP = f"The JSON is nested more than {MAX_DEPTH} levels deep."


def _refuse_unfit(data: Any) -> None:
    # A list of what is still to be seen, not a recursion: the depth is the sender's choice.
    waiting: list[tuple[Any, int]] = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH and isinstance(value, dict | list):
            raise ParseError(TOO_DEEP)
        if isinstance(value, str) and not is_storable(value):
            raise ValidationError(["A text holds characters that cannot be stored."])
        if isinstance(value, float) and isinf(value):
            raise ValidationError(["A number is larger than can be stored."])
        if isinstance(value, dict):
            waiting += [(key, depth) for key in value]
            waiting += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]


class StorableJSONParser(JSONParser):
    """Refuses null characters, halves of surrogate pairs, numbers beyond every bound, bottomless nesting."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(TOO_DEEP) from error
        _refuse_unfit(data)
        return data
