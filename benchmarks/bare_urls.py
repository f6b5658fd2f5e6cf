"""One page: who is signed in, and one row."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from annotation.models import Study

PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ study.title }}</title><h1>{{ study.title }}</h1><p>{{ user.username }}</p>"
)


@login_required
def one_row(request: HttpRequest) -> HttpResponse:
    """Session, login, one row, one template."""
    study = Study.objects.filter(members__user=request.user.pk).first()
    return HttpResponse(PAGE.render({"study": study, "user": request.user}))


urlpatterns = [path("", one_row)]
