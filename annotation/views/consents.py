"""For coordinators: who agreed to what, copies, and consent given by others."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import consent_for, consent_version_of, enrolled_rater_for, sites_for
from annotation.documents.paper import paper_pdf, paper_text
from annotation.errors import Code, DomainError
from annotation.forms.legal_gate import ProxyForm
from annotation.forms.refusals import carried_out
from annotation.models import Consent, Role
from annotation.queries.consent_copies import consent_copy
from annotation.queries.consent_rounds import consent_rows, to_be_asked
from annotation.queries.people import account_raters
from annotation.services.legal_gate import record_proxy, withdraw_proxy
from annotation.views.pages import posted, study_page

PER_PAGE = 25
KINDS = {"txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8", "pdf": "application/pdf"}


@login_required
@require_safe
def study_consents(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody who takes part, or those who are still to be asked again."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    study, waiting = access.study, access.seen(to_be_asked(access.study), "pk")
    is_waiting = request.GET.get("show") == "waiting"
    raters = waiting if is_waiting else access.seen(account_raters(study), "pk")
    page = Paginator(raters, PER_PAGE).get_page(request.GET.get("page"))
    return study_page(
        request,
        "ethics/consents.html",
        access,
        page_obj=page,
        rows=consent_rows(study, list(page)),
        version=consent_version_of(study),
        n_waiting=waiting.count(),
        is_waiting=is_waiting,
        query="show=waiting&" if is_waiting else "",
    )


def copy_response(consent: Consent, kind: str) -> HttpResponse:
    """The consent as it was given, to keep: plain text, a page of its own, or a PDF."""
    now = timezone.now()
    paper = consent_copy(consent, now=now)
    body: bytes | str
    if kind == "pdf":
        body = paper_pdf(paper, made_at=now)
    elif kind == "html":
        body = render_to_string("ethics/paper.html", {"paper": paper})
    elif kind == "txt":
        body = paper_text(paper)
    else:
        raise DomainError(Code.NOT_FOUND, _("There is no such file."))
    name = f"consent-{consent.rater.pseudonym}-version-{consent.version.number}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=KINDS[kind], headers=headers)


@login_required
@require_safe
def study_consents_copy(request: HttpRequest, code: str, rater_code: str, kind: str) -> HttpResponse:
    """What this rater agreed to last."""
    return copy_response(consent_for(request.user, code, rater_code), kind)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_consents_proxy(request: HttpRequest, code: str, rater_code: str) -> HttpResponse:
    """Note that somebody else consented for this rater."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    rater = enrolled_rater_for(request.user, code, rater_code)
    form = ProxyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("relationship", "given_on")}
        actor, now = access.member.user, timezone.now()
        if carried_out(form, lambda: record_proxy(rater, actor=actor, now=now, **said)):
            messages.success(request, _("Noted. Once they have agreed themselves, they can rate."))
            return redirect("study_consents", code)
    return study_page(request, "ethics/proxy_new.html", access, form=form, rater=rater)


@login_required
@require_POST
def study_consents_proxy_end(request: HttpRequest, code: str, rater_code: str) -> HttpResponse:
    """They have taken it back. It can be recorded anew."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    rater = enrolled_rater_for(request.user, code, rater_code)
    withdraw_proxy(rater, actor=access.member.user, now=timezone.now())
    messages.success(request, _("Noted. The rater gets no further item."))
    return redirect("study_consents", code)
