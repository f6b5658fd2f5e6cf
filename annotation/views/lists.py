"""Long lists of people: page by page, and looked up by pseudonym."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from annotation.forms.people import PseudonymForm

PER_PAGE = 50


def wanted_pseudonym(request: HttpRequest) -> str:
    """What the list was asked for; empty: everybody."""
    form = PseudonymForm(request.GET)
    return form.cleaned_data["q"] if form.is_valid() else ""


def people_list(request: HttpRequest, rows: QuerySet[Any, Any] | Sequence[Any]) -> dict[str, Any]:
    """One page of rows for `components/pseudonym_search.html` and `components/pagination.html`."""
    search = wanted_pseudonym(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "search_form": PseudonymForm(initial={"q": search}),
        "search": search,
        "page_obj": page,
        "query": f"{urlencode({'q': search})}&" if search else "",
    }
