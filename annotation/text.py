"""Text that both databases can store."""

from __future__ import annotations

from collections.abc import Iterable


def is_storable(text: str) -> bool:
    r"""False where PostgreSQL would refuse: null characters and half a surrogate pair.

    >>> is_storable("é🙂"), is_storable("a\x00b"), is_storable("\ud83d")
    (True, False, False)
    """
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def texts_in(value: object) -> Iterable[str]:
    """Every text in a JSON value, keys included.

    >>> list(texts_in({"a": ["b", 1, {"c": None}]}))
    ['a', 'b', 'c']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
