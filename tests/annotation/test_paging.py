"""Pages of a long list name a few of its pages, not each."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.template.loader import render_to_string

from annotation.templatetags.paging import page_numbers


def test_page_numbers_of_hundreds_of_pages_are_few() -> None:
    middle = Paginator(range(5000), 25).get_page(100)
    assert list(page_numbers(middle))[:3] == [1, 2, Paginator.ELLIPSIS]
    assert len(list(page_numbers(middle))) < 15


def test_pagination_of_hundreds_of_pages_links_to_neighbours_and_ends() -> None:
    page = Paginator(range(5000), 25).get_page(100)
    shown = render_to_string("components/pagination.html", {"page_obj": page, "query": "q=sad&"})
    assert shown.count("<a ") < 15
    for number in (1, 99, 101, 200):
        assert f'href="?q=sad&amp;page={number}"' in shown
