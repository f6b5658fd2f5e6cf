"""Several questions answered by the same raters, stacked: one row per rating."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from rating.agreement.arrays import Bools, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, LeftOut
from rating.agreement.scale import Scale
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class StackedRatings:
    """Ratings (N,) as positions in `items`, `raters`, `questions` and the levels of that question's scale.

    `rater_group` (R,) points into `groups`; `left_out` is what had no value, `silent` names the raters (and
    their groups) who gave no value at all.
    """

    scales: tuple[Scale, ...]
    questions: tuple[str, ...]
    groups: tuple[str, ...]
    items: tuple[str, ...]
    raters: tuple[str, ...]
    rater_group: Ints
    item: Ints
    rater: Ints
    question: Ints
    level: Ints
    left_out: tuple[LeftOut, ...]
    silent: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls, questions: Mapping[str, Ratings], group: str | tuple[str, ...] | None = None
    ) -> "StackedRatings":
        """Stack the ratings of one group, several, or (None) all.

        Raises AgreementInputError `bad_option` without questions or when a rater changes group between them.
        """
        if not questions:
            raise AgreementInputError("bad_option", "At least one question is needed.")
        groups = _groups_of(questions, group)
        items = _labels([ratings.items for ratings in questions.values()])
        raters = _labels([ratings.raters for ratings in questions.values()])
        rater_group = np.full(len(raters), -1, dtype=np.int64)
        parts: list[tuple[Ints, Ints, Ints, Ints]] = []
        for place, (name, ratings) in enumerate(questions.items()):
            own = np.array([groups.index(g) if g in groups else -1 for g in ratings.groups], dtype=np.int64)
            mine = np.array([raters[label] for label in ratings.raters], dtype=np.int64)
            _place_raters(name, rater_group, mine, own[ratings.rater_group])
            is_kept = own[ratings.rater_group][ratings.rater] >= 0
            item_codes = np.array([items[label] for label in ratings.items], dtype=np.int64)
            item, rater = item_codes[ratings.item[is_kept]], mine[ratings.rater[is_kept]]
            parts.append((item, rater, np.full(len(item), place, dtype=np.int64), ratings.level[is_kept]))
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        # The order of rows must not move a sum by a rounding error.
        item, rater, question, level = (column[np.lexsort(columns[:3])] for column in columns)
        names, rated = tuple(raters), np.isin(np.arange(len(raters)), rater)
        is_silent = (rater_group >= 0) & ~rated
        whole = cls(
            tuple(ratings.scale for ratings in questions.values()),
            tuple(questions),
            groups,
            tuple(items),
            names,
            rater_group,
            item,
            rater,
            question,
            level,
            tuple(part for ratings in questions.values() for part in ratings.left_out_of(groups)),
            tuple((names[place], groups[rater_group[place]]) for place in np.flatnonzero(is_silent)),
        )
        return whole.keep(np.ones(len(whole.item), dtype=np.bool_))

    @property
    def n_ratings(self) -> int:
        return len(self.item)

    def keep(self, is_kept: Bools) -> "StackedRatings":
        """The marked ratings (N,), and only the items and raters that have one."""
        items, item = np.unique(self.item[is_kept], return_inverse=True)
        raters, rater = np.unique(self.rater[is_kept], return_inverse=True)
        return replace(
            self,
            items=tuple(self.items[place] for place in items),
            raters=tuple(self.raters[place] for place in raters),
            rater_group=self.rater_group[raters],
            item=item,
            rater=rater,
            question=self.question[is_kept],
            level=self.level[is_kept],
        )

    def without_empty_questions(self) -> "StackedRatings":
        """The same without questions that have no rating."""
        places, question = np.unique(self.question, return_inverse=True)
        return replace(
            self,
            scales=tuple(self.scales[place] for place in places),
            questions=tuple(self.questions[place] for place in places),
            question=question,
        )

    def n_islands(self) -> int:
        """Into how many sets the raters fall that share no item, directly or through others."""
        shape = (len(self.items), len(self.raters))
        cells = sparse.csr_array((np.ones(self.n_ratings), (self.item, self.rater)), shape=shape)
        return int(connected_components(cells.T @ cells, directed=False)[0])

    def basis(self, used: "StackedRatings", unused_reason: str) -> Basis:
        """Counts of what was used; other ratings are left out under that reason."""
        sizes = [len(self.groups)] * 2
        before, after = (
            np.bincount(data.rater_group[data.rater], minlength=size)
            for data, size in zip((self, used), sizes, strict=True)
        )
        unused = tuple(
            LeftOut(unused_reason, name, int(was - now))
            for name, was, now in zip(self.groups, before, after, strict=True)
            if was > now
        )
        n_pairable = int((np.bincount(used.item) >= 2).sum()) if used.n_ratings else 0
        return Basis(len(used.items), len(used.raters), used.n_ratings, n_pairable, self.left_out + unused)

    def obstacle(self) -> Reason | None:
        """Why no model of ordered answers can be fitted, as far as counts tell."""
        if not self.n_ratings:
            return Reason.NO_RATINGS
        if not all(scale.has_scores for scale in self.scales):
            return Reason.NOT_FOR_THIS_SCALE
        used = [np.unique(self.level[self.question == place]) for place in range(len(self.questions))]
        if all(len(levels) < 2 for levels in used) and len(np.unique(self.level)) < 2:
            return Reason.ONE_CATEGORY
        if len(self.items) < 2 or len(self.raters) < 2:
            return Reason.TOO_LITTLE_DATA
        return None


def has_one_scale(data: StackedRatings) -> bool:
    """Whether all questions offer the same values."""
    return len({tuple(scale.values) for scale in data.scales}) == 1


def _groups_of(questions: Mapping[str, Ratings], group: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if group is not None:
        groups = (group,) if isinstance(group, str) else tuple(group)
        for ratings in questions.values():
            for name in groups:
                ratings.index_of(name)
        return groups
    return tuple(dict.fromkeys(name for ratings in questions.values() for name in ratings.groups))


def _labels(lists: list[tuple[str, ...]]) -> dict[str, int]:
    return {label: place for place, label in enumerate(sorted({label for part in lists for label in part}))}


def _place_raters(name: str, rater_group: Ints, raters: Ints, groups: Ints) -> None:
    known = rater_group[raters]
    if ((known >= 0) & (groups >= 0) & (known != groups)).any():
        raise AgreementInputError(
            "bad_option", f"A rater of question {name!r} changes group between questions."
        )
    rater_group[raters] = np.where(groups >= 0, groups, known)
