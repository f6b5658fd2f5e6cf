"""The data door: a long table of ratings, checked once, counted ever after."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rating.agreement import checks
from rating.agreement.arrays import Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.results import LeftOut
from rating.agreement.scale import Scale
from rating.agreement.tally import Tally

UNSTATED = "missing"

# Positions as pandas hands them out, before they are stored as int64.
Indices = NDArray[np.integer[Any]]


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
        checks.check_labels(frame, groups)
        frame = _with_text_labels(frame)
        checks.check_identities(frame)
        is_missing = frame["value"].isna().to_numpy()
        levels = scale.levels_of(frame["value"])
        checks.check_values(frame, levels, is_missing)
        declared = (
            tuple(str(group) for group in groups)
            if groups is not None
            else tuple(sorted(set(frame["group"])))
        )
        return cls._laid_out(frame, scale, declared, levels)

    @classmethod
    def _laid_out(cls, frame: pd.DataFrame, scale: Scale, groups: tuple[str, ...], levels: Ints) -> "Ratings":
        item, items = pd.factorize(frame["item"], sort=True)
        rater, raters = pd.factorize(frame["rater"], sort=True)
        places = {name: index for index, name in enumerate(groups)}
        group_of_row = frame["group"].map(places).to_numpy().astype(np.int64)
        has_value = ~frame["value"].isna().to_numpy()
        return cls(
            scale=scale,
            groups=groups,
            items=tuple(items),
            raters=tuple(raters),
            rater_group=_per_owner(rater, group_of_row, len(raters)),
            rater_block=_per_owner(rater, _codes(frame, "block"), len(raters)),
            item_cluster=_per_owner(item, _codes(frame, "cluster", default=item), len(items)),
            item=item[has_value].astype(np.int64),
            rater=rater[has_value].astype(np.int64),
            level=levels[has_value],
            left_out=_missing_counts(frame, ~has_value),
        )

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
        return self._tally(sides)[0]

    def tally_with_items(self, *sides: Sequence[str]) -> tuple[Tally, Ints]:
        """The same, and which of `items` each row of the tally is, shape (n,)."""
        return self._tally(sides)

    def _tally(self, sides: Sequence[Sequence[str]]) -> tuple[Tally, Ints]:
        side_of_group = np.full(len(self.groups), -1, dtype=np.int64)
        for side, groups in enumerate(sides):
            side_of_group[[self.index_of(group) for group in groups]] = side
        side_of_rater = side_of_group[self.rater_group]
        is_kept = side_of_rater[self.rater] >= 0
        items, item = np.unique(self.item[is_kept], return_inverse=True)
        raters, rater = np.unique(self.rater[is_kept], return_inverse=True)
        tally = Tally(
            item=item,
            rater=rater,
            level=self.level[is_kept],
            side=side_of_rater[raters],
            stratum=self.rater_group[raters],
            block=np.unique(self.rater_block[raters], return_inverse=True)[1],
            cluster=np.unique(self.item_cluster[items], return_inverse=True)[1],
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


def _with_text_labels(frame: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in ("item", "rater", "group", "cluster", "block") if name in frame.columns]
    return frame.assign(**{name: frame[name].map(str) for name in names})


def _codes(frame: pd.DataFrame, name: str, default: Indices | None = None) -> Indices:
    if name in frame.columns:
        return pd.factorize(frame[name], sort=True)[0].astype(np.int64)
    return np.zeros(len(frame), dtype=np.int64) if default is None else default


def _per_owner(owner: Indices, codes: Indices, n_owners: int) -> Ints:
    result = np.zeros(n_owners, dtype=np.int64)
    result[owner] = codes
    return result


def _missing_counts(
    frame: pd.DataFrame, is_missing: "np.ndarray[Any, np.dtype[np.bool_]]"
) -> tuple[LeftOut, ...]:
    absent = frame[is_missing]
    reasons: pd.Series[Any] = pd.Series(UNSTATED, index=absent.index)
    if "missing" in frame.columns:
        reasons = checks.stated_reasons(absent["missing"]).fillna(UNSTATED)
    counted = Counter(zip(reasons, absent["group"], strict=True))
    return tuple(LeftOut(str(reason), group, n) for (reason, group), n in sorted(counted.items()))
