from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Marks

MARK = ["document", "rater", "group", "start", "end", "label"]
DOCUMENTS = pd.DataFrame({"document": ["d", "e"], "length": [40, 30]})
CODED = pd.DataFrame(
    [("d", "p", "peer"), ("d", "q", "peer"), ("e", "p", "peer"), ("d", "s", "patient")],
    columns=["document", "rater", "group"],
)


def table(*rows: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=MARK)


def code_of(*rows: Any, documents: Any = DOCUMENTS, coded: Any = CODED, **options: Any) -> Any:
    with pytest.raises(AgreementInputError) as refused:
        Marks.from_frame(table(*rows), documents, coded, **options)
    return refused.value.code, [row["row"] for row in refused.value.rows]


def test_marks_are_sorted_and_whoever_marked_nothing_still_coded() -> None:
    rows = [
        ("e", "p", "peer", 5, 9, "risk"),
        ("d", "q", "peer", 7, 8, "risk"),
        ("d", "p", "peer", 3, 6, "care"),
    ]
    marks = Marks.from_frame(table(*rows), DOCUMENTS, CODED)
    assert (marks.documents, marks.raters, marks.labels) == (("d", "e"), ("p", "q", "s"), ("care", "risk"))
    assert marks.start.tolist() == [3, 7, 5]
    assert marks.is_coded.tolist() == [[True, True, True], [True, False, False]]
    shuffled = Marks.from_frame(table(*rows[::-1]), DOCUMENTS.iloc[::-1], CODED.iloc[::-1])
    for name in ("document", "rater", "label", "start", "end", "length", "rater_group"):
        assert getattr(shuffled, name).tolist() == getattr(marks, name).tolist()


def test_table_without_any_mark_is_taken() -> None:
    marks = Marks.from_frame(table(), DOCUMENTS, CODED, labels=("risk",))
    assert (len(marks.start), marks.labels) == (0, ("risk",))


def test_marks_may_touch_and_may_overlap_under_another_label_or_rater() -> None:
    rows = [
        ("d", "p", "peer", 0, 5, "risk"),
        ("d", "p", "peer", 5, 40, "risk"),
        ("d", "p", "peer", 3, 9, "care"),
    ]
    assert len(Marks.from_frame(table(*rows, ("d", "q", "peer", 3, 9, "risk")), DOCUMENTS, CODED).start) == 4


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("d", "p", "peer", 4, 12, "risk"), "overlapping_marks"),
        (("d", "p", "peer", 3, 41, "care"), "mark_outside_document"),
        (("d", "p", "peer", -1, 4, "care"), "mark_outside_document"),
        (("d", "p", "peer", 9, 9, "care"), "empty_mark"),
        (("d", "p", "peer", 9, 8, "care"), "empty_mark"),
        (("d", "p", "peer", 9.5, 12, "care"), "bad_position"),
        (("d", "p", "peer", "here", 12, "care"), "bad_position"),
        (("d", "p", "peer", np.inf, 12, "care"), "bad_position"),
        (("d", "z", "peer", 9, 12, "care"), "unknown_rater"),
        (("x", "p", "peer", 9, 12, "care"), "unknown_document"),
        (("d", "p", "judge", 9, 12, "care"), "unknown_group"),
        (("d", "p", "patient", 9, 12, "care"), "rater_in_two_groups"),
        (("e", "q", "peer", 9, 12, "care"), "not_coded"),
        (("d", "p", None, 9, 12, "care"), "missing_label"),
        (("d", "p", "peer", None, 12, "care"), "missing_label"),
    ],
)
def test_marks_that_cannot_be_are_refused_by_name(row: Any, code: Any) -> None:
    found, rows = code_of(("d", "p", "peer", 5, 8, "risk"), row)
    assert found == code
    assert 1 in rows


def test_same_mark_twice_is_refused_with_both_rows() -> None:
    row = ("d", "p", "peer", 5, 8, "risk")
    assert code_of(row, ("d", "q", "peer", 5, 8, "risk"), row) == ("duplicate_marks", [0, 2])


def test_mark_inside_a_long_one_that_began_before_its_neighbour_is_found() -> None:
    rows = [
        ("d", "p", "peer", 0, 30, "risk"),
        ("d", "p", "peer", 31, 35, "risk"),
        ("d", "p", "peer", 20, 25, "risk"),
    ]
    assert code_of(*rows)[0] == "overlapping_marks"


@pytest.mark.parametrize(
    ("documents", "coded", "code"),
    [
        (pd.DataFrame({"document": ["d", "d"], "length": [4, 4]}), CODED, "duplicate_documents"),
        (pd.DataFrame({"document": ["d", "e"], "length": [4, 0]}), CODED, "bad_position"),
        (pd.DataFrame({"document": ["d", "e"]}), CODED, "missing_columns"),
        (DOCUMENTS.iloc[:0], CODED, "empty_table"),
        (DOCUMENTS.iloc[:1], CODED, "unknown_document"),
        (DOCUMENTS, CODED.iloc[:0], "empty_table"),
        (DOCUMENTS, pd.concat([CODED, CODED.iloc[:1]]), "duplicate_ratings"),
        (DOCUMENTS, CODED.assign(group=["peer", "peer", "patient", "patient"]), "rater_in_two_groups"),
        (DOCUMENTS.assign(cluster=pd.Series(["c", None])), CODED, "missing_label"),
    ],
)
def test_lists_that_cannot_be_are_refused_by_name(documents: Any, coded: Any, code: Any) -> None:
    assert code_of(documents=documents, coded=coded)[0] == code


def test_groups_and_labels_that_were_not_declared_are_refused() -> None:
    assert code_of(groups=("peer",)) == ("unknown_group", [3])
    assert code_of(("d", "p", "peer", 5, 8, "risk"), labels=("care",)) == ("off_scale", [0])
    with pytest.raises(AgreementInputError):
        Marks.from_frame(table(), DOCUMENTS, CODED).raters_of("judge")
