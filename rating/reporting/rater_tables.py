"""How raters went about it, over all questions."""

from __future__ import annotations

from rating.reporting.report import Report
from rating.reporting.tables import Column, Kind, Table

RATERS = "raters-at-work"
NOT_ERROR = (
    "A difference is not an error. Somebody who answers otherwise than the rest of the group may see what "
    "others miss; somebody who is quick may be practised. These numbers are a reason to ask, never a verdict."
)


def raters_at_work(report: Report) -> Table:
    """One row for each rater; pseudonyms only. Without rows in analyses of format 1."""
    columns = [
        Column("Rater"),
        Column("Group"),
        Column("Items", Kind.COUNT),
        Column("Answers", Kind.COUNT),
        Column("Without a value", Kind.COUNT),
        Column("Seconds for a rating, median", Kind.NUMBER),
        Column("Seconds, quickest", Kind.NUMBER),
        Column("Ratings timed", Kind.COUNT),
        Column("Items answered all alike", Kind.COUNT),
        Column("Items with three or more such questions", Kind.COUNT),
    ]
    names = (
        "n_items",
        "n_answers",
        "n_missing",
        "seconds",
        "fastest",
        "n_timed",
        "n_alike",
        "n_judged",
    )
    rows = [
        [row["rater"], report.scope_name(row["group"]), *(row[name] for name in names)]
        for row in report.results.get("raters", [])
    ]
    note = "All alike: one answer to every rated question on the commonest scale."
    return Table(RATERS, "How each rater went about it", columns, rows, note=note)
