"""The pool design: every item has a random key, every rater starts somewhere else on the circle."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_left
from collections.abc import Sequence

KEY_SPACE = 2**31


def pool_keys(seed: int, n_items: int) -> list[int]:
    """`n_items` distinct keys in [0, KEY_SPACE), in item order.

    >>> pool_keys(1, 3) == pool_keys(1, 3)
    True
    """
    return random.Random(seed).sample(range(KEY_SPACE), n_items)  # noqa: S311 (an order, not a secret)


def rater_offset(seed: int, pseudonym: str) -> int:
    """Where on the circle of keys a rater starts: the same for the same seed and pseudonym.

    >>> 0 <= rater_offset(7, "P-1") < KEY_SPACE
    True
    """
    digest = hashlib.sha256(f"{seed}:{pseudonym}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % KEY_SPACE


def key_ranges(offset: int, last_key: int | None) -> list[tuple[int, int]]:
    """Half-open key ranges to search in turn: onward from the last key, round the circle, then a second
    pass from the start, where expired claims and passes of others have opened slots again.

    >>> key_ranges(10, None) == [(10, KEY_SPACE), (0, 10)]
    True
    >>> key_ranges(10, 20) == [(21, KEY_SPACE), (0, 10), (10, 21)]
    True
    >>> key_ranges(10, 4) == [(5, 10), (10, KEY_SPACE), (0, 5)]
    True
    """
    if last_key is None:
        return [(offset, KEY_SPACE), (0, offset)]
    if last_key >= offset:
        return [(last_key + 1, KEY_SPACE), (0, offset), (offset, last_key + 1)]
    return [(last_key + 1, offset), (offset, KEY_SPACE), (0, last_key + 1)]


def equal_pace(quotas: int, offsets: Sequence[int], keys: Sequence[int]) -> list[list[int]]:
    """Whom each item would go to if all raters of a group claimed by turns: items (places) by rater.

    Args:
        quotas: ratings wanted on each item.
        offsets: where each rater starts.
        keys: of the items.

    >>> equal_pace(1, [0, 5], [1, 7])
    [[0], [1]]
    """
    order = sorted(range(len(keys)), key=lambda place: keys[place])
    ascending = [keys[place] for place in order]
    n = len(order)
    at = [bisect_left(ascending, offset) for offset in offsets]
    last = [start + n for start in at]
    left = [quotas] * n
    # Twice round the circle: who starts at its middle walks on. Searched in one step, not item by item.
    is_open = bytearray([quotas > 0]) * (2 * n)
    found: list[list[int]] = [[] for _ in offsets]
    walking = list(range(len(offsets)))
    while walking:
        for rater in list(walking):
            there = is_open.find(1, at[rater], last[rater])
            if there < 0:
                walking.remove(rater)
                continue
            at[rater] = there + 1
            place = there if there < n else there - n
            found[rater].append(order[place])
            left[place] -= 1
            if not left[place]:
                is_open[place] = is_open[place + n] = False
    return found
