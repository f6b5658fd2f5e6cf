"""Addresses of what a study is built from: set-up, rubric, items from files, simulated plans."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.desk_urls import STUDY
from api.views import imports, rubric_drafts, rubrics, set_up_steps, simulations

RUBRICS = f"{STUDY}rubrics/"
VERSION = f"{RUBRICS}<slug:version>/"
DRAFT = f"{VERSION}draft/"
QUESTION = f"{DRAFT}questions/<slug:key>/"
IMPORTS = f"{STUDY}imports/"
IMPORT = f"{IMPORTS}<slug:batch>/"
SIMULATIONS = f"{STUDY}simulations/"

BUILD: list[URLPattern] = [
    path(f"{STUDY}setup/", set_up_steps.SetUp.as_view(), name="api_setup"),
    path(f"{STUDY}groups/<slug:group>/", set_up_steps.GroupDetail.as_view(), name="api_group"),
    path(f"{STUDY}consents/template/", set_up_steps.ConsentTemplate.as_view(), name="api_consent_template"),
    path(f"{STUDY}care/weeks/", set_up_steps.CareWeeks.as_view(), name="api_care_weeks"),
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
    path(IMPORTS, imports.ImportList.as_view(), name="api_imports"),
    # Not codes of imports: these stand before them.
    path(f"{IMPORTS}files/", imports.ImportFileList.as_view(), name="api_import_files"),
    path(f"{IMPORTS}formats/", imports.ImportFormats.as_view(), name="api_import_formats"),
    path(IMPORT, imports.ImportDetail.as_view(), name="api_import"),
    path(f"{IMPORT}columns/", imports.ImportColumns.as_view(), name="api_import_columns"),
    path(f"{IMPORT}columns/look/", imports.ImportLook.as_view(), name="api_import_look"),
    path(f"{IMPORT}identifiers/", imports.ImportIdentifiers.as_view(), name="api_import_identifiers"),
    path(f"{IMPORT}run/", imports.ImportRun.as_view(), name="api_import_run"),
    path(SIMULATIONS, simulations.SimulationList.as_view(), name="api_simulations"),
    path(f"{SIMULATIONS}outset/", simulations.SimulationOutset.as_view(), name="api_simulation_outset"),
    path(f"{SIMULATIONS}<slug:simulation>/", simulations.SimulationDetail.as_view(), name="api_simulation"),
]
