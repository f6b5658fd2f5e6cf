"""Receipts of leaving: for whoever holds the code, with or without a login."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import receipt_for
from annotation.errors import Code, DomainError
from annotation.models import Departure
from annotation.queries.leaving import Receipt, can_erase_later, receipt_of
from annotation.services.leaving import erase_after_leaving

KINDS = {"txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8"}


def _departure(receipt_code: str) -> Departure:
    departure = receipt_for(receipt_code)
    if departure is None:
        raise DomainError(
            Code.NOT_FOUND, _("There is no such receipt. Check that the code was copied to its very end.")
        )
    return departure


def file_response(receipt: Receipt, kind: str) -> HttpResponse:
    """The receipt as a file to keep: plain text, or a page without anything around it."""
    if kind not in KINDS:
        raise DomainError(Code.NOT_FOUND, _("There is no such file."))
    context = {"receipt": receipt, "study": receipt.study, "backup_days": settings.BACKUP_DAYS}
    body = render_to_string(f"receipts/file.{kind}", context | {"made_at": timezone.now()})
    name = f"receipt-{receipt.pseudonym}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=KINDS[kind], headers=headers)


@never_cache
@require_safe
def receipt(request: HttpRequest, receipt_code: str) -> HttpResponse:
    """Open to whoever holds its hundred random bits: those who left have no login any more."""
    departure = _departure(receipt_code)
    context = {"receipt": receipt_of(departure), "study": departure.study, "departure": departure}
    context |= {"can_erase": can_erase_later(departure, timezone.now()), "backup_days": settings.BACKUP_DAYS}
    response = render(request, "receipts/receipt.html", context)
    # The address is the key: it goes to no other site and into no index.
    response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
    return response


@require_safe
def receipt_file(request: HttpRequest, receipt_code: str, kind: str) -> HttpResponse:
    return file_response(receipt_of(_departure(receipt_code)), kind)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_erase(request: HttpRequest, receipt_code: str) -> HttpResponse:
    """Who left and kept thinks again: asks once more, then erases."""
    departure = _departure(receipt_code)
    if request.method == "POST":
        erase_after_leaving(departure, now=timezone.now())
        return redirect("receipt", receipt_code)
    if not can_erase_later(departure, timezone.now()):
        return redirect("receipt", receipt_code)
    context = {"receipt": receipt_of(departure), "study": departure.study, "departure": departure}
    return render(request, "receipts/erase.html", context)
