"""The data door of checklists: which elements of a reply are covered, and which critical ones are missing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale
from rating.agreement.table import Ratings

JUDGEMENTS = ("covered", "partial", "missing", "not_needed")
SCALE = Scale(JUDGEMENTS, "nominal")
OMISSION = Scale((False, True), "nominal")
# Joins the names of a reply and an element; neither holds it.
_JOINT = "\x1f"


@dataclass(frozen=True)
class Checklist:
    """Validated judgements of the elements of replies; build it with `from_frame`.

    `elements` holds the judgements as ratings, one item per reply and element; `item_of` and `is_critical`
    say per such item which reply it belongs to and whether the element is critical there.
    """

    elements: Ratings
    item_of: tuple[str, ...]
    is_critical: Bools

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, groups: Sequence[str] | None = None) -> "Checklist":
        """Check a long table with the columns `item`, `rater`, `group`, `element`, `critical`, `value`.

        `value` is covered, partial, missing, not_needed, or empty (not judged); `critical` (true or false)
        was fixed for the element of that item before rating. Optional columns as for `Ratings.from_frame`;
        without `cluster` the elements of a reply belong together. Raises AgreementInputError as that does,
        and `bad_option` for an element that is critical to one rater and not to another.

        >>> rows = [("i", "a", "risk", True, "missing"), ("i", "a", "warmth", False, "covered")]
        >>> frame = pd.DataFrame(rows, columns=["item", "rater", "element", "critical", "value"])
        >>> found = Checklist.from_frame(frame.assign(group="coder"))
        >>> found.is_critical.tolist(), found.votes().level.tolist()
        ([True, False], [1])
        """
        needed = ("item", "rater", "group", "element", "critical", "value")
        absent = [name for name in needed if name not in frame.columns]
        if absent:
            raise AgreementInputError(
                "missing_columns", f"The table lacks the column(s): {', '.join(absent)}."
            )
        for name in ("item", "element"):
            if frame[name].isna().any():
                raise AgreementInputError("missing_label", f"Rows without an {name}.")
        if not frame["critical"].isin([True, False]).all():
            raise AgreementInputError("bad_option", "Every element is critical or not: true or false.")
        joint = frame["item"].map(str) + _JOINT + frame["element"].map(str)
        table = frame.assign(item=joint)
        if "cluster" not in frame.columns:
            table["cluster"] = frame["item"].map(str)
        critical = frame["critical"].astype(bool).groupby(joint)
        if (critical.min() != critical.max()).any():
            raise AgreementInputError("bad_option", "An element of an item is critical for all or for none.")
        elements = Ratings.from_frame(table, SCALE, groups=groups)
        is_critical = critical.first().reindex(list(elements.items)).to_numpy().astype(np.bool_)
        return cls(elements, tuple(name.split(_JOINT)[0] for name in elements.items), is_critical)

    def votes(self, *, omitted: Sequence[str] = ("missing",)) -> Ratings:
        """Any critical omission, yes or no, per rater and reply.

        Yes where an applicable critical element is `omitted` ("partial" beside "missing" only in a
        sensitivity analysis), no where at least one was judged and none is. Nothing, not no, where all
        critical elements were "not needed" or not judged. Replies without critical elements have no votes.
        """
        if not omitted or any(value not in ("missing", "partial") for value in omitted):
            raise AgreementInputError("bad_option", "An omission is an element that is missing or partial.")
        marks = self.elements
        is_critical = self.is_critical[marks.item]
        table = pd.DataFrame(
            {
                "item": np.array(self.item_of, dtype=object)[marks.item],
                "rater": np.array(marks.raters, dtype=object)[marks.rater],
                "group": np.array(marks.groups, dtype=object)[marks.rater_group[marks.rater]],
                "block": marks.rater_block[marks.rater],
                "cluster": marks.item_cluster[marks.item],
                "is_omitted": np.isin(marks.level, [JUDGEMENTS.index(value) for value in omitted]),
                "is_judged": marks.level != JUDGEMENTS.index("not_needed"),
            }
        )[is_critical]
        if table.empty:
            raise AgreementInputError("empty_table", "Nobody judged a critical element.")
        keys = ["item", "rater", "group", "block", "cluster"]
        found = table.groupby(keys, sort=True).any().reset_index()
        value = found["is_omitted"].astype(object).where(found["is_judged"], None)
        missing = pd.Series("not_needed", index=found.index).where(~found["is_judged"], None)
        return Ratings.from_frame(
            found[keys].assign(value=value, missing=missing), OMISSION, groups=marks.groups
        )
