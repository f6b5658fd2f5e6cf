"""The protocol card of a study: a page, a PDF, a JSON file; for coordinators and researchers."""

from __future__ import annotations

import json
from functools import partial
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from rating.forms.protocol import ProtocolForm
from rating.queries.card_counts import told_counts
from rating.queries.protocol import card_of
from rating.queries.report_blocks import TableBlock
from rating.reporting.protocol.document import Part, shown
from rating.reporting.protocol.typeset import card_pdf

READERS = (Role.COORDINATOR, Role.RESEARCHER)
TYPES = {"pdf": "application/pdf", "json": "application/json"}


def _blocks(part: Part) -> list[TableBlock]:
    # The word before it keeps ids of tables apart from those of headings.
    return [
        TableBlock(f"card-{table.key}", table.title, shown(table), [], table.status) for table in part.tables
    ]


@login_required
@require_safe
def study_protocol(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *READERS)
    chosen = ProtocolForm(request.GET, study=access.study).chosen()
    now = timezone.now()
    card = card_of(access.study, now=now, count=partial(told_counts, now=now), **chosen)
    context = {
        "access": access,
        "study": access.study,
        "card": card,
        "form": ProtocolForm(initial=chosen, study=access.study),
        "parts": [(part, _blocks(part)) for part in card.parts],
        "query": urlencode({name: value for name, value in chosen.items() if value}),
    }
    return render(request, "protocol/card.html", context)


@login_required
@require_safe
def protocol_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    access = study_for(request.user, code, *READERS)
    if kind not in TYPES:
        raise DomainError(Code.NOT_FOUND, _("There is no file of this kind."))
    chosen = ProtocolForm(request.GET, study=access.study).chosen()
    card = card_of(access.study, now=timezone.now(), **chosen)
    content = card_pdf(card) if kind == "pdf" else json.dumps(card.to_dict(), indent=1, ensure_ascii=False)
    response = HttpResponse(content, content_type=TYPES[kind])
    name = f"attune-{access.study.code}-{card.identity['stage']}-protocol.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
