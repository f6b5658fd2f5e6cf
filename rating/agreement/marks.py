"""The data door of marked passages: who coded which document, and which passages they marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rating.agreement import marks_checks as checks
from rating.agreement.arrays import Bools, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.results import Basis, LeftOut


@dataclass(frozen=True)
class Marks:
    """Validated passages that raters marked in documents.

    Build it with `from_frame`. Per mark (N): `document`, `rater`, `label` as places in the sorted names,
    `start`, `end` in code points, end exclusive; marks are sorted by document, rater, label, start. Per
    document (D): `length`, `cluster`. `rater_group` (R): place in `groups`. `is_coded` (D, R): who coded
    what, marks or none.
    """

    documents: tuple[str, ...]
    raters: tuple[str, ...]
    groups: tuple[str, ...]
    labels: tuple[str, ...]
    length: Ints
    cluster: Ints
    rater_group: Ints
    is_coded: Bools
    document: Ints
    rater: Ints
    label: Ints
    start: Ints
    end: Ints

    @classmethod
    def from_frame(
        cls,
        marks: pd.DataFrame,
        documents: pd.DataFrame,
        coded: pd.DataFrame,
        *,
        groups: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
    ) -> "Marks":
        """Check three tables and lay them out.

        `marks`: one row a passage, columns `document`, `rater`, `group`, `start`, `end`, `label`; offsets in
        code points from 0, end exclusive; may be empty. `documents`: `document`, `length`, and optionally
        `cluster` (documents that share one are resampled together). `coded`: `document`, `rater`, `group`,
        one row for everybody who read a document to mark it, also where they marked nothing. `groups` and
        `labels` declare what there is; without them it is what the tables hold, sorted.

        Raises AgreementInputError `missing_columns`, `empty_table` (no document, nobody who coded),
        `missing_label` (an empty cell), `duplicate_documents`, `duplicate_ratings` (a rater twice on a
        document), `duplicate_marks`, `unknown_document`, `unknown_rater`, `unknown_group`,
        `rater_in_two_groups`, `not_coded` (a mark where its rater coded nothing), `off_scale` (a label that
        was not declared), `bad_position` (not a whole number), `empty_mark` (end <= start),
        `mark_outside_document`, `overlapping_marks` (of the same rater and label).

        >>> marks = pd.DataFrame({"document": ["d"], "rater": ["p"], "group": ["peer"],
        ...                       "start": [4], "end": [9], "label": ["risk"]})
        >>> coded = pd.DataFrame({"document": ["d", "d"], "rater": ["p", "q"], "group": "peer"})
        >>> found = Marks.from_frame(marks, pd.DataFrame({"document": ["d"], "length": [40]}), coded)
        >>> found.raters, found.is_coded.tolist(), (found.end - found.start).tolist()
        (('p', 'q'), [[True, True]], [5])
        """
        checks.check_columns(marks, checks.MARK_COLUMNS, "marks")
        optional = ("cluster",) if "cluster" in documents.columns else ()
        checks.check_columns(documents, (*checks.DOCUMENT_COLUMNS, *optional), "documents")
        checks.check_columns(coded, checks.CODED_COLUMNS, "who coded what")
        marks = _with_text(marks, ("document", "rater", "group", "label"))
        documents, coded = _with_text(documents, ("document",)), _with_text(coded, checks.CODED_COLUMNS)
        checks.check_documents(documents)
        checks.check_coded(coded, documents)
        declared = tuple(str(g) for g in groups) if groups is not None else tuple(sorted(set(coded["group"])))
        checks.check_groups(coded, declared)
        checks.check_owners(marks, documents, coded)
        checks.check_places(marks, documents)
        known = tuple(str(x) for x in labels) if labels is not None else tuple(sorted(set(marks["label"])))
        checks.check_labels(marks, known)
        return cls._laid_out(marks, documents, coded, declared, known)

    @classmethod
    def _laid_out(
        cls,
        marks: pd.DataFrame,
        documents: pd.DataFrame,
        coded: pd.DataFrame,
        groups: tuple[str, ...],
        labels: tuple[str, ...],
    ) -> "Marks":
        documents = documents.sort_values("document")
        names, raters = tuple(documents["document"]), tuple(sorted(set(coded["rater"])))
        is_coded = np.zeros((len(names), len(raters)), dtype=bool)
        rater = _places(coded["rater"], raters)
        is_coded[_places(coded["document"], names), rater] = True
        rater_group = np.zeros(len(raters), dtype=np.int64)
        rater_group[rater] = _places(coded["group"], groups)
        clusters = documents["cluster"].map(str) if "cluster" in documents.columns else documents["document"]
        columns = np.stack(
            [
                _places(marks["document"], names),
                _places(marks["rater"], raters),
                _places(marks["label"], labels),
                pd.to_numeric(marks["start"]).to_numpy(dtype=np.int64),
                pd.to_numeric(marks["end"]).to_numpy(dtype=np.int64),
            ]
        )
        columns = columns[:, np.lexsort(columns[3::-1])]
        return cls(
            names,
            raters,
            groups,
            labels,
            pd.to_numeric(documents["length"]).to_numpy(dtype=np.int64),
            pd.factorize(clusters, sort=True)[0].astype(np.int64),
            rater_group,
            is_coded,
            *columns,
        )

    def index_of(self, group: str) -> int:
        """Position of a group; AgreementInputError `unknown_group` when it was not declared."""
        if group not in self.groups:
            raise AgreementInputError(
                "unknown_group", f"No group {group!r}; the groups are {', '.join(self.groups)}."
            )
        return self.groups.index(group)

    def raters_of(self, group: str | Sequence[str] | None) -> Bools:
        """Which raters are of a group, of several, or (None) of any, (R,)."""
        names = self.groups if group is None else (group,) if isinstance(group, str) else tuple(group)
        return np.isin(self.rater_group, [self.index_of(name) for name in names])

    def among(self, is_document: Bools, is_rater: Bools) -> "Marks":
        """The same with only the marked documents (D,) and raters (R,)."""
        is_kept = is_document[self.document] & is_rater[self.rater]
        document, rater = np.cumsum(is_document) - 1, np.cumsum(is_rater) - 1
        return replace(
            self,
            documents=tuple(np.array(self.documents, dtype=object)[is_document]),
            raters=tuple(np.array(self.raters, dtype=object)[is_rater]),
            length=self.length[is_document],
            cluster=np.unique(self.cluster[is_document], return_inverse=True)[1],
            rater_group=self.rater_group[is_rater],
            is_coded=self.is_coded[np.ix_(is_document, is_rater)],
            document=document[self.document[is_kept]],
            rater=rater[self.rater[is_kept]],
            label=self.label[is_kept],
            start=self.start[is_kept],
            end=self.end[is_kept],
        )

    def with_label(self, label: str) -> "Marks":
        """The same with the marks of one label only; all documents and raters stay."""
        is_kept = self.label == self.labels.index(label)
        columns = ("document", "rater", "label", "start", "end")
        document, rater, places, start, end = (getattr(self, name)[is_kept] for name in columns)
        return replace(self, document=document, rater=rater, label=places, start=start, end=end)

    def basis(self, used: "Marks", groups: Sequence[str]) -> Basis:
        """Documents, raters and marks that were used, and how many marks of the groups were not."""
        left_out = []
        for group in groups:
            place = self.index_of(group)
            before, after = (int((part.rater_group[part.rater] == place).sum()) for part in (self, used))
            if before > after:
                left_out.append(LeftOut("document_without_a_pair", group, before - after))
        n = len(used.documents)
        return Basis(n, int(used.is_coded.any(axis=0).sum()), len(used.document), n, tuple(left_out))


def _with_text(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    # An empty table has columns of no type, which pandas would not take for text.
    return frame.reset_index(drop=True).assign(**{name: [str(x) for x in frame[name]] for name in names})


def _places(column: "pd.Series[str]", names: Sequence[str]) -> Ints:
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[name] for name in column], dtype=np.int64)
