"""The data door: a long table of ratings, checked once, counted ever after."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from rating.agreement import checks
from rating.agreement.arrays import Bools, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.labels import Labels
from rating.agreement.results import LeftOut
from rating.agreement.scale import Scale
from rating.agreement.tally import Tally, renumbered

UNSTATED = "missing"
T = TypeVar("T")


@dataclass(frozen=True)
class Ratings:
    """The validated ratings of one question.

    Build it with `from_frame`; the arrays are integers into `items`, `raters`, `groups` and the
    scale's values, sorted by label, so that the order of rows never changes a number.
    """

    scale: Scale
    groups: tuple[str, ...]
    items: tuple[str, ...]
    raters: tuple[str, ...]
    rater_group: Ints
    rater_block: Ints
    item_cluster: Ints
    item: Ints
    rater: Ints
    level: Ints
    left_out: tuple[LeftOut, ...]
    # What `once` keeps; None unless asked for, so that ratings nobody analyses hold nothing but themselves.
    kept: dict[Hashable, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, scale: Scale, *, groups: Sequence[str] | None = None
    ) -> "Ratings":
        """Check a long table and lay it out.

        Columns: `item`, `rater`, `group`, `value`; optional `cluster` (items that share one are
        resampled together), `block` (raters are relabelled only inside one), `missing` (the reason
        where there is no value). `groups` declares the groups and their order; without it they are
        those of the table, sorted. Empty values are left out and counted by reason and group.

        Raises AgreementInputError, naming the defect and listing every offending row.

        >>> frame = pd.DataFrame(
        ...     {"item": ["a", "a", "b"], "rater": ["p", "q", "p"], "group": "peer", "value": [1, 2, None]}
        ... )
        >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal"))
        >>> len(ratings.item), ratings.left_out
        (2, (LeftOut(reason='missing', group='peer', n=1),))
        """
        checks.check_shape(frame)
        checks.check_labels(frame)
        labels = {name: Labels.of(frame[name]) for name in checks.LABELS if name in frame.columns}
        declared = labels["group"].names if groups is None else tuple(str(group) for group in groups)
        checks.check_groups(frame, labels["group"], declared)
        checks.check_identities(frame, labels)
        is_missing = frame["value"].isna().to_numpy()
        levels = scale.levels_of(frame["value"])
        checks.check_values(frame, levels, is_missing)
        places = np.array([declared.index(name) for name in labels["group"].names])
        labels["group"] = Labels(declared, places[labels["group"].codes])
        return cls._laid_out(frame, scale, labels, levels, is_missing)

    @classmethod
    def _laid_out(
        cls, frame: pd.DataFrame, scale: Scale, labels: dict[str, Labels], levels: Ints, is_missing: Bools
    ) -> "Ratings":
        item, rater, group = (labels[name] for name in ("item", "rater", "group"))
        block = labels["block"].codes if "block" in labels else np.zeros(1, dtype=np.int64)
        cluster = labels["cluster"].codes if "cluster" in labels else item.codes
        has_value = ~is_missing
        return cls(
            scale=scale,
            groups=group.names,
            items=item.names,
            raters=rater.names,
            rater_group=_per_owner(rater, group.codes),
            rater_block=_per_owner(rater, block),
            item_cluster=_per_owner(item, cluster),
            item=item.codes[has_value],
            rater=rater.codes[has_value],
            level=levels[has_value],
            left_out=_missing_counts(frame, group, is_missing),
        )

    def remembering(self) -> "Ratings":
        """The same ratings, which lay themselves out once for all statistics that ask alike.

        For as long as many statistics of one question are computed: the layouts take memory.
        """
        copy = replace(self)
        object.__setattr__(copy, "kept", {})
        return copy

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, worked out a single time under a key by ratings that remember."""
        if self.kept is None:
            return make()
        if key not in self.kept:
            self.kept[key] = make()
        found: T = self.kept[key]
        return found

    def index_of(self, group: str) -> int:
        """Position of a group; AgreementInputError `unknown_group` when it was not declared."""
        if group not in self.groups:
            raise AgreementInputError(
                "unknown_group", f"No group {group!r}; the groups are {', '.join(self.groups)}."
            )
        return self.groups.index(group)

    def tally(self, *sides: Sequence[str]) -> Tally:
        """Lay out the ratings of the named groups, one side per sequence of groups.

        Only items and raters with a rating among them are kept; their order is that of the labels.
        """
        return self.tally_with_items(*sides)[0]

    def tally_with_items(self, *sides: Sequence[str]) -> tuple[Tally, Ints]:
        """The same, and which of `items` each row of the tally is, shape (n,)."""
        names = tuple(tuple(side) for side in sides)
        return self.once(("tally", names), lambda: self._tally(names))

    def _tally(self, sides: Sequence[Sequence[str]]) -> tuple[Tally, Ints]:
        side_of_group = np.full(len(self.groups), -1, dtype=np.int64)
        for side, groups in enumerate(sides):
            side_of_group[[self.index_of(group) for group in groups]] = side
        side_of_rater = side_of_group[self.rater_group]
        is_kept = side_of_rater[self.rater] >= 0
        items, item = renumbered(self.item[is_kept], len(self.items))
        raters, rater = renumbered(self.rater[is_kept], len(self.raters))
        tally = Tally(
            item=item,
            rater=rater,
            level=self.level[is_kept],
            side=side_of_rater[raters],
            stratum=self.rater_group[raters],
            block=np.unique(self.rater_block[raters], return_inverse=True)[1],
            cluster=renumbered(self.item_cluster[items], len(self.items))[1],
            n_sides=len(sides),
            n_levels=self.scale.n_levels,
        )
        return tally, items

    def left_out_of(self, groups: Sequence[str]) -> tuple[LeftOut, ...]:
        """What was missing in the named groups, by reason."""
        return tuple(part for part in self.left_out if part.group in groups)

    def summary(self) -> dict[str, Any]:
        """Counts of the whole table."""
        return {
            "n_items": len(np.unique(self.item)),
            "n_raters": len(np.unique(self.rater)),
            "n_ratings": len(self.item),
            "left_out": [part.to_dict() for part in self.left_out],
        }


def _per_owner(owner: Labels, codes: Ints) -> Ints:
    result = np.zeros(len(owner.names), dtype=np.int64)
    result[owner.codes] = codes
    return result


def _missing_counts(frame: pd.DataFrame, group: Labels, is_missing: Bools) -> tuple[LeftOut, ...]:
    if not is_missing.any():
        return ()
    reasons = pd.Series([UNSTATED] * int(is_missing.sum()), dtype=object)
    if "missing" in frame.columns:
        reasons = checks.stated_reasons(frame["missing"][is_missing]).fillna(UNSTATED)
    codes, names = pd.factorize(reasons)
    n_groups = len(group.names)
    counts = np.bincount(codes * n_groups + group.codes[is_missing], minlength=len(names) * n_groups)
    places = np.flatnonzero(counts).tolist()
    found = [(str(names[at // n_groups]), group.names[at % n_groups], int(counts[at])) for at in places]
    return tuple(LeftOut(*part) for part in sorted(found))
