"""The marks that can be compared: of raters of some groups, in documents that two of them coded."""

import numpy as np

from rating.agreement.marks import Marks
from rating.agreement.reasons import Reason
from rating.agreement.statistics.mark_overlaps import shared_documents


def group_names(marks: Marks, group: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The groups meant: one, several, or (None) all."""
    return marks.groups if group is None else (group,) if isinstance(group, str) else group


def coded_together(marks: Marks, group: str | tuple[str, ...] | None) -> Marks:
    """The raters of the groups, on documents that two of them coded."""
    is_rater = marks.raters_of(group)
    part = marks.among(np.ones(len(marks.documents), dtype=bool), is_rater)
    is_pair = np.asarray(~np.eye(len(part.raters), dtype=bool))
    part = part.among(shared_documents(part, is_pair), np.ones(len(part.raters), dtype=bool))
    has_document = part.is_coded.any(axis=0)
    # Where no document is left, the raters stay, so that "nobody" and "nobody together" differ.
    if not has_document.any():
        return part
    return part.among(np.ones(len(part.documents), dtype=bool), np.asarray(has_document))


def absence(part: Marks) -> Reason | None:
    """Why nothing can be said of what `coded_together` left."""
    if not part.raters:
        return Reason.NO_RATINGS
    if not part.documents:
        return Reason.NO_PAIRABLE_ITEMS
    return None if len(part.document) else Reason.NOTHING_MARKED
