"""The base of every address of the API: scopes of tokens, and POSTs that happen once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from annotation.access import signed_in
from annotation.errors import Code, DomainError
from annotation.models import ApiToken, Study
from annotation.services.kept_answers import answered_once

MAX_KEY = 200
KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"


def only_study(request: Request) -> Study | None:
    """The one study that the request's token works for; None: no such limit."""
    return request.auth.study if isinstance(request.auth, ApiToken) else None


def _key_of(request: Request) -> str:
    key = str(request.headers.get(KEY_HEADER, ""))
    if len(key) > MAX_KEY or not key.isprintable():
        raise DomainError(Code.INVALID, f"An idempotency key has at most {MAX_KEY} printable characters.")
    return key


def _digest(request: Request) -> str:
    parts = [(request.method or "").encode(), request.get_full_path().encode(), request.body]
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()


class Endpoint(APIView):
    # No docstring: the OpenAPI document would repeat it at every operation.
    # What a token must include, by method: of annotation.scopes, or ANY of api.permissions.
    scopes: ClassVar[Mapping[str, str]] = {}
    # False where the answer holds a secret that must not be stored.
    keeps_answers = True

    def handle_exception(self, exc: Exception) -> Response:
        """Also where the answer would have been a file, its error is JSON."""
        response = super().handle_exception(exc)
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and KEY_HEADER in request.headers:
            if not self.keeps_answers:
                raise DomainError(Code.INVALID, "Send no idempotency key here: the answer is not stored.")
            # The framework looks its handler up after `initial`, so this request finds its own, wrapped.
            handler = getattr(self, request.method.lower(), self.http_method_not_allowed)
            vars(self)["post"] = partial(self._once, handler, _key_of(request), _digest(request))

    def _once(
        self, handler: Any, key: str, digest: str, request: Request, /, *args: Any, **kwargs: Any
    ) -> Response:
        # By position: parts of addresses may have the same names.
        def act() -> tuple[int, str]:
            response = handler(request, *args, **kwargs)
            return response.status_code, JSONRenderer().render(response.data).decode()

        kept, is_replay = answered_once(act, actor=signed_in(request.user), key=key, request_digest=digest)
        response = Response(json.loads(kept.body or "null"), status=kept.status)
        response[REPLAYED_HEADER] = "true" if is_replay else "false"
        return response


S = TypeVar("S", bound=BaseSerializer[Any])


def checked(kind: type[S], request: Request) -> S:
    """The request's body, checked; raises the 400 of the API."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return body
