"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Theme chosen in this browser: "light", "dark" or "" (the system's), and the user menu."""
    theme = request.COOKIES.get("attune_theme", "")
    links = [
        {"url": reverse("mfa_index"), "label": _("Second step of signing in")},
        {"url": reverse("my_tokens"), "label": _("API tokens")},
    ]
    if settings.OIDC:
        links.insert(
            1, {"url": reverse("socialaccount_connections"), "label": _("Sign in with another service")}
        )
    return {"theme": theme if theme in {"light", "dark"} else "", "user_menu_links": links}
