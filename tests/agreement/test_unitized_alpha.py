# mypy: disable-error-code="operator,arg-type,index"
import json
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Marks, Reason, unitized_alpha, unitized_alpha_by_document

MARK = ["document", "rater", "group", "start", "end", "label"]


def marks_of(rows: Any, lengths: Any, coded: Any, **columns: Any) -> Marks:
    """Rows (document, rater, start, end, label); everybody is a peer unless named after a patient."""
    group = {True: "patient", False: "peer"}
    frame = pd.DataFrame(
        [(d, r, group[r.startswith("patient")], s, e, c) for d, r, s, e, c in rows], columns=MARK
    )
    who = pd.DataFrame(
        [(d, r, group[r.startswith("patient")]) for d, r in coded], columns=["document", "rater", "group"]
    )
    documents = pd.DataFrame({"document": list(lengths), "length": list(lengths.values()), **columns})
    return Marks.from_frame(frame, documents, who)


@pytest.mark.shared
def test_example_of_krippendorff_has_the_published_disagreements_and_alphas(oracle: Any) -> None:
    example = oracle("krippendorff2004_unitizing")
    begin, length = example["params"]["begin"], example["params"]["length"]
    rows = [("d", f"r{r}", b - begin, b - begin + n, c) for b, n, r, c in example["data"]]
    found = unitized_alpha(marks_of(rows, {"d": length}, [("d", "r0"), ("d", "r1")]))
    expected, tolerance = example["expected"], example["tolerance"]
    assert found.alpha.estimate == pytest.approx(expected["alpha_u"], abs=tolerance["alpha_u"])
    for label, parts in expected["category"].items():
        assert found.observed[label] == pytest.approx(parts["Do"], abs=tolerance["default"])
        assert found.expected[label] == pytest.approx(parts["De"], abs=tolerance["default"])
        assert found.by_label[label].estimate == pytest.approx(parts["alpha"], abs=tolerance["default"])
    assert found.alpha.interval.reason is Reason.TOO_FEW_RATERS


def sections(rows: Any, lengths: Any, coded: Any, label: Any) -> Any:
    """(begin, length, is marked) of every copy, as Krippendorff lists them."""
    found = {}
    for document, rater in coded:
        place, parts = 0, []
        mine = sorted((s, e) for d, r, s, e, c in rows if (d, r, c) == (document, rater, label))
        for start, end in [*mine, (lengths[document], lengths[document])]:
            parts += [(place, start - place, False)] * (start > place) + [(start, end - start, True)] * (
                end > start
            )
            place = end
        found[document, rater] = parts
    return found


def difference(one: Any, other: Any) -> float:
    (b, n, v), (c, m, w) = one, other
    if v and w and -n < b - c < m:
        return float((b - c) ** 2 + (b + n - c - m) ** 2)
    if v and not w and m - n >= b - c >= 0:
        return float(n**2)
    if w and not v and n - m >= c - b >= 0:
        return float(m**2)
    return 0.0


def plain_alpha(rows: Any, lengths: Any, coded: Any) -> Any:
    """The equations of Krippendorff 2004, term by term, with documents weighed by their raters less one."""
    coders = {d: [r for e, r in coded if e == d] for d in lengths}
    used = [d for d in lengths if len(coders[d]) > 1]
    room = sum(len(coders[d]) * lengths[d] for d in used)
    observed = expected = 0.0
    for label in {row[4] for row in rows}:
        copies = sections(rows, lengths, [(d, r) for d in used for r in coders[d]], label)
        for d in used:
            for one, other in permutations(coders[d], 2):
                pairs = [difference(a, b) for a in copies[d, one] for b in copies[d, other]]
                observed += sum(pairs) / (len(coders[d]) - 1) / room
        every = [part for parts in copies.values() for part in parts]
        marked, gaps = [n for _, n, v in every if v], [n for _, n, v in every if not v]
        top = sum(
            (len(marked) - 1) / 3 * (2 * n**3 - 3 * n**2 + n) + n**2 * sum(g - n + 1 for g in gaps if g >= n)
            for n in marked
        )
        expected += 2 * top / (room * (room - 1) - sum(n * (n - 1) for n in marked))
    return 1 - observed / expected


def random_marks(seed: int, n_documents: int = 4, n_raters: int = 4) -> Any:
    rng = np.random.default_rng(seed)
    lengths = {f"d{n}": int(rng.integers(20, 80)) for n in range(n_documents)}
    coded = [(d, f"r{r}") for d in lengths for r in range(n_raters) if r < 2 or rng.random() < 0.6]
    rows = []
    for d, r in coded:
        for label in "ab":
            cuts = np.sort(rng.choice(lengths[d], 2 * int(rng.integers(0, 4)), replace=False))
            rows += [(d, r, int(s), int(e), label) for s, e in cuts.reshape(-1, 2)]
    return rows, lengths, coded


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_alpha_is_what_the_equations_give_term_by_term(seed: int) -> None:
    rows, lengths, coded = random_marks(seed)
    found = unitized_alpha(marks_of(rows, lengths, coded), has_interval=False)
    assert found.alpha.estimate == pytest.approx(plain_alpha(rows, lengths, coded), abs=1e-12)
    assert found.alpha.estimate <= 1


