"""Domain errors, said once: as a page, or as JSON's one error shape for scripts of our pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from annotation.errors import Code, DomainError

Respond = Callable[[HttpRequest], HttpResponse]


def error_body(error: DomainError) -> dict[str, object]:
    return {"error": {"code": error.code.value, "message": error.message, "details": error.details}}


def error_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.accepts("text/html"):
        return render(request, "errors/domain.html", {"error": error}, status=error.status)
    return JsonResponse(error_body(error), status=error.status)


class DomainErrorMiddleware:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_page(request, exception) if isinstance(exception, DomainError) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    del reason  # Django's own words are for developers
    error = DomainError(
        Code.NOT_ALLOWED,
        "This page was open too long, or cookies are off. Go back, load the page again and send it anew.",
    )
    return error_page(request, error)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return error_page(request, DomainError(Code.NOT_FOUND, "There is no page at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/server.html", status=500)
