"""Validation of tables of marked passages: every refusal has a name and lists its rows."""

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools
from rating.agreement.errors import AgreementInputError

MARK_COLUMNS = ("document", "rater", "group", "start", "end", "label")
DOCUMENT_COLUMNS = ("document", "length")
CODED_COLUMNS = ("document", "rater", "group")


def check_columns(frame: pd.DataFrame, columns: tuple[str, ...], table: str) -> None:
    """Refuse a table without its columns, and rows that leave one of them empty."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise AgreementInputError(
            "missing_columns", f"The table of {table} lacks the column(s): {', '.join(absent)}."
        )
    is_empty = frame[list(columns)].isna().any(axis=1).to_numpy()
    _refuse(frame, columns, is_empty, "missing_label", f"Rows of {table} with an empty cell")


def check_documents(documents: pd.DataFrame) -> None:
    """Refuse an empty list, repeats, and lengths that are not whole numbers above zero."""
    if documents.empty:
        raise AgreementInputError("empty_table", "The table of documents has no rows.")
    is_repeat = documents.duplicated("document", keep=False).to_numpy()
    _refuse(documents, DOCUMENT_COLUMNS, is_repeat, "duplicate_documents", "The same document twice")
    is_bad = ~_is_whole(documents["length"]) | (_numbers(documents["length"]) < 1)
    _refuse(documents, DOCUMENT_COLUMNS, is_bad, "bad_position", "Lengths that are not whole numbers above 0")


def check_coded(coded: pd.DataFrame, documents: pd.DataFrame) -> None:
    """Refuse repeats, documents that are not listed and raters in two groups."""
    if coded.empty:
        raise AgreementInputError("empty_table", "The table of who coded what has no rows.")
    is_unknown = ~coded["document"].isin(documents["document"]).to_numpy()
    _refuse(coded, CODED_COLUMNS, is_unknown, "unknown_document", "Documents that are not listed")
    is_repeat = coded.duplicated(["document", "rater"], keep=False).to_numpy()
    _refuse(coded, CODED_COLUMNS, is_repeat, "duplicate_ratings", "The same rater twice on one document")
    n_groups = coded.groupby("rater", sort=False)["group"].transform("nunique").to_numpy()
    _refuse(coded, CODED_COLUMNS, n_groups > 1, "rater_in_two_groups", "A rater in more than one group")


def check_groups(coded: pd.DataFrame, groups: tuple[str, ...]) -> None:
    """Refuse raters of a group that was not declared."""
    is_unknown = ~coded["group"].isin(groups).to_numpy()
    _refuse(coded, CODED_COLUMNS, is_unknown, "unknown_group", "Rows of a group that was not declared")


def check_owners(marks: pd.DataFrame, documents: pd.DataFrame, coded: pd.DataFrame) -> None:
    """Refuse marks in unknown documents, of unknown raters or groups, or in what their rater did not code."""
    group_of = dict(zip(coded["rater"], coded["group"], strict=True))
    known = pd.MultiIndex.from_frame(coded[["document", "rater"]])
    own = pd.MultiIndex.from_frame(marks[["document", "rater"]])
    is_elsewhere = ~marks["document"].isin(documents["document"])
    is_misplaced = marks["rater"].map(group_of) != marks["group"]
    refusals = (
        ("unknown_document", "Marks in documents that are not listed", is_elsewhere),
        ("unknown_rater", "Marks of raters who coded nothing", ~marks["rater"].isin(coded["rater"])),
        ("unknown_group", "Marks of a group nobody is in", ~marks["group"].isin(coded["group"])),
        ("rater_in_two_groups", "Marks whose rater is of another group", is_misplaced),
        ("not_coded", "Marks in a document that their rater did not code", pd.Series(~own.isin(known))),
    )
    for code, what, is_bad in refusals:
        _refuse(marks, MARK_COLUMNS, is_bad.to_numpy(dtype=bool), code, what)


def check_labels(marks: pd.DataFrame, labels: tuple[str, ...]) -> None:
    """Refuse labels that were not declared."""
    is_unknown = ~marks["label"].isin(labels).to_numpy()
    _refuse(marks, MARK_COLUMNS, is_unknown, "off_scale", "Labels that were not declared")


def check_places(marks: pd.DataFrame, documents: pd.DataFrame) -> None:
    """Refuse places that are not whole numbers, empty marks, marks outside the text, repeats and overlaps."""
    is_odd = ~(_is_whole(marks["start"]) & _is_whole(marks["end"]))
    _refuse(marks, MARK_COLUMNS, is_odd, "bad_position", "Places that are not whole numbers")
    start, end = _numbers(marks["start"]), _numbers(marks["end"])
    _refuse(marks, MARK_COLUMNS, end <= start, "empty_mark", "Marks that end where they start or before")
    length_of = dict(zip(documents["document"], _numbers(documents["length"]), strict=True))
    length = marks["document"].map(length_of).to_numpy(dtype=np.float64)
    is_outside = (start < 0) | (end > length)
    _refuse(marks, MARK_COLUMNS, is_outside, "mark_outside_document", "Marks outside their document")
    is_repeat = marks.duplicated(["document", "rater", "label", "start", "end"], keep=False).to_numpy()
    _refuse(marks, MARK_COLUMNS, is_repeat, "duplicate_marks", "The same mark twice")
    overlap = "Overlapping marks of one rater with one label"
    _refuse(marks, MARK_COLUMNS, _overlaps(marks), "overlapping_marks", overlap)


def _overlaps(marks: pd.DataFrame) -> Bools:
    """Which rows overlap a neighbour of the same document, rater and label."""
    owner = ["document", "rater", "label"]
    start, end = _numbers(marks["start"]), _numbers(marks["end"])
    numbered = marks.assign(place=np.arange(len(marks)), start=start, end=end)
    ordered = numbered.sort_values([*owner, "start"], kind="stable")
    same = (ordered[owner] == ordered[owner].shift()).all(axis=1).to_numpy()
    # A long mark may reach beyond its next neighbour, so the furthest end so far decides.
    reached = ordered.groupby(owner, sort=False)["end"].cummax().shift().to_numpy(dtype=np.float64)
    is_late = same & (ordered["start"].to_numpy(dtype=np.float64) < reached)
    found = np.zeros(len(marks), dtype=bool)
    found[ordered["place"].to_numpy()] = is_late | np.append(
        is_late[1:], np.zeros(min(1, len(marks)), dtype=bool)
    )
    return found


def _numbers(column: "pd.Series[float]") -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)


def _is_whole(column: "pd.Series[float]") -> Bools:
    numbers = _numbers(column)
    return np.asarray(np.isfinite(numbers) & (numbers == np.floor(numbers)))


def _refuse(frame: pd.DataFrame, columns: tuple[str, ...], is_bad: Bools, code: str, what: str) -> None:
    positions = np.flatnonzero(is_bad)
    if positions.size:
        records = frame.iloc[positions][list(columns)].astype(object).to_dict("records")
        rows = [
            {"row": int(place), **{str(name): str(value) for name, value in record.items()}}
            for place, record in zip(positions, records, strict=True)
        ]
        shown = ", ".join(str(row["row"]) for row in rows[:5]) + (", …" if len(rows) > 5 else "")
        raise AgreementInputError(code, f"{what}: {len(rows)} row(s), at position {shown}.", rows)
