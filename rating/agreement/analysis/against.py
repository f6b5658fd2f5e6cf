"""Every human group against the other human groups: its association index, tested and adjusted."""

from typing import Any

from rating.agreement.analysis.context import Context
from rating.agreement.resampling.multiplicity import benjamini_hochberg
from rating.agreement.statistics.group_association import GroupAssociation, group_association_index


def compared_groups(context: Context) -> tuple[str, ...]:
    """Human groups that have others to be held against."""
    return context.humans if len(context.humans) > 1 else ()


def group_association(context: Context, group: str) -> GroupAssociation:
    """The index of a human group against the others, its test on a stream of its own."""
    others = tuple(name for name in context.humans if name != group)
    options = context.tested_by_name("against", group)
    return group_association_index(context.ratings, group, *others, level=context.level, options=options)


def adjusted(found: list[GroupAssociation]) -> list[dict[str, Any]]:
    """JSON-safe rows; p values adjusted by Benjamini and Hochberg over the groups of the question.

    Where a row holds several tests, each of them is a family of its own.
    """
    rows = [part.to_dict() for part in found]
    for name in [name for name in (rows[0] if rows else ()) if name.endswith("test")]:
        p_values = benjamini_hochberg([row[name]["p"] for row in rows])
        for row, p in zip(rows, p_values, strict=True):
            row[name] = {**row[name], "adjusted_p": p}
    return rows
