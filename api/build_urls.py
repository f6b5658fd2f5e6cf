"""Addresses of what a study is built from: its rubric."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.desk_urls import STUDY
from api.views import rubric_drafts, rubrics

RUBRICS = f"{STUDY}rubrics/"
VERSION = f"{RUBRICS}<slug:version>/"
DRAFT = f"{VERSION}draft/"
QUESTION = f"{DRAFT}questions/<slug:key>/"

BUILD: list[URLPattern] = [
    path(RUBRICS, rubrics.RubricList.as_view(), name="api_rubrics"),
    # Not a version's code: this stands before them.
    path(f"{RUBRICS}packs/", rubrics.PackList.as_view(), name="api_rubric_packs"),
    path(VERSION, rubrics.RubricDetail.as_view(), name="api_rubric"),
    path(f"{VERSION}begin/", rubrics.RubricBegin.as_view(), name="api_rubric_begin"),
    path(f"{VERSION}changes/", rubrics.RubricChanges.as_view(), name="api_rubric_changes"),
    path(f"{VERSION}publish/", rubrics.RubricPublish.as_view(), name="api_rubric_publish"),
    path(f"{VERSION}preview/", rubrics.RubricPreview.as_view(), name="api_rubric_preview"),
    path(DRAFT, rubric_drafts.Draft.as_view(), name="api_rubric_draft"),
    path(f"{DRAFT}about/", rubric_drafts.DraftAbout.as_view(), name="api_rubric_about"),
    path(f"{DRAFT}undo/", rubric_drafts.DraftUndo.as_view(), name="api_rubric_undo"),
    path(f"{DRAFT}questions/", rubric_drafts.DraftQuestionList.as_view(), name="api_rubric_questions"),
    path(QUESTION, rubric_drafts.DraftQuestion.as_view(), name="api_rubric_question"),
    path(f"{QUESTION}move/", rubric_drafts.DraftMove.as_view(), name="api_rubric_move"),
    path(f"{QUESTION}copy/", rubric_drafts.DraftCopy.as_view(), name="api_rubric_copy"),
    path(f"{QUESTION}words/", rubric_drafts.DraftWords.as_view(), name="api_rubric_words"),
    path(f"{DRAFT}scales/<slug:key>/", rubric_drafts.DraftScale.as_view(), name="api_rubric_scale"),
]
