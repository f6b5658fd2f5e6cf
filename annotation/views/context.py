"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Theme chosen in this browser: "light", "dark" or "" for what the system says."""
    theme = request.COOKIES.get("attune_theme", "")
    return {"theme": theme if theme in {"light", "dark"} else ""}
