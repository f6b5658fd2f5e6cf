from __future__ import annotations

from django.urls import URLPattern, path

from annotation.views import items, jobs, plans, problems, rubrics, studies

STUDY = "studies/<slug:code>/"

urlpatterns: list[URLPattern] = [
    path("studies/new/", studies.study_new, name="study_new"),
    path(STUDY, studies.study, name="study"),
    path(f"{STUDY}state/<slug:change>/", studies.study_state, name="study_state"),
    path(f"{STUDY}settings/", studies.study_settings, name="study_settings"),
    path(f"{STUDY}settings/groups/new/", studies.study_group_new, name="study_group_new"),
    path(f"{STUDY}settings/consent/new/", studies.study_consent_new, name="study_consent_new"),
    path(f"{STUDY}items/", items.study_items, name="study_items"),
    path(f"{STUDY}items/new/", items.study_item_new, name="study_item_new"),
    path(f"{STUDY}items/<slug:item_code>/", items.study_item, name="study_item"),
    path(f"{STUDY}rubric/", rubrics.study_rubric, name="study_rubric"),
    path(f"{STUDY}rubric/new/", rubrics.study_rubric_new, name="study_rubric_new"),
    path(f"{STUDY}rubric/<slug:version_code>/", rubrics.study_rubric, name="study_rubric_version"),
    path(
        f"{STUDY}rubric/<slug:version_code>/publish/",
        rubrics.study_rubric_publish,
        name="study_rubric_publish",
    ),
    path(f"{STUDY}plan/", plans.study_plan, name="study_plan"),
    path(f"{STUDY}plan/new/", plans.study_plan_new, name="study_plan_new"),
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
