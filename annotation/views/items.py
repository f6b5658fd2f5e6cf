"""Items of a study: the list with its coverage, one item, a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import item_for, study_for
from annotation.errors import Code, DomainError
from annotation.forms.ethics_logs import UnblindForm
from annotation.forms.items import ItemFilterForm, ItemForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.ethics_logs import has_unblinded
from annotation.queries.item_looks import Look
from annotation.queries.items import (
    factor_choices,
    filtered_items,
    item_page,
    item_rows,
    n_items,
    stage_view,
)
from annotation.queries.long_lists import LongPaginator
from annotation.queries.studies import current_plan
from annotation.services.ethics_logs import unblind_item
from annotation.services.items import NewItem, add_item
from annotation.views.pages import STAFF, posted, sees_hidden, study_page

PER_PAGE = 25


@login_required
@require_safe
def study_items(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    sees, now = sees_hidden(access), timezone.now()
    plan = current_plan(access.study)
    stage = stage_view(plan, now=now)
    form = ItemFilterForm(request.GET, factors=factor_choices(access.study, sees_hidden=sees))
    found = filtered_items(access.study, form.wanted(), stage=stage, after=request.GET.get("after", ""))
    rest = request.GET.copy()
    rest.pop("page", None)
    n_all = None if any(rest.values()) else n_items(access.study, plan, now=now)
    shown = LongPaginator(found.items, PER_PAGE, n_known=n_all).get_page(request.GET.get("page"))
    return study_page(
        request,
        "study/items.html",
        access,
        filters=form,
        is_filtered=any(rest.values()),
        page_obj=shown,
        query=f"{rest.urlencode()}&" if rest else "",
        stage=stage,
        look=found.look,
        further=_further(rest, found.look),
        rows=item_rows(list(shown), stage=stage, now=now, sees_hidden=sees),
    )


def _further(asked: QueryDict, look: Look | None) -> str:
    """The same question about the items behind the stretch that was looked through."""
    behind = asked.copy()
    behind["after"] = look.last.code if look is not None and look.last is not None else ""
    return behind.urlencode()


@login_required
@require_safe
def study_item(request: HttpRequest, code: str, item_code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    item = item_for(request.user, code, item_code, *STAFF)
    sees = sees_hidden(access)
    sees_sources = sees and has_unblinded(item, access.member.user)
    shown = item_page(item, sees_hidden=sees, sees_sources=sees_sources)
    context = {"sees_hidden": sees, "sees_sources": sees_sources, "shown": shown, "now": timezone.now()}
    return study_page(request, "study/item.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_item_unblind(request: HttpRequest, code: str, item_code: str) -> HttpResponse:
    """Who wrote the replies of an item is shown to whoever says why, and to them alone."""
    access = study_for(request.user, code, *STAFF)
    item = item_for(request.user, code, item_code, *STAFF)
    if not sees_hidden(access):
        raise DomainError(Code.NOT_ALLOWED, _("Whoever rates in a study does not learn who wrote a reply."))
    form, actor = UnblindForm(posted(request)), access.member.user
    if request.method == "POST" and form.is_valid():
        unblind_item(item, actor=actor, reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(request, _("Your reason is in the log. You see now who wrote each reply."))
        return redirect("study_item", code, item.code)
    return study_page(request, "study/item_unblind.html", access, form=form, item=item)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_item_new(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = ItemForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        item = carried_out(form, lambda: add_item(access.study, NewItem(**form.cleaned_data), actor=actor))
        if item:
            messages.success(request, _("The item “%(item)s” is there.") % {"item": item.external_id})
            return redirect("study_item", code, item.code)
    return study_page(request, "study/item_new.html", access, form=form)
