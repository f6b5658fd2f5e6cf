"""How the rating screen answers a browser that loads pages, and a script that swaps them.

A script says so by accepting JSON and no HTML. It gets `{"url", "html"}`: the address of the screen and
what changes on the page, or the address alone where the way leads elsewhere. Errors come in the one shape.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from annotation.errors import DomainError
from annotation.models import RubricVersion
from annotation.views.errors import error_body

PAGE = "rate/item.html"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def is_script(request: HttpRequest) -> bool:
    return not request.accepts("text/html")


def onward_for_scripts(view: View[P]) -> View[P]:
    """Tell a script where to go instead of sending it there: it cannot see a redirect's address."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if is_script(request) and isinstance(response, HttpResponseRedirect):
            return JsonResponse({"url": response.url})
        return response

    return answer


def has_guidelines(request: HttpRequest, version: RubricVersion) -> bool:
    """Whether the page that was left holds the guidelines of this version: they are not sent again."""
    return request.POST.get("rubric_version") == version.code


def screen_response(
    request: HttpRequest, context: dict[str, object], *, error: DomainError | None = None
) -> HttpResponse:
    """The rating screen, as a page or as what changes on it."""
    status = error.status if error else 200
    if not is_script(request):
        return render(request, PAGE, context, status=status)
    url = reverse("rate_item", args=[context["study"].code, context["slot"].code])  # type: ignore[attr-defined]
    told: dict[str, object] = {"url": url} | (error_body(error) if error else {})
    if has_guidelines(request, context["version"]):  # type: ignore[arg-type]
        told["html"] = render_to_string(PAGE, context | {"frame": "rate/swap.html"}, request)
    return JsonResponse(told, status=status)
