# mypy: disable-error-code="operator,arg-type"
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Reason, cross_marks_f1, marks_f1
from tests.agreement.test_unitized_alpha import marks_of, random_marks

UNITS = ("characters", "overlapping_marks", "exact_marks")


def plain_f1(rows: Any, pairs: Any, coded: Any, unit: Any) -> float:
    """By sets of characters and of marks, one pair of raters after another."""
    top = bottom = 0.0
    for (one, other), document in product(pairs, sorted({d for d, _ in coded})):
        if (document, one) not in coded or (document, other) not in coded:
            continue
        mine, theirs = ([row[2:] for row in rows if row[:2] == (document, r)] for r in (one, other))
        if unit == "characters":
            a, b = ({(x, c) for s, e, c in part for x in range(s, e)} for part in (mine, theirs))
            top, bottom = top + 2 * len(a & b), bottom + len(a) + len(b)
        else:
            hits = [
                sum(any(touch(unit, mark, found) for found in part) for mark in whole)
                for whole, part in ((mine, theirs), (theirs, mine))
            ]
            top, bottom = top + sum(hits), bottom + len(mine) + len(theirs)
    return top / bottom


def touch(unit: Any, mark: Any, other: Any) -> bool:
    if unit == "exact_marks":
        return bool(mark == other)
    return bool(mark[2] == other[2] and mark[0] < other[1] and other[0] < mark[1])


def two_groups(seed: int) -> Any:
    """The random marks of other tests, their third and fourth rater made patients, some marks shared."""
    rows, lengths, coded = random_marks(seed)
    name = {"r0": "p", "r1": "q", "r2": "patient1", "r3": "patient2"}
    shared = [(d, "r1", s, e, c) for d, r, s, e, c in rows if r == "r0" and s % 2]
    rows = [row for row in rows if row[1] != "r1" or row[0] != "d0"] + [
        row for row in shared if row[0] == "d0"
    ]
    return [(d, name[r], *rest) for d, r, *rest in rows], lengths, [(d, name[r]) for d, r in coded]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(UNITS))
def test_f1_is_what_sets_of_characters_and_marks_give(seed: int, unit: Any) -> None:
    rows, lengths, coded = two_groups(seed)
    marks = marks_of(rows, lengths, coded)
    inside = marks_f1(marks, unit=unit)
    every = combinations(("p", "q", "patient1", "patient2"), 2)
    assert inside.estimate == pytest.approx(plain_f1(rows, every, coded, unit), abs=1e-12)
    patients = product(("p", "q"), ("patient1", "patient2"))
    across = cross_marks_f1(marks, "peer", "patient", unit=unit)
    if across.reason is None:
        assert across.estimate == pytest.approx(plain_f1(rows, patients, coded, unit), abs=1e-12)
        turned = cross_marks_f1(marks, "patient", "peer", unit=unit)
        assert turned.estimate == pytest.approx(across.estimate, abs=1e-12)


@pytest.mark.parametrize("unit", UNITS)
def test_interval_is_the_jackknife_over_documents_and_raters(unit: Any) -> None:
    rows, lengths, coded = random_marks(8)
    # The second rater repeats the first, so that every unit has something to share.
    rows = [row for row in rows if row[1] != "r1"]
    rows += [(d, "r1", s, e, c) for d, r, s, e, c in rows if r == "r0"]
    found = marks_f1(marks_of(rows, lengths, coded), unit=unit).interval
    variance = 0.0
    for place, names in ((0, sorted(lengths)), (1, ["r0", "r1", "r2", "r3"])):
        left = []
        for name in names:
            kept = [row for row in rows if row[place] != name]
            pairs = combinations([r for r in ("r0", "r1", "r2", "r3") if place == 0 or r != name], 2)
            left.append(plain_f1(kept, pairs, [c for c in coded if c[place] != name], unit))
        variance += (len(left) - 1) / len(left) * float(((np.array(left) - np.mean(left)) ** 2).sum())
    assert found.std_error == pytest.approx(np.sqrt(variance), abs=1e-12)
    assert found.method == "two_way_jackknife"


def test_one_label_counts_only_its_marks() -> None:
    rows = [("d", "p", 0, 10, "a"), ("d", "q", 0, 10, "a"), ("d", "p", 20, 25, "b")]
    marks = marks_of(rows, {"d": 30}, [("d", "p"), ("d", "q")])
    assert [marks_f1(marks, label=label).estimate for label in ("a", "b")] == [1.0, 0.0]
    assert marks_f1(marks).estimate == pytest.approx(20 / 25)
    assert marks_f1(marks, label="b").basis.n_ratings == 1


def test_documents_and_groups_without_pairs_leave_it_undefined() -> None:
    rows = [("d", "p", 0, 10, "a")]
    marks = marks_of(rows, {"d": 30, "e": 30}, [("d", "p"), ("e", "patient1"), ("e", "patient2")])
    assert marks_f1(marks, group="peer").reason is Reason.NO_PAIRABLE_ITEMS
    assert marks_f1(marks, group="patient").reason is Reason.NOTHING_MARKED
    assert marks_f1(marks, group="patient", label="a").reason is Reason.LEVEL_NEVER_USED
    assert cross_marks_f1(marks, "peer", "patient").reason is Reason.NO_SHARED_ITEMS


@pytest.mark.parametrize("options", [{"unit": "words"}, {"label": "z"}, {"confidence": 0.0}])
def test_impossible_options_are_refused(options: Any) -> None:
    marks = marks_of([("d", "p", 0, 10, "a")], {"d": 30}, [("d", "p"), ("d", "patient1")])
    with pytest.raises(AgreementInputError):
        marks_f1(marks, **options)
    with pytest.raises(AgreementInputError):
        cross_marks_f1(marks, "peer", "peer")
