"""How often the API may be asked: counted per token and per login, in windows of a minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from annotation.models import ApiToken

if TYPE_CHECKING:
    # The framework reads this module while it loads its views.
    from rest_framework.views import APIView

WINDOW = 60


class _PerMinute(BaseThrottle):
    """Counters by `add` and `incr`, which the cache does at once: two requests never count as one."""

    setting: ClassVar[str]

    def counted(self, request: Request) -> str | None:
        """Whom or what the count is of; None: not counted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:
        del view
        limit, name = getattr(settings, self.setting), self.counted(request)
        if name is None or limit <= 0:
            return True
        key = f"api-use:{self.setting}:{name}:{int(time.time()) // WINDOW}"
        if cache.add(key, 1, timeout=2 * WINDOW):
            return True
        try:
            return bool(cache.incr(key) <= limit)
        except ValueError:  # thrown out of the cache in between: a new count begins
            return True

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW


class TokenThrottle(_PerMinute):
    setting = "API_TOKEN_PER_MINUTE"

    def counted(self, request: Request) -> str | None:
        return str(request.auth.pk) if isinstance(request.auth, ApiToken) else None


class LoginThrottle(_PerMinute):
    setting = "API_LOGIN_PER_MINUTE"

    def counted(self, request: Request) -> str | None:
        return str(request.user.pk) if request.user.is_authenticated else None
