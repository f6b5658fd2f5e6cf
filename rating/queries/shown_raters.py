"""Raters as an export names them: a pseudonym, and no attribute that fewer than k of them share.

A pseudonym begins with letters of its group. Where the group is not told, another one stands in its place,
the same in every export of the study.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from annotation.models import Rater
from annotation.models.base import ALPHABET

# Stands for a value that too few raters share.
SUPPRESSED = "suppressed"
NAME_LENGTH = 8
K = TypeVar("K", bound=Hashable)


class ShownRater(NamedTuple):
    name: str
    group: str


def small_cells(values: Mapping[K, str], k: int) -> set[str]:
    """The values of an attribute that a file must not tell, given each person's value.

    Those that fewer than k persons share; and, so that "suppressed" stands for k persons at least and cannot
    be told by elimination, the next smallest ones until it does.
    """
    counts = sorted(Counter(values.values()).items(), key=lambda pair: (pair[1], pair[0]))
    hidden: set[str] = set()
    n_hidden = 0
    for value, n in counts:
        if n >= k and (not hidden or n_hidden >= k):
            break
        hidden.add(value)
        n_hidden += n
    return hidden


def neutral_name(study_id: int, pseudonym: str) -> str:
    """A name that tells no group: always the same for a pseudonym, and not to be undone without the key."""
    digest = salted_hmac("rating.export.rater", f"{study_id}:{pseudonym}", algorithm="sha256").digest()
    return "R-" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:NAME_LENGTH])


def shown_raters(raters: QuerySet[Rater], k: int) -> dict[int, ShownRater]:
    """By key. Judge models are nobody's data: they are always told, and count for nobody. One query."""
    rows = list(raters.values_list("pk", "study_id", "pseudonym", "group__key", "origin"))
    people = {key: group for key, _, _, group, origin in rows if origin != Rater.Origin.JUDGE}
    hidden = small_cells(people, k)
    return {
        key: ShownRater(neutral_name(study, name), SUPPRESSED)
        if key in people and group in hidden
        else ShownRater(name, group)
        for key, study, name, group, _ in rows
    }
