"""Numbers of a list's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[str | int]:
    """First, last and neighbouring pages: a link to each of hundreds would be most of the page."""
    return page.paginator.get_elided_page_range(page.number)
