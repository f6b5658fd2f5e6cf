"""The OpenAPI document: how to sign in, and what every operation answers when it cannot do as asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

F = TypeVar("F", bound=Callable[..., Any])

ERROR_WORDS = {
    400: "The request does not fit: details has one sentence per field or question.",
    401: "No sign-in, or a token that is unknown or has expired.",
    403: "Your role does not include this, or consent is missing (consent_needed).",
    404: "There is nothing here, or it is not yours to see.",
    409: "The state of the study, item or rating forbids it; code says which way on there is.",
    413: "More than the server takes at once.",
    415: "The body is not of a type that is read here.",
    422: "The idempotency key was sent before with another request (key_reused).",
    429: "Asked too often: Retry-After says after how many seconds to ask again.",
}


# Of answers that hold a page of a list beside something else; lists alone are described by themselves.
PAGE_PARAMETERS = (
    OpenApiParameter("page", int, description="A page number within the list."),
    OpenApiParameter("page_size", int, description="Rows of a page, up to 500."),
)


class ErrorBodySerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable word for programs, e.g. not_found, stale_revision.")
    message = serializers.CharField(help_text="A sentence that can be shown to people.")
    details = serializers.ListField(child=serializers.CharField(), help_text="One sentence per defect.")


class ErrorSerializer(serializers.Serializer[Any]):
    """The one shape of every error."""

    error = ErrorBodySerializer()


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        del auto_schema
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Write: Token, a space, and the secret.",
        }


def documented(
    operation_id: str,
    summary: str,
    *,
    answers: dict[int, Any],
    errors: Sequence[int] = (),
    request: Any = None,
    parameters: Sequence[OpenApiParameter | type[serializers.Serializer[Any]]] = (),
) -> Callable[[F], F]:
    """Describe an operation. Every one can answer 401; `errors` names the others."""
    told = {
        status: OpenApiResponse(ErrorSerializer, ERROR_WORDS[status]) for status in sorted({401, *errors})
    }
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        request=request,
        responses={**answers, **told},
        parameters=list(parameters),
    )


def _generic_errors(method: str, operation: dict[str, Any]) -> set[int]:
    """What any operation of its kind can answer, whatever it does."""
    by_method = {409, 422} if method == "post" else set()
    by_body = {400, 413, 415} if "requestBody" in operation else set()
    return {401, 403, 429} | by_method | by_body


KEY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Sent again within a day with the same request, the first answer comes again and nothing "
    "happens twice.",
}


def complete_operations(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 (the hook's form)
) -> dict[str, Any]:
    """Add to every operation what the API does for all of them: errors, limits, idempotency keys."""
    del generator, request, public
    for methods in result["paths"].values():
        for method, operation in methods.items():
            answers = operation["responses"]
            told = {int(status) for status in answers if status >= "400"}
            for status in _generic_errors(method, operation) | told:
                # JSON also where the answer itself is a file.
                content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
                answers[str(status)] = {"content": content, "description": ERROR_WORDS[status]}
            operation["responses"] = dict(sorted(answers.items()))
            if method == "post":
                operation.setdefault("parameters", []).append(KEY_PARAMETER)
    return result
