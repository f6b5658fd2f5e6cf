from __future__ import annotations

from django.urls import URLPattern, path

from annotation.views import (
    consent,
    items,
    jobs,
    plan_stage,
    plans,
    problems,
    rubric_drafts,
    rubric_words,
    rubrics,
    studies,
)

STUDY = "studies/<slug:code>/"
VERSION = f"{STUDY}rubric/<slug:version_code>/"

urlpatterns: list[URLPattern] = [
    path("studies/new/", studies.study_new, name="study_new"),
    path(STUDY, studies.study, name="study"),
    path(f"{STUDY}state/<slug:change>/", studies.study_state, name="study_state"),
    path(f"{STUDY}settings/", studies.study_settings, name="study_settings"),
    path(f"{STUDY}settings/groups/new/", studies.study_group_new, name="study_group_new"),
    path(f"{STUDY}settings/consent/new/", consent.study_consent_new, name="study_consent_new"),
    path(f"{STUDY}settings/data/", consent.study_data_terms, name="study_settings_data"),
    path(f"{STUDY}items/", items.study_items, name="study_items"),
    path(f"{STUDY}items/new/", items.study_item_new, name="study_item_new"),
    path(f"{STUDY}items/<slug:item_code>/", items.study_item, name="study_item"),
    path(f"{STUDY}items/<slug:item_code>/sources/", items.study_item_unblind, name="study_item_unblind"),
    path(f"{STUDY}rubric/", rubrics.study_rubric, name="study_rubric"),
    path(f"{STUDY}rubric/new/", rubrics.study_rubric_new, name="study_rubric_new"),
    path(f"{STUDY}rubric/<slug:version_code>/", rubrics.study_rubric, name="study_rubric_version"),
    path(f"{VERSION}begin/", rubric_drafts.study_rubric_begin, name="study_rubric_begin"),
    path(f"{VERSION}changes/", rubrics.study_rubric_changes, name="study_rubric_changes"),
    path(f"{VERSION}edit/", rubric_drafts.study_rubric_edit, name="study_rubric_edit"),
    path(f"{VERSION}edit/about/", rubric_drafts.study_rubric_about, name="study_rubric_about"),
    path(
        f"{VERSION}edit/add/<slug:kind>/",
        rubric_drafts.study_rubric_question_new,
        name="study_rubric_question_new",
    ),
    path(
        f"{VERSION}edit/questions/<slug:key>/",
        rubric_drafts.study_rubric_question,
        name="study_rubric_question",
    ),
    path(
        f"{VERSION}edit/questions/<slug:key>/words/",
        rubric_words.study_rubric_words,
        name="study_rubric_words",
    ),
    path(
        f"{VERSION}edit/new-scale/<slug:shape>/",
        rubric_drafts.study_rubric_scale_new,
        name="study_rubric_scale_new",
    ),
    path(f"{VERSION}edit/scales/<slug:key>/", rubric_drafts.study_rubric_scale, name="study_rubric_scale"),
    path(
        f"{STUDY}rubric/<slug:version_code>/publish/",
        rubrics.study_rubric_publish,
        name="study_rubric_publish",
    ),
    path(
        f"{STUDY}rubric/<slug:version_code>/discard/",
        rubrics.study_rubric_discard,
        name="study_rubric_discard",
    ),
    path(
        f"{STUDY}rubric/<slug:version_code>/document/",
        rubrics.study_rubric_document,
        name="study_rubric_document",
    ),
    path(f"{STUDY}plan/", plans.study_plan, name="study_plan"),
    path(f"{STUDY}plan/new/", plans.study_plan_new, name="study_plan_new"),
    path(f"{STUDY}plan/<slug:plan_code>/", plan_stage.study_plan_stage, name="study_plan_stage"),
    path(f"{STUDY}plan/<slug:plan_code>/grow/", plan_stage.study_plan_grow, name="study_plan_grow"),
    path(
        f"{STUDY}plan/<slug:plan_code>/override/",
        plan_stage.study_plan_override,
        name="study_plan_override",
    ),
    path(f"{STUDY}plan/<slug:plan_code>/discard/", plan_stage.study_plan_discard, name="study_plan_discard"),
    path(f"{STUDY}plan/<slug:plan_code>/share/", plan_stage.study_plan_share, name="study_plan_share"),
    path(
        f"{STUDY}plan/<slug:plan_code>/seats/<slug:seat_code>/",
        plan_stage.study_plan_seat,
        name="study_plan_seat",
    ),
    path(
        f"{STUDY}plan/<slug:plan_code>/slots/<slug:slot_code>/",
        plan_stage.study_plan_slot,
        name="study_plan_slot",
    ),
    path(
        f"{STUDY}plan/<slug:plan_code>/<slug:change>/",
        plans.study_plan_state,
        name="study_plan_state",
    ),
    path(f"{STUDY}problems/", problems.study_problems_list, name="study_problems"),
    path(f"{STUDY}problems/<slug:problem_code>/", problems.study_problem, name="study_problem"),
    path(f"{STUDY}jobs/<slug:job_code>/", jobs.job_detail, name="job_detail"),
    path(f"{STUDY}jobs/<slug:job_code>/cancel/", jobs.job_cancel, name="job_cancel"),
]
