"""Numbers as reports show them."""

from __future__ import annotations

from django import template

from rating.reporting.tables import number_text

register = template.Library()


@register.filter
def two_places(value: float | None) -> str:
    """Two decimals with a true minus sign; a dash where there is no number."""
    return number_text(value)
