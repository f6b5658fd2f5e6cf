"""The one error that bad input raises."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]

INPUT_CODES = frozenset(
    {
        "bad_scale",
        "missing_order",
        "missing_columns",
        "empty_table",
        "missing_label",
        "unknown_group",
        "duplicate_ratings",
        "infinite_value",
        "off_scale",
        "value_and_missing",
        "rater_in_two_groups",
        "rater_in_two_blocks",
        "item_in_two_clusters",
        "compared_with_itself",
        "duplicate_documents",
        "duplicate_marks",
        "unknown_document",
        "unknown_rater",
        "not_coded",
        "bad_position",
        "empty_mark",
        "mark_outside_document",
        "overlapping_marks",
        "bad_option",
        "bad_timing",
    }
)


class AgreementInputError(ValueError):
    """A table, scale or option that no honest number can be computed from.

    `code` is one of INPUT_CODES, `message` is safe to show, and `rows` lists every offending row as
    a dict with `row` (0-based position in the table) and the columns that matter.
    """

    def __init__(self, code: str, message: str, rows: Sequence[Row] = ()) -> None:
        if code not in INPUT_CODES:
            raise AssertionError(f"unknown input code {code!r}")
        super().__init__(message)
        self.code = code
        self.message = message
        self.rows: tuple[Row, ...] = tuple(rows)
