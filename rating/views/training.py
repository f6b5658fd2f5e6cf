"""Practice, qualification and hidden checks: what coordinators set up."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import StudyAccess
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.models import Plan, RubricVersion, Study
from annotation.queries.checks import study_checks
from annotation.queries.clearance import open_plans, settings_of
from annotation.services.known_items import (
    USES,
    add_attention_check,
    keep_item,
    lacking,
    release_item,
    start_training,
    write_keys,
    write_pass_marks,
    write_settings,
)
from annotation.services.plans import close_plan
from annotation.views.pages import posted, study_page
from rating.access import keeper_for, keyed_item_for
from rating.forms.known_answers import entered_keys, key_screen
from rating.forms.training import (
    AttentionForm,
    CheckSettingsForm,
    KeepItemForm,
    KeyFileForm,
    PassMarksForm,
)
from rating.forms.workbench import entry_of_post
from rating.queries.keyed_items import (
    keyable_questions,
    keyed_rows,
    unserved_item,
    used_version,
    version_in_use,
)
from rating.queries.who_is_where import n_to_decide
from rating.services.key_uploads import UploadedKeys, upload_keys


def _stages(study: Study) -> list[dict[str, object]]:
    plans = open_plans(study)
    return [
        {
            "stage": stage.value,
            "name": _("Practice") if stage == Plan.Stage.TRAINING else _("Qualification"),
            "plan": plans.get(stage),
            "lacking": lacking(study, stage),
        }
        for stage in (Plan.Stage.TRAINING, Plan.Stage.QUALIFICATION)
    ]


def _overview(request: HttpRequest, access: StudyAccess, form: KeepItemForm) -> HttpResponse:
    return study_page(
        request,
        "training/overview.html",
        access,
        form=form,
        stages=_stages(access.study),
        rows=keyed_rows(access.study),
        settings=settings_of(access.study),
        checks=study_checks(access.study),
        n_to_decide=n_to_decide(access.study),
        has_rubric=version_in_use(access.study) is not None,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training(request: HttpRequest, code: str) -> HttpResponse:
    """The overview; its form sets an item aside and leads on to its known answers."""
    access = keeper_for(request.user, code)
    form = KeepItemForm(posted(request), study=access.study)
    if request.method == "POST":
        actor = access.member.user
        keyed = carried_out(form, lambda: keep_item(access.study, actor=actor, **form.cleaned_data))
        if keyed:
            return redirect("study_training_item", code, keyed.item.code)
    return _overview(request, access, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training_item(request: HttpRequest, code: str, item_code: str) -> HttpResponse:
    """The known answers of one item, entered by the rating form."""
    access, keyed = keyed_item_for(request.user, code, item_code)
    presented = unserved_item(keyed.item, used_version(access.study))
    entry, defects = None, list[str]()
    if request.method == "POST":
        entry = entry_of_post(request.POST)
        keys, defects = entered_keys(keyed, presented, entry)
        if not defects:
            write_keys(keyed, keys, actor=access.member.user)
            messages.success(request, _("The known answers are stored."))
            return redirect("study_training", code)
    form = key_screen(keyed, presented, entry=entry, defects=defects)
    response = study_page(
        request,
        "training/item.html",
        access,
        keyed=keyed,
        key_form=form,
        screen=form.screen,
        item=keyed.item,
        turns=form.screen.turns,
    )
    response.status_code = 400 if defects else 200
    return response


@login_required
@require_POST
def study_training_remove(request: HttpRequest, code: str, item_code: str) -> HttpResponse:
    access, keyed = keyed_item_for(request.user, code, item_code)
    try:
        release_item(keyed, actor=access.member.user)
        messages.success(request, _("The item is no longer set aside."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("study_training", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training_upload(request: HttpRequest, code: str) -> HttpResponse:
    """Known answers from a file, refused as a whole with every faulty row named."""
    access = keeper_for(request.user, code)
    version = used_version(access.study)
    form = KeyFileForm(request.POST, request.FILES) if request.method == "POST" else KeyFileForm()
    stored = carried_out(form, lambda: _upload(access, form, version)) if request.method == "POST" else None
    if stored:
        words = _("%(keys)s known answers of %(items)s items are stored.")
        messages.success(request, words % {"keys": stored.n_keys, "items": stored.n_items})
        return redirect("study_training", code)
    questions = keyable_questions(version)
    return study_page(request, "training/upload.html", access, form=form, questions=questions)


def _upload(access: StudyAccess, form: KeyFileForm, version: RubricVersion) -> UploadedKeys:
    file = form.cleaned_data["file"]
    return upload_keys(
        access.study,
        actor=access.member.user,
        name=file.name,
        data=file.read(),
        use=form.cleaned_data["use"],
        version=version,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training_attention(request: HttpRequest, code: str) -> HttpResponse:
    access = keeper_for(request.user, code)
    form = AttentionForm(posted(request), questions=keyable_questions(used_version(access.study)))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: add_attention_check(access.study, form.card(), actor=actor)):
            messages.success(request, _("The card is stored."))
            return redirect("study_training", code)
    return study_page(request, "training/attention.html", access, form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training_settings(request: HttpRequest, code: str) -> HttpResponse:
    access = keeper_for(request.user, code)
    form = CheckSettingsForm(posted(request), settings=settings_of(access.study))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: write_settings(access.study, actor=actor, **form.values())):
            messages.success(request, _("The settings are stored."))
            return redirect("study_training", code)
    return study_page(request, "training/settings.html", access, form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_training_marks(request: HttpRequest, code: str) -> HttpResponse:
    """What qualification asks of each question."""
    access = keeper_for(request.user, code)
    questions = keyable_questions(used_version(access.study))
    form = PassMarksForm(posted(request), study=access.study, questions=questions)
    if request.method == "POST" and form.is_valid():
        write_pass_marks(access.study, form.marks(), actor=access.member.user)
        messages.success(request, _("The pass marks are stored."))
        return redirect("study_training", code)
    return study_page(request, "training/marks.html", access, form=form)


@login_required
@require_POST
def study_training_state(request: HttpRequest, code: str, stage: str, change: str) -> HttpResponse:
    """Open or close practice or qualification."""
    access = keeper_for(request.user, code)
    if stage not in USES or change not in {"open", "close"}:
        raise DomainError(Code.NOT_FOUND, _("There is no page at this address."))
    actor, plan = access.member.user, open_plans(access.study).get(stage)
    try:
        if change == "open":
            version = used_version(access.study)
            start_training(access.study, actor=actor, stage=stage, rubric_version=version)
            messages.success(request, _("It stands before the study's own items from now on."))
        elif plan is not None:
            close_plan(plan, actor=actor)
            messages.success(request, _("Closed: raters go on to the study's own items."))
    except DomainError as error:
        messages.error(request, " ".join([error.message, *error.details]))
    return redirect("study_training", code)
