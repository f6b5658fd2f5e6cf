"""Steps of the guided set-up: the rubric, the items, the plan, the consent text."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from annotation.access import StudyAccess, consent_version_of
from annotation.forms.consent import PUBLISH, ConsentEditor
from annotation.forms.plans import QUOTA, StageForm
from annotation.forms.refusals import carried_out
from annotation.forms.rubrics import RubricForm
from annotation.forms.set_up import ItemsFileForm
from annotation.models import Plan, RubricVersion, Study, User
from annotation.queries.consent import announced, uses_hidden_checks
from annotation.queries.consent_template import consent_template
from annotation.queries.items import factor_choices
from annotation.queries.plans import human_groups, is_thin, n_claimable_items, published_versions
from annotation.queries.set_up import copied_shape, import_at_work
from annotation.queries.studies import current_plan
from annotation.services.plans import open_plan
from annotation.services.rubrics import publish_rubric
from annotation.services.studies import publish_consent
from annotation.views.pages import posted, sees_hidden
from annotation.views.plans import DRAWN_SEEDS, PREVIEW, load_preview, made_stage
from annotation.views.rubrics import taken_rubric
from annotation.views.set_up_frame import onward, step_page

USE = "use"
# Pressed without having seen the load; a plan that cannot show misalignment is shown first.
MAKE = "make"


def rubric_step(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Use one as it is, or take it to read and change first."""
    actor, study = access.member.user, access.study
    form = RubricForm(posted(request), request.FILES or None)
    if request.method == "POST":
        version = carried_out(form, lambda: taken_rubric(study, form, actor))
        uses = version is not None and request.POST.get("then") == USE and not form.is_from_scratch
        if version is not None and not uses:
            page = "study_rubric_edit" if form.is_from_scratch else "study_rubric_version"
            return redirect(page, study.code, version.code)
        if version is not None and _published(form, version, actor):
            return onward(access, "rubric")
    versions = RubricVersion.objects.filter(rubric__study=study).select_related("rubric").order_by("-pk")
    return step_page(request, "setup/rubric.html", access, "rubric", form=form, versions=list(versions))


def _published(form: RubricForm, version: RubricVersion, actor: User) -> bool:
    """Whether it could be published as it is; a rubric may ask for somebody's approval."""
    return carried_out(form, lambda: publish_rubric(version, actor=actor)) is not None


def items_step(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """The file goes to the page of imports, which leads back here."""
    n_items, job = n_claimable_items(access.study), import_at_work(access.study)
    context = {"form": ItemsFileForm(), "n_items": n_items, "job": job}
    return step_page(request, "setup/items.html", access, "items", **context)


def plan_step(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Plan the main stage, see its load, start it."""
    study, groups = access.study, human_groups(access.study)
    versions, n_items = published_versions(study), n_claimable_items(study)
    context: dict[str, Any] = {"n_items": n_items, "job": import_at_work(study), "plan": current_plan(study)}
    if context["plan"] is not None or not (groups and versions and n_items):
        return step_page(request, "setup/plan_there.html", access, "plan", **context)
    initial = {"stage": Plan.Stage.MAIN, "seed": secrets.randbelow(DRAWN_SEEDS), **_shape(study)}
    factors = factor_choices(study, sees_hidden=sees_hidden(access))
    form = StageForm(posted(request), groups=groups, versions=versions, factors=factors, initial=initial)
    step = request.POST.get("step") if form.is_valid() else ""
    if step == PREVIEW or (step == MAKE and is_thin(form.quotas())):
        context |= load_preview(access, form, groups)
    elif step and carried_out(form, lambda: _started(access, form)):
        return onward(access, "plan")
    return step_page(request, "setup/plan.html", access, "plan", form=form, **context)


def _shape(study: Study) -> dict[str, Any]:
    """What the form begins with, where the study was made from an earlier one."""
    shape = copied_shape(study)
    quotas = {f"{QUOTA}{key}": n for key, n in shape["quotas"].items()}
    return quotas | ({"design": shape["design"]} if shape["design"] else {})


def _started(access: StudyAccess, form: StageForm) -> Plan:
    return open_plan(made_stage(access, form), actor=access.member.user)


def consent_step(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    study, actor = access.study, access.member.user
    editor = ConsentEditor(posted(request), consent_version_of(study), offered=consent_template(study))
    form, ticks = editor.form, editor.ticks
    if editor.step == PUBLISH:
        deed = carried_out(
            form, lambda: publish_consent(study, actor=actor, ticks=ticks, **form.cleaned_data)
        )
        if deed:
            words = _("Version %(number)s of the consent text holds from now on.") % {"number": deed.number}
            messages.success(request, words)
            return onward(access, "consent")
    context = {"form": form, "editor": editor, "newest": editor.newest, "preview": editor.preview()}
    context["lacks_checks"] = uses_hidden_checks(study) and not announced(study)
    return step_page(request, "study/consent_new.html", access, "consent", **context)
