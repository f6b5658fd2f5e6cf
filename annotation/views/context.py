"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Theme chosen in this browser: "light", "dark" or "" (the system's), and the user menu."""
    theme = request.COOKIES.get("attune_theme", "")
    links = [{"url": reverse("my_tokens"), "label": "API tokens"}]
    return {"theme": theme if theme in {"light", "dark"} else "", "user_menu_links": links}
