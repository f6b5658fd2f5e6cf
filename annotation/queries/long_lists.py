"""Pages of lists that may be very long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

# Counting further takes longer than showing a page; nobody leafs so far.
LISTED = 10_000

if TYPE_CHECKING:
    RowPaginator = Paginator[Any]
else:
    RowPaginator = Paginator


class LongPaginator(RowPaginator):
    """Counts and lists the first `LISTED` rows; `is_cut` says that there are more, which a filter leads to.

    Args:
        n_known: how many rows there are, where that is known without counting; then all are listed.
    """

    def __init__(self, rows: QuerySet[Any], per_page: int, *, n_known: int | None = None) -> None:
        super().__init__(rows, per_page)
        self.n_known = n_known
        self.rows = rows

    @cached_property
    def n_found(self) -> int:
        # Ordering and joins for what is shown play no part in the number.
        bare = self.rows.order_by().select_related(None).values("pk")
        return bare[: LISTED + 1].count() if self.n_known is None else self.n_known

    @cached_property
    def count(self) -> int:
        return self.n_found if self.n_known is not None else min(self.n_found, LISTED)

    @property
    def is_cut(self) -> bool:
        return self.n_known is None and self.n_found > LISTED
