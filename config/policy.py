"""The policy of every page is the same: it is put into words once."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class SamePolicy(CSPMiddleware):
    """The library's own, which words it anew for each answer; of an answer with a word of its own it does."""

    _worded: tuple[object, str] = (None, "")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        policy = settings.CONTENT_SECURITY_POLICY
        is_own = any(hasattr(response, one) for one in _OWN) or HEADER in response
        if is_own or settings.DEBUG or hasattr(request, "_csp_nonce"):
            return super().process_response(request, response)
        if policy is not self._worded[0]:
            answered = super().process_response(request, response)
            self._worded = policy, answered[HEADER]
            return answered
        response[HEADER] = self._worded[1]
        return response
