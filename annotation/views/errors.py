"""Domain errors, said once: as a page, or as JSON's one error shape for scripts of our pages."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError

# Under this every answer is JSON, whatever a client says it accepts.
API = "/api/"
Respond = Callable[[HttpRequest], HttpResponse]


def error_body(error: DomainError) -> dict[str, object]:
    return {"error": {"code": error.code.value, "message": error.message, "details": error.details}}


def error_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.accepts("text/html") and not request.path.startswith(API):
        return render(request, "errors/domain.html", {"error": error}, status=error.status)
    return JsonResponse(error_body(error), status=error.status)


class DomainErrorMiddleware:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return not_allowed(request, response) if isinstance(response, HttpResponseNotAllowed) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_page(request, exception) if isinstance(exception, DomainError) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    del reason  # Django's own words are for developers
    error = DomainError(
        Code.NOT_ALLOWED,
        _("This page was open too long, or cookies are off. Go back, load the page again and send it anew."),
    )
    return error_page(request, error)


def of_suspicion(error: Exception) -> DomainError:
    """What to say of a request that the framework refuses to read."""
    if isinstance(error, RequestDataTooBig):
        return DomainError(Code.TOO_LARGE, _("This is more than can be taken at once."))
    return DomainError(Code.INVALID, _("This request could not be read. Please go back and try again."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, of_suspicion(exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception  # its words are for developers
    return error_page(request, DomainError(Code.NOT_ALLOWED, _("You may not do this.")))


def not_allowed(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """A page instead of the framework's empty answer, with the same `Allow`."""
    error = DomainError(
        Code.METHOD_NOT_ALLOWED, _("This address answers to the buttons of other pages, not to a visit.")
    )
    response = error_page(request, error)
    response.headers["Allow"] = refused.headers["Allow"]
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return error_page(request, DomainError(Code.NOT_FOUND, _("There is no page at this address.")))


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        message = _("Something went wrong on our side. It has been logged.")
        body = {"error": {"code": "server_error", "message": message, "details": []}}
        return JsonResponse(body, status=500)
    return render(request, "errors/server.html", status=500)
