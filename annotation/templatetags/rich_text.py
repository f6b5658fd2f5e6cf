"""Texts of items in templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from annotation.rich_text import Mark, rich_html

register = template.Library()


@register.simple_tag
def rich_text(text: str, marks: Iterable[Mark] | None = None) -> SafeString:
    """The text with its formatting, everything else in it escaped; marked passages highlighted."""
    return mark_safe(rich_html(text, marks or ()))  # noqa: S308
