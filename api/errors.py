"""One error shape for the whole API: {"error": {"code", "message", "details"}}."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from annotation.errors import Code, DomainError
from annotation.views.errors import of_suspicion

log = logging.getLogger(__name__)

NOT_HERE = DomainError(Code.NOT_FOUND, "There is nothing here, or it is not yours to see.")
NOT_ALLOWED = DomainError(Code.NOT_ALLOWED, "You may not do this.")


def error_response(code: str, message: str, details: list[str], status: int) -> Response:
    return Response({"error": {"code": code, "message": message, "details": details}}, status=status)


def _sentences(data: Any, path: str = "") -> list[str]:
    """Flatten DRF's nested error data to one sentence per field, each with its place in the request."""
    if isinstance(data, dict):
        return [line for key, value in data.items() for line in _sentences(value, f"{path}{key}: ")]
    if isinstance(data, list):
        # A list of objects has one entry per object, empty where nothing is wrong with it.
        places = [
            f"{path}{number}: " if isinstance(value, dict) else path for number, value in enumerate(data, 1)
        ]
        return [line for value, place in zip(data, places, strict=True) for line in _sentences(value, place)]
    return [f"{path}{data}"]


def _of_framework(error: APIException, context: dict[str, Any]) -> Response | None:
    response = exception_handler(error, context)
    if response is None:
        return None
    lines = [line.removeprefix("detail: ") for line in _sentences(response.data)]
    code = error.default_code
    if isinstance(error, ValidationError):
        message, details = "The request does not fit.", lines
    else:
        message, details = lines[0] if lines else "The request could not be answered.", lines[1:]
    response.data = {"error": {"code": str(code), "message": message, "details": details}}
    return response


def _unforeseen(error: Exception, context: dict[str, Any]) -> Response:
    """Our own fault: logged, told to Django's listeners (the test client raises it), answered in shape."""
    log.error("unanswered request", exc_info=error)
    got_request_exception.send(sender=None, request=context.get("request"))
    set_rollback()
    return error_response("server_error", "Something went wrong on our side. It has been logged.", [], 500)


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, Http404):
        error = NOT_HERE
    elif isinstance(error, PermissionDenied):
        error = NOT_ALLOWED
    elif isinstance(error, SuspiciousOperation):
        error = of_suspicion(error)
    if isinstance(error, DomainError):
        set_rollback()
        return error_response(error.code.value, error.message, error.details, error.status)
    if isinstance(error, APIException):
        return _of_framework(error, context)
    return _unforeseen(error, context)