def test_order_and_names_of_documents_and_raters_do_not_matter() -> None:
    rows, lengths, coded = random_marks(5)
    one = unitized_alpha(marks_of(rows, lengths, coded))
    renamed = [(f"x{9 - int(d[1:])}", f"s{9 - int(r[1:])}", *rest) for d, r, *rest in rows]
    coded = [(f"x{9 - int(d[1:])}", f"s{9 - int(r[1:])}") for d, r in coded]
    other = unitized_alpha(marks_of(renamed, {f"x{9 - int(d[1:])}": n for d, n in lengths.items()}, coded))
    for name in ("estimate", "low", "high"):
        assert getattr(one.alpha, name) == pytest.approx(getattr(other.alpha, name), abs=1e-12)
    assert one.alpha.low < one.alpha.estimate < one.alpha.high
    json.dumps(one.to_dict(), allow_nan=False)


def test_interval_is_the_two_way_jackknife_of_the_number_itself() -> None:
    rows, lengths, coded = random_marks(8)
    found = unitized_alpha(marks_of(rows, lengths, coded)).alpha.interval

    def alpha_without(place: int, name: str) -> Any:
        keep = [row for row in rows if row[place] != name], [row for row in coded if row[place] != name]
        return plain_alpha(
            keep[0], {d: n for d, n in lengths.items() if d in {c[0] for c in keep[1]}}, keep[1]
        )

    variance = 0.0
    for place, names in ((0, sorted(lengths)), (1, sorted({r for _, r in coded}))):
        left = np.array([alpha_without(place, name) for name in names])
        variance += (len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum()
    assert found.std_error == pytest.approx(np.sqrt(variance), abs=1e-12)
    assert (found.df, found.method) == (3, "two_way_jackknife")


def test_documents_of_one_cluster_are_left_out_together() -> None:
    rows, lengths, coded = random_marks(8)
    paired = unitized_alpha(marks_of(rows, lengths, coded, cluster=["c", "c", "e", "e"])).alpha
    single = unitized_alpha(marks_of(rows, lengths, coded)).alpha
    assert paired.estimate == single.estimate
    assert paired.interval.std_error != single.interval.std_error


def test_equal_marks_give_one_and_marks_in_each_other_s_gaps_less_than_nothing() -> None:
    both = [("d", "p"), ("d", "q")]
    alike = marks_of([("d", r, 3, 9, "a") for r in "pq"], {"d": 30}, both)
    assert unitized_alpha(alike).alpha.estimate == 1.0
    apart = marks_of([("d", "p", 0, 15, "a"), ("d", "q", 15, 30, "a")], {"d": 30}, both)
    assert unitized_alpha(apart).alpha.estimate < 0


def test_rater_who_marked_nothing_lowers_agreement() -> None:
    rows = [("d", r, 3, 9, "a") for r in ("p", "q")]
    found = [
        unitized_alpha(marks_of(rows, {"d": 30}, [("d", r) for r in raters])) for raters in ("pq", "pqs")
    ]
    assert found[1].alpha.estimate < found[0].alpha.estimate


def test_groups_are_computed_apart_and_what_lies_outside_pairs_is_counted() -> None:
    rows = [
        ("d", "p", 3, 9, "a"),
        ("d", "q", 3, 9, "a"),
        ("d", "patient1", 20, 25, "a"),
        ("e", "q", 1, 4, "b"),
    ]
    coded = [("d", "p"), ("d", "q"), ("d", "patient1"), ("e", "q")]
    marks = marks_of(rows, {"d": 30, "e": 30}, coded)
    found = unitized_alpha(marks, group="peer")
    assert (found.alpha.estimate, found.alpha.basis.n_ratings, found.alpha.basis.n_items) == (1.0, 2, 1)
    assert [part.to_dict() for part in found.alpha.basis.left_out] == [
        {"reason": "document_without_a_pair", "group": "peer", "n": 1}
    ]
    assert found.by_label["b"].reason is Reason.LEVEL_NEVER_USED
    assert unitized_alpha(marks, group="patient").alpha.reason is Reason.NO_PAIRABLE_ITEMS
    assert unitized_alpha(marks, group="patient").observed == {"a": None, "b": None}


def test_documents_without_a_mark_leave_alpha_undefined() -> None:
    empty = marks_of([], {"d": 30}, [("d", "p"), ("d", "q")])
    assert unitized_alpha(empty).alpha.reason is Reason.NOTHING_MARKED
    assert unitized_alpha_by_document(empty).mean.reason is Reason.NOTHING_MARKED


def test_mean_of_documents_counts_those_where_alpha_is_undefined() -> None:
    rows, lengths, coded = random_marks(11)
    rows = [row for row in rows if row[0] != "d3"]
    found = unitized_alpha_by_document(marks_of(rows, lengths, coded))
    each = [
        plain_alpha([row for row in rows if row[0] == d], {d: lengths[d]}, [c for c in coded if c[0] == d])
        for d in ("d0", "d1", "d2")
    ]
    assert list(found.by_document.values())[:3] == pytest.approx(each, abs=1e-12)
    assert found.mean.estimate == pytest.approx(np.mean(each), abs=1e-12)
    assert found.mean.interval.std_error == pytest.approx(np.std(each, ddof=1) / np.sqrt(3), abs=1e-12)
    assert (found.n_defined, found.n_undefined, found.by_document["d3"]) == (3, 1, None)
    assert found.mean.interval.scope == "these_raters_only"


def test_impossible_confidence_is_refused() -> None:
    marks = marks_of([], {"d": 30}, [("d", "p")])
    for function in (unitized_alpha, unitized_alpha_by_document):
        with pytest.raises(AgreementInputError):
            function(marks, confidence=1.0)
