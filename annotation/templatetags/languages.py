"""The languages of the interface, for the switch on every page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def interface_languages() -> Sequence[tuple[str, str]]:
    """Codes and names, each name in its own words: Django's tag would translate "English"."""
    languages: Sequence[tuple[str, str]] = settings.LANGUAGES
    return languages
