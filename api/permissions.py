"""What a token may be used for: asked once, for every address of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from annotation.errors import Code, DomainError
from annotation.models import ApiToken
from annotation.scopes import Scope, includes

if TYPE_CHECKING:
    # The framework reads this module while it loads its views.
    from rest_framework.views import APIView

# For what any token may read: the list of statistics, the OpenAPI document.
ANY = ""


def _refuse_other_study(token: ApiToken, request: Request, view: APIView) -> None:
    if token.study is None:
        return
    code = view.kwargs.get("code")
    is_its_own = code == token.study.code if code is not None else request.method in SAFE_METHODS
    if not is_its_own:
        raise DomainError(Code.TOKEN_SCOPE, "This token works for another study only.")


class TokenAllows(BasePermission):
    """Views name the scope of each method in `scopes`; what names none is for tokens with everything."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        token = request.auth
        if not isinstance(token, ApiToken) or request.method not in view.allowed_methods:
            return True
        needed = getattr(view, "scopes", {}).get(request.method.replace("HEAD", "GET"), Scope.ALL)
        if needed != ANY and not includes(token.scopes, needed):
            raise DomainError(Code.TOKEN_SCOPE, f"This token does not include the scope {needed}.")
        _refuse_other_study(token, request, view)
        return True
