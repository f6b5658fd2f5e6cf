"""Broken input: sound files with bytes changed, and JSON that has the right names and the wrong values.

`FUZZ_EXAMPLES=20000` tries that many of each, drawn anew every time; without it few, always the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
QUICK = 12
FEW = settings(
    max_examples=EXAMPLES or QUICK,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

# What breaks readers: ends of things, other encodings, signs that databases refuse, brackets without end.
NASTY = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b"\r",
    b"\n",
    b",",
    b"[" * 50,
    b"[" * 3_000,
    b"{" * 50,
    b'{"a":' * 2_000,
    b"\\ud800",
    b"\\u0000",
    b"1e999",
    b"NaN",
    b"-" * 30,
    b"9" * 400,
    b"9" * 5_000,
    b"=1+1",
    "\u202e\u2028é🙂".encode(),
    b"PK\x03\x04",
    b"PAR1",
    b"",
)
Change = tuple[float, float, bytes]
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 0.3), st.one_of(st.sampled_from(NASTY), st.binary(max_size=6))),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, changes: Sequence[Change]) -> bytes:
    """The file with stretches of it replaced: each change says where, how much of the rest, by what."""
    for where, share, instead in changes:
        start = int(where * len(data))
        end = start + int(share * share * (len(data) - start))
        data = data[:start] + instead + data[end:]
    return data


def broken(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes near to one of the sound files, now and then nothing like them."""
    near = st.builds(changed, st.sampled_from(list(seeds)), CHANGES)
    return st.one_of(near, near, st.binary(max_size=200))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["", " ", "\0", "\ud800", "1-5", "peer", "item", "x" * 3_000]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


def _put(value: Any, path: tuple[Any, ...], instead: Any) -> Any:
    if not path:
        return instead
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = _put(made[path[0]], path[1:], instead)
    return made


def wrong(document: Any) -> st.SearchStrategy[Any]:
    """The document with one or two of its values, at any depth, replaced by anything at all."""
    places = _places(document)

    def made(changes: list[tuple[int, Any]]) -> Any:
        value = document
        for number, instead in changes:
            # An earlier change may have taken the place away.
            path = places[number % len(places)]
            if path in _places(value):
                value = _put(value, path, instead)
        return value

    return st.lists(st.tuples(st.integers(0, 10_000), ANYTHING), min_size=1, max_size=2).map(made)


def settled(check: Callable[[], Any], allowed: type[Exception]) -> bool:
    """Run it; True where it was refused by the one error that is allowed. Everything else fails the test."""
    try:
        check()
    except allowed:
        return True
    return False
