"""The guided set-up of a study: one page for each step; what is done shows in the study itself."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import StudyAccess, found_choice, memberships, study_for, study_maker
from annotation.forms.care import CareForm
from annotation.forms.refusals import carried_out
from annotation.forms.safeguarding import LeadForm
from annotation.forms.set_up import CopyForm, GroupsForm, InviteGroupsForm, SupportForm
from annotation.forms.studies import NewStudyForm
from annotation.models import Group, Role, Study, User
from annotation.queries.care import care_of
from annotation.queries.plans import human_groups
from annotation.queries.safeguarding import lead_of
from annotation.queries.set_up import next_place
from annotation.services.care import update_care
from annotation.services.invitations import create_invitation
from annotation.services.set_up import describe_care, keep_groups
from annotation.services.studies import update_study
from annotation.services.study_copies import copy_study
from annotation.views import set_up_work
from annotation.views.pages import posted
from annotation.views.set_up_frame import onward, step_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_copy(request: HttpRequest) -> HttpResponse:
    """A new study from one that this login sets up, too."""
    actor = study_maker(request.user)
    theirs = [one.study for one in memberships(actor) if Role.COORDINATOR in one.role_set()]
    form = CopyForm(posted(request), studies=theirs, initial={"study": request.GET.get("study", "")})
    if request.method == "POST":
        made = carried_out(form, lambda: _copied(request, form, actor))
        if made:
            messages.success(request, _("The copy is there, as a draft. Nobody takes part in it yet."))
            return redirect("study_setup", made.code)
    context = {"form": form, "has_studies": bool(theirs)}
    return render(request, "study/study_copy.html", context, status=400 if form.errors else 200)


def _copied(request: HttpRequest, form: CopyForm, actor: User) -> Study:
    asked = form.cleaned_data
    source = study_for(request.user, asked["study"], Role.COORDINATOR).study
    parts = {name: asked[name] for name in ("with_items", "with_screening", "with_training")}
    return copy_study(source, actor=actor, title=asked["title"], **parts)


@login_required
@require_safe
def study_setup(request: HttpRequest, code: str) -> HttpResponse:
    """To the first step that lacks something."""
    access = study_for(request.user, code, Role.COORDINATOR)
    return redirect("study_setup_step", code, next_place(access.study))


def _purpose(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    study = access.study
    form = NewStudyForm(posted(request), initial={"title": study.title, "purpose": study.purpose})
    names = ("support_title", "support_text", "claim_minutes")
    kept = {name: getattr(study, name) for name in names}
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: update_study(study, actor=actor, **kept, **form.cleaned_data)):
            return onward(access, "purpose")
        study.refresh_from_db()
    return step_page(request, "setup/purpose.html", access, "purpose", form=form)


def _groups(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    groups = list(Group.objects.filter(study=access.study))
    form = GroupsForm(posted(request), groups=groups)
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: keep_groups(access.study, form.wishes(), actor=actor)) is not None:
            return onward(access, "groups")
    return step_page(request, "setup/groups.html", access, "groups", form=form)


def _before(study: Study) -> dict[str, str]:
    lead = lead_of(study)
    said = {name: getattr(study, name) for name in ("support_title", "support_text", "contact")}
    return said | ({name: getattr(lead, name) for name in LeadForm.base_fields} if lead else {})


def _care(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    study, actor, now = access.study, access.member.user, timezone.now()
    care = care_of(study)
    form = SupportForm(posted(request), initial=_before(study))
    numbers = CareForm(posted(request), initial={name: getattr(care, name) for name in CareForm.base_fields})
    if request.method == "POST" and not numbers.is_valid():
        form.add_error(None, _("Please look at breaks and check-ins again."))
    elif request.method == "POST":
        done = carried_out(form, lambda: describe_care(study, actor=actor, now=now, **form.told()))
        if done and carried_out(numbers, lambda: update_care(study, actor=actor, **numbers.cleaned_data)):
            return onward(access, "care")
        study.refresh_from_db()
    return step_page(request, "setup/care.html", access, "care", form=form, numbers=numbers)


def _links(request: HttpRequest, access: StudyAccess, form: InviteGroupsForm) -> list[tuple[Group, str]]:
    """A fresh link for each group, to be shown once."""
    actor, days, made = access.member.user, form.cleaned_data["days"], []
    for group, n in form.wanted():
        _invitation, token = create_invitation(
            access.study, actor=actor, role=Role.RATER, group=group, days=days, max_uses=n
        )
        made.append((group, request.build_absolute_uri(reverse("join", args=[token]))))
    return made


def _people(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """After the POST the links stand on top of the last step, and nowhere else."""
    form = InviteGroupsForm(posted(request), groups=human_groups(access.study))
    links = carried_out(form, lambda: _links(request, access, form)) if request.method == "POST" else None
    if links is None:
        return step_page(request, "setup/people.html", access, "people", form=form)
    return step_page(request, "setup/open.html", access, "open", links=links)


def _open(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return step_page(request, "setup/open.html", access, "open", links=[])


STEPS: dict[str, Callable[[HttpRequest, StudyAccess], HttpResponse]] = {
    "purpose": _purpose,
    "groups": _groups,
    "rubric": set_up_work.rubric_step,
    "items": set_up_work.items_step,
    "plan": set_up_work.plan_step,
    "consent": set_up_work.consent_step,
    "care": _care,
    "people": _people,
    "open": _open,
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def study_setup_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """A step of the set-up of a draft. What is under way is changed on the pages of its own."""
    access = study_for(request.user, code, Role.COORDINATOR)
    page = found_choice(STEPS, step)
    if access.study.state != Study.State.DRAFT:
        messages.info(
            request, _("The set-up is over. What can still be changed stands in the study's pages.")
        )
        return redirect("study", code)
    return page(request, access)
