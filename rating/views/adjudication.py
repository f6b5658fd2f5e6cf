"""Adjudication: coordinators choose items, adjudicators judge them alone and then decide."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import StudyAccess, study_for
from annotation.errors import Code, DomainError
from annotation.models import Group, Item, Role
from annotation.queries.plans import human_groups
from annotation.queries.studies import current_plan
from annotation.views.pages import study_page
from rating.access import adjudication_for, untaken_adjudication_for
from rating.forms.adjudication import (
    ChooseForm,
    adjudication_screen,
    adjudication_submission,
    entry_of_judgement,
    said_by_raters,
    settled,
)
from rating.forms.question_fields import Entry
from rating.forms.workbench import entry_of_post
from rating.models import Adjudication, Judgement
from rating.queries.adjudication import (
    adjudications_of,
    adjudicator_view,
    disputed_questions,
    disputes,
    judgements_of,
)
from rating.services import adjudication as services

PER_PAGE = 50
OWN, DECISION = Judgement.Step.OWN, Judgement.Step.DECISION


@login_required
@require_safe
def study_adjudication(request: HttpRequest, code: str) -> HttpResponse:
    """For adjudicators what they have and can take; for coordinators the list, and where raters lie apart."""
    access = study_for(request.user, code, Role.COORDINATOR, Role.ADJUDICATOR)
    context: dict[str, object] = {}
    if access.can(Role.ADJUDICATOR):
        context |= {"mine": adjudicator_view(access.study, access.member)}
    if access.can(Role.COORDINATOR):
        context |= {**_choice(request, access)}
        page = Paginator(adjudications_of(access.study), PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": page, "n_waiting": sum(one.adjudicator_id is None for one in page)}
    return study_page(request, "adjudication/overview.html", access, **context)


def _choice(request: HttpRequest, access: StudyAccess) -> dict[str, object]:
    plan, groups = current_plan(access.study), list(human_groups(access.study))
    if plan is None or not groups:
        return {}
    form = ChooseForm(request.GET if "question" in request.GET else None)
    form.offer(plan, groups)
    if not form.is_valid():
        return {"plan": plan, "form": form}
    wanted = next(one for one in disputed_questions(plan) if one.key == form.cleaned_data["question"])
    found = disputes(plan, wanted, at_least=form.cleaned_data["at_least"])
    context = {"plan": plan, "form": form, "disputes": found, "asked": form.cleaned_data, "question": wanted}
    # An item with several replies may stand there more than once.
    return context | {"n_found": len({one.item.pk for one in found})}


@login_required
@require_POST
def study_adjudication_choose(request: HttpRequest, code: str) -> HttpResponse:
    """Put up what is ticked. All that was found is put up when its number has been read and confirmed."""
    access = study_for(request.user, code, Role.COORDINATOR)
    plan = current_plan(access.study)
    group = Group.objects.filter(study=access.study, key=request.POST.get("as_group", "")).first()
    if plan is None or group is None:
        raise DomainError(Code.INVALID, _("Choose in whose words the items are judged."))
    items = Item.objects.visible().filter(study=access.study, code__in=_asked_codes(request))
    reason = request.POST.get("reason", "")
    if "all" in request.POST and items:
        asked = {"items": items, "as_group": group, "reason": reason}
        return study_page(request, "adjudication/choose_all.html", access, **asked)
    try:
        made = services.choose_items(plan, items, actor=access.member.user, as_group=group, reason=reason)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Items put up for adjudication: %(n)s.") % {"n": len(made)})
    return redirect("study_adjudication", code)


def _asked_codes(request: HttpRequest) -> list[str]:
    return request.POST.getlist("found" if "all" in request.POST else "item")


@login_required
@require_POST
def study_adjudication_drop_several(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    asked = request.POST.getlist("waiting")
    try:
        n = services.drop_several(access.study, asked, actor=access.member.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Items taken out again: %(n)s.") % {"n": n})
        if n < len(set(asked)):
            messages.warning(request, _("The others have been taken or taken out already."))
    return redirect("study_adjudication", code)


@login_required
@require_POST
def study_adjudication_drop(request: HttpRequest, code: str, adjudication: str) -> HttpResponse:
    access, found = untaken_adjudication_for(request.user, code, adjudication)
    services.drop_untaken(found, actor=access.member.user)
    messages.success(request, _("Taken out again."))
    return redirect("study_adjudication", code)


@login_required
@require_POST
def study_adjudication_next(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.ADJUDICATOR)
    taken = services.take_next(access.study, access.member, now=timezone.now())
    if taken is None:
        messages.info(request, _("Nothing is left for you to adjudicate."))
        return redirect("study_adjudication", code)
    return redirect("study_adjudicate", code, taken.code)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def study_adjudicate(request: HttpRequest, code: str, adjudication: str) -> HttpResponse:
    """The next step of an item: the own rating, then the decision; what was decided when both are given."""
    access, found = adjudication_for(request.user, code, adjudication)
    given = judgements_of(found)
    is_mine = found.adjudicator_id == access.member.pk
    if DECISION in given or not is_mine:
        return _decided(request, access, found, given)
    step = DECISION if OWN in given else OWN
    if request.method != "POST":
        entry = entry_of_judgement(given[OWN]) if step == DECISION else Entry({})
        return _form(request, access, found, step=step, entry=entry)
    entry = entry_of_post(request.POST)
    if entry.first("step") != step:
        messages.info(request, _("You have given this already; it never changes."))
        return redirect("study_adjudicate", code, adjudication)
    submission = adjudication_submission(found, entry)
    try:
        services.judge(found, submission, actor=access.member.user, step=step, now=timezone.now())
    except DomainError as error:
        if error.code != Code.INVALID:
            raise
        return _form(request, access, found, step=step, entry=entry, error=error)
    return redirect("study_adjudicate", code, adjudication)


def _form(
    request: HttpRequest,
    access: StudyAccess,
    found: Adjudication,
    *,
    step: str,
    entry: Entry,
    error: DomainError | None = None,
) -> HttpResponse:
    screen = adjudication_screen(found, entry, error.details if error else ())
    context = {"access": access, "study": access.study, "adjudication": found, "screen": screen}
    context |= {"turns": screen.turns, "item": found.item, "step": step, "comment": entry.first("comment")}
    context |= {"version": found.plan.rubric_version}
    if step == DECISION:
        context |= {"said": said_by_raters(found)}
    return render(request, "adjudication/judge.html", context, status=error.status if error else 200)


def _decided(
    request: HttpRequest, access: StudyAccess, found: Adjudication, given: dict[str, Judgement]
) -> HttpResponse:
    """Both judgements and what raters said; nothing of it before the decision stands."""
    is_decided = DECISION in given
    return study_page(
        request,
        "adjudication/decided.html",
        access,
        adjudication=found,
        decision=given.get(DECISION),
        rows=settled(found, given[OWN], given[DECISION]) if is_decided else [],
        said=said_by_raters(found) if is_decided else None,
    )
