"""What files for an import look like: the columns, and templates to fill in."""

from __future__ import annotations

import csv

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.imports.checks.columns import ITEM_COLUMNS, RATING_COLUMNS
from annotation.models import Role
from annotation.views.pages import study_page

TEMPLATES = {"items.csv": ITEM_COLUMNS, "ratings.csv": RATING_COLUMNS}


@login_required
@require_safe
def import_formats(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    return study_page(
        request, "imports/formats.html", access, item_columns=ITEM_COLUMNS, rating_columns=RATING_COLUMNS
    )


@login_required
@require_safe
def import_template(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A CSV file with every column and one row as an example."""
    study_for(request.user, code, Role.COORDINATOR)
    columns = TEMPLATES.get(name)
    if columns is None:
        raise DomainError(Code.NOT_FOUND, f"There are templates for {' and '.join(TEMPLATES)}.")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow([column.name for column in columns])
    writer.writerow([column.example for column in columns])
    return response
