"""What a rater rated on both of two occasions, as one row each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.occasions import Occasions
from rating.agreement.results import LeftOut


@dataclass(frozen=True)
class RepeatedUnits:
    """Per unit (u,): its rater (a place in `raters`), item, cluster and the levels of both occasions."""

    raters: tuple[str, ...]
    rater: Ints
    item: Ints
    cluster: Ints
    first: Ints
    second: Ints
    left_out: tuple[LeftOut, ...]

    @classmethod
    def of(
        cls, occasions: Occasions, group: str | tuple[str, ...] | None, between: tuple[str, str]
    ) -> "RepeatedUnits":
        """The units of some groups; ratings of one of the two occasions only are left out and counted."""
        ratings = occasions.ratings
        groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
        is_mine = np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(name) for name in groups])
        names = [*occasions.occasions]
        tables = [
            _on(occasions, is_mine, names.index(name) if name in names else len(names)) for name in between
        ]
        again = tables[1].drop(columns=["cluster", "group"])
        both = (
            tables[0]
            .merge(again, on=["rater", "item"], suffixes=("", "_again"))
            .sort_values(["rater", "item"])
        )
        unused = pd.concat(tables)["group"].value_counts() - 2 * both["group"].value_counts().reindex(
            range(len(ratings.groups)), fill_value=0
        )
        left_out = tuple(
            LeftOut("not_repeated", name, int(unused.get(ratings.index_of(name), 0)))
            for name in groups
            if unused.get(ratings.index_of(name), 0) > 0
        )
        present = np.unique(ratings.rater[is_mine])
        columns = {str(name): both[name].to_numpy().astype(np.int64) for name in both}
        return cls(
            raters=tuple(ratings.raters[place] for place in present),
            rater=np.searchsorted(present, columns["rater"]),
            item=columns["item"],
            cluster=columns["cluster"],
            first=columns["level"],
            second=columns["level_again"],
            left_out=ratings.left_out_of(groups) + left_out,
        )

    def tables(self, n_levels: int, is_kept: Bools, owner: Ints) -> Floats:
        """First against second level of the kept units, one table per owner, shape (owners, K, K)."""
        owners, codes = np.unique(owner[is_kept], return_inverse=True)
        flat = (codes * n_levels + self.first[is_kept]) * n_levels + self.second[is_kept]
        counted = np.bincount(flat, minlength=len(owners) * n_levels**2)
        return counted.reshape(len(owners), n_levels, n_levels).astype(np.float64)


def _on(occasions: Occasions, is_mine: Bools, place: int) -> pd.DataFrame:
    """The ratings of one occasion."""
    ratings = occasions.ratings
    is_here = is_mine & (occasions.occasion[ratings.item] == place)
    rater, item = ratings.rater[is_here], ratings.item[is_here]
    return pd.DataFrame(
        {
            "rater": rater,
            "item": occasions.item[item],
            "cluster": ratings.item_cluster[item],
            "group": ratings.rater_group[rater],
            "level": ratings.level[is_here],
        }
    )
