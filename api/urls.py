from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path, re_path

from api.views import documents, ratings, research, studies, workbench

STUDY = "v1/studies/<slug:code>/"

urlpatterns: list[URLPattern] = [
    path("v1/schema/", documents.Schema.as_view(), name="api_schema"),
    path("v1/docs/", login_required(documents.Docs.as_view()), name="api_docs"),
    path("v1/studies/", studies.StudyList.as_view(), name="api_studies"),
    path(STUDY, studies.StudyDetail.as_view(), name="api_study"),
    path(f"{STUDY}items/", studies.ItemList.as_view(), name="api_items"),
    path(f"{STUDY}items/<slug:item>/", studies.ItemDetail.as_view(), name="api_item"),
    path(f"{STUDY}ratings/", ratings.RatingList.as_view(), name="api_ratings"),
    path(f"{STUDY}snapshots/", research.SnapshotList.as_view(), name="api_snapshots"),
    path(f"{STUDY}snapshots/<slug:snapshot>/", research.SnapshotDetail.as_view(), name="api_snapshot"),
    path(f"{STUDY}analyses/", research.AnalysisList.as_view(), name="api_analyses"),
    path(f"{STUDY}analyses/<slug:analysis>/", research.AnalysisDetail.as_view(), name="api_analysis"),
    path(f"{STUDY}jobs/<slug:job>/", studies.JobDetail.as_view(), name="api_job"),
    path(f"{STUDY}next/", workbench.NextItem.as_view(), name="api_next"),
    path(f"{STUDY}current/", workbench.CurrentItem.as_view(), name="api_current"),
    path(f"{STUDY}slots/<slug:slot>/draft/", workbench.SlotDraft.as_view(), name="api_draft"),
    path(f"{STUDY}slots/<slug:slot>/rating/", workbench.SlotRating.as_view(), name="api_submit"),
    path(f"{STUDY}slots/<slug:slot>/pass/", workbench.SlotPass.as_view(), name="api_pass"),
    path(f"{STUDY}my-ratings/", workbench.OwnRatings.as_view(), name="api_own_ratings"),
    # Last: whatever else is asked of the API is answered in its own shape, not with a page.
    re_path(r"^.*$", documents.NoSuchAddress.as_view(), name="api_nothing"),
]
