"""Lists of the API, page by page."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination

if TYPE_CHECKING:
    RowPage = Page[Any]
    RowPaginator = Paginator[Any]
else:
    RowPage, RowPaginator = Page, Paginator

# Counting further takes longer than answering: the list goes on, its length is not told.
COUNTED = 10_000
# Beyond what any list has, and within what databases take as an offset.
FARTHEST = 10_000_000


class OpenPage(RowPage):
    """A page that knows whether there is another one, because one row more was read."""

    def __init__(self, rows: list[Any], number: int, paginator: OpenPaginator) -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.n_read = len(rows)

    def has_next(self) -> bool:
        return bool(self.n_read > self.paginator.per_page)


class OpenPaginator(RowPaginator):
    """Reads one row more than it shows instead of counting all; `count` is None beyond `COUNTED` rows."""

    def validate_number(self, number: int | float | str) -> int:
        """A page from 1 on; whether there is one so far on, reading tells."""
        if not str(number).isdecimal() or not 0 < int(number) < FARTHEST:
            raise EmptyPage("There is no such page.")
        return int(number)

    def page(self, number: int | str) -> OpenPage:
        wanted = self.validate_number(number)
        start = (wanted - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if wanted > 1 and not rows:
            raise EmptyPage("There is no such page.")
        return OpenPage(rows, wanted, self)

    @cached_property
    def count(self) -> int | None:  # type: ignore[override]
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        # Ordering and joins for what is shown play no part in the number.
        bare = self.object_list.order_by()
        if not bare.query.combinator:
            bare = bare.values("pk")
        n = bare[: COUNTED + 1].count()
        return n if n <= COUNTED else None

    @cached_property
    def num_pages(self) -> int:
        """More than one, where it is not known how many."""
        return 2 if self.count is None else max(1, ceil(self.count / self.per_page))


class PageByNumber(PageNumberPagination):
    """`?page=` and `?page_size=` up to 500. `count` is null where there are more than 10,000 rows."""

    page_size_query_param = "page_size"
    max_page_size = 500
    django_paginator_class = OpenPaginator

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = super().get_paginated_response_schema(schema)
        told["properties"]["count"] |= {"nullable": True, "description": "null: more than 10,000"}
        return told
