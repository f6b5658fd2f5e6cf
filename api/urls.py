from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path, re_path

from api.build_urls import BUILD
from api.desk_urls import DESK, STUDY
from api.report_urls import REPORT
from api.steward_urls import STEWARD
from api.views import (
    analysis_plans,
    documents,
    files,
    items,
    people,
    ratings,
    research,
    setup,
    studies,
    workbench,
)

urlpatterns: list[URLPattern] = [
    path("v1/schema/", documents.Schema.as_view(), name="api_schema"),
    path("v1/docs/", login_required(documents.Docs.as_view()), name="api_docs"),
    path("v1/statistics/", analysis_plans.StatisticList.as_view(), name="api_statistics"),
    # First: they have words where others have codes.
    *BUILD,
    *REPORT,
    path("v1/studies/", studies.StudyList.as_view(), name="api_studies"),
    path(STUDY, studies.StudyDetail.as_view(), name="api_study"),
    path(f"{STUDY}state/", setup.StudyState.as_view(), name="api_study_state"),
    path(f"{STUDY}groups/", setup.GroupList.as_view(), name="api_groups"),
    path(f"{STUDY}consents/", setup.ConsentList.as_view(), name="api_consents"),
    path(f"{STUDY}raters/", people.RaterList.as_view(), name="api_raters"),
    path(f"{STUDY}invitations/", people.InvitationList.as_view(), name="api_invitations"),
    path(
        f"{STUDY}invitations/<slug:invitation>/revoke/",
        people.InvitationRevoke.as_view(),
        name="api_invitation_revoke",
    ),
    path(f"{STUDY}problems/", people.ProblemList.as_view(), name="api_problems"),
    path(
        f"{STUDY}problems/<slug:problem>/answer/", people.ProblemAnswer.as_view(), name="api_problem_answer"
    ),
    path(f"{STUDY}items/", items.ItemList.as_view(), name="api_items"),
    path(f"{STUDY}items/<slug:item>/", items.ItemDetail.as_view(), name="api_item"),
    path(f"{STUDY}items/<slug:item>/sources/", items.ItemSources.as_view(), name="api_item_sources"),
    path(f"{STUDY}ratings/", ratings.RatingList.as_view(), name="api_ratings"),
    path(f"{STUDY}snapshots/", research.SnapshotList.as_view(), name="api_snapshots"),
    path(f"{STUDY}snapshots/<slug:snapshot>/", research.SnapshotDetail.as_view(), name="api_snapshot"),
    path(f"{STUDY}snapshots/<slug:snapshot>/file/", files.SnapshotFile.as_view(), name="api_snapshot_file"),
    path(f"{STUDY}analyses/", research.AnalysisList.as_view(), name="api_analyses"),
    path(f"{STUDY}analyses/<slug:analysis>/", research.AnalysisDetail.as_view(), name="api_analysis"),
    path(f"{STUDY}analysis-plans/", analysis_plans.AnalysisPlanList.as_view(), name="api_analysis_plans"),
    path(
        f"{STUDY}analysis-plans/<slug:plan>/",
        analysis_plans.AnalysisPlanDetail.as_view(),
        name="api_analysis_plan",
    ),
    path(
        f"{STUDY}analysis-plans/<slug:plan>/lock/",
        analysis_plans.AnalysisPlanLock.as_view(),
        name="api_analysis_plan_lock",
    ),
    path(f"{STUDY}jobs/<slug:job>/", studies.JobDetail.as_view(), name="api_job"),
    path(f"{STUDY}next/", workbench.NextItem.as_view(), name="api_next"),
    path(f"{STUDY}current/", workbench.CurrentItem.as_view(), name="api_current"),
    path(f"{STUDY}slots/<slug:slot>/draft/", workbench.SlotDraft.as_view(), name="api_draft"),
    path(f"{STUDY}slots/<slug:slot>/rating/", workbench.SlotRating.as_view(), name="api_submit"),
    path(f"{STUDY}slots/<slug:slot>/pass/", workbench.SlotPass.as_view(), name="api_pass"),
    path(f"{STUDY}my-ratings/", workbench.OwnRatings.as_view(), name="api_own_ratings"),
    *DESK,
    *STEWARD,
    # Last: whatever else is asked of the API is answered in its own shape, not with a page.
    re_path(r"^.*$", documents.NoSuchAddress.as_view(), name="api_nothing"),
]
