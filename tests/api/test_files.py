"""What leaves a study through the API: exports, files at once, reports, papers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase
from django.urls import reverse

from annotation.models import AccessEvent, Plan, Rater, Role, RoleGrant, Study, User
from annotation.services.studies import publish_consent
from rating.models import Export, Figure
from rating.reporting.stratum_tables import WITHIN as STRATA
from rating.services import analyses
from rating.services.analyses import start_analysis
from rating.tasks import analyses as tasks
from tests.api.calls import error_of
from tests.api.desk import Desk
from tests.conftest import user_of
from tests.rating.kept import kept_figures, kept_numbers
from tests.rating.services.submitting import submit

# Celery knows a task once its module is imported.
assert tasks.__name__ == "rating.tasks.analyses"


@pytest.fixture
def desk(study: Study, researcher: User, settings: Any, tmp_path: Path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk(researcher, study)


@pytest.fixture
def house(study: Study, owner: User, settings: Any, tmp_path: Path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk(owner, study)


@pytest.fixture
def report(plan: Plan, rater: Rater, make_rater: Any, desk: Desk, monkeypatch: Any) -> str:
    """Code of a finished analysis of one question, rated by two groups."""
    monkeypatch.setattr(analyses, "compute_numbers", kept_numbers)
    monkeypatch.setattr(analyses, "draw_figures", kept_figures)
    for one, value in ((rater, 2), (make_rater("clara", group="clinician"), 4)):
        for _ in range(3):
            submit(one, value=value)
    with TestCase.captureOnCommitCallbacks(execute=True):
        options = {"questions": ["safety"], "n_permutations": 99}
        return start_analysis(plan.study, actor=user_of(rater), options=options, seed=1).code


def place(study: Study, route: str, **parts: Any) -> str:
    whole = reverse(route, kwargs={"code": study.code, **parts})
    return whole.removeprefix(f"/api/v1/studies/{study.code}/")


def content(desk: Desk, path: str, query: dict[str, str] | None = None) -> bytes:
    answer: Any = desk.client.get(desk.base + path, query)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def test_export_is_stopped_made_again_and_deleted(desk: Desk, plan: Plan, rater: Rater) -> None:
    submit(rater)
    made = desk.ask("post", "exports/", {"format": "csv-long"}, status=202)
    one = {"export": made["code"]}
    path = place(plan.study, "api_export", **one)
    assert desk.refused("delete", path, status=409)["code"] == "state_forbids"
    stopped = desk.ask("post", place(plan.study, "api_export_stop", **one))
    assert stopped["job"]["state"] == "cancelled"
    again = desk.ask("post", place(plan.study, "api_export_again", **one), status=202)
    assert (again["code"] == made["code"], again["format"]) == (False, "csv-long")
    desk.ask("delete", path, status=204)
    assert list(Export.objects.values_list("code", flat=True)) == [again["code"]]
    assert desk.refused("delete", path, status=404)


def test_formats_codebook_and_files_at_once(desk: Desk, plan: Plan, rater: Rater, settings: Any) -> None:
    settings.ACCESS_LOG_DAYS = 30
    submit(rater)
    formats = {one["key"]: one for one in desk.ask("get", place(plan.study, "api_export_formats"))}
    assert (formats["csv-long"]["lacks"], bool(formats["preferences"]["lacks"])) == ("", True)
    book = desk.ask("get", place(plan.study, "api_codebook"))
    assert "safety" in [one["key"] for one in book["questions"]]
    assert "ratings-long.csv" in [one["name"] for one in book["files"]]
    names = [one["name"] for one in desk.ask("get", place(plan.study, "api_ready_files"))]
    assert "items.csv" in names
    path = place(plan.study, "api_ready_file", name="ratings-long.csv")
    assert content(desk, path).decode().count("\n") == 17
    assert desk.client.get(desk.base + path, {"stage": "dress"}).status_code == 400
    missing = desk.client.get(desk.base + place(plan.study, "api_ready_file", name="none.csv"))
    assert (missing.status_code, error_of(missing)["code"]) == (404, "not_found")
    assert AccessEvent.objects.filter(what="export", way="api").count() == 1


def test_tables_and_figures_of_a_report_are_listed_and_taken(desk: Desk, study: Study, report: str) -> None:
    tables = desk.ask("get", place(study, "api_tables", analysis=report))
    assert "safety" in {one["question"] for one in tables}
    key = tables[-1]["key"]
    table = desk.ask("get", place(study, "api_table", analysis=report, key=key))
    assert len(table["rows"][0]) == len(table["columns"])
    path = place(study, "api_table_file", analysis=report, key=key)
    assert content(desk, path).count(b"\n") >= len(table["rows"])
    assert b"tabular" in content(desk, path, {"ending": "tex"})
    assert desk.client.get(desk.base + path, {"ending": "exe"}).status_code == 400
    assert content(desk, place(study, "api_tables_file", analysis=report)).count(b"\n") > len(tables)
    [figure, *_] = desk.ask("get", place(study, "api_figures", analysis=report))
    path = place(study, "api_figure_file", analysis=report, key=figure["key"])
    assert content(desk, path) == Figure.objects.get(key=figure["key"]).svg.encode()
    assert content(desk, path, {"ending": "png"}).startswith(b"\x89PNG")


def test_items_and_raters_of_a_report_are_told_under_pseudonyms(
    desk: Desk, study: Study, report: str, rater: Rater, coordinator: User
) -> None:
    results = desk.ask("get", f"analyses/{report}/")["results"]["questions"]["safety"]
    item = results["item_gaps"]["rows"][0]["item"].partition("#")[0]
    told = desk.ask("get", place(study, "api_analysed_item", analysis=report, item=item))
    assert [one["question"] for one in told["questions"]] == ["safety"]
    path = place(study, "api_analysed_raters", analysis=report)
    at_work = desk.ask("get", path)
    assert rater.pseudonym in str(at_work["rows"])
    assert Desk(coordinator, study).ask("get", path) == at_work
    ready = desk.ask("get", place(study, "api_readiness"))
    assert (ready["stage"], ready["has_ratings"], ready["groups"][0]["n_items"] > 0) == ("main", True, True)


def test_report_that_is_not_there_yet_is_not_found(
    desk: Desk, study: Study, plan: Plan, rater: Rater
) -> None:
    submit(rater)
    code = start_analysis(study, actor=user_of(rater), options={}, seed=1).code
    for name in ("api_tables", "api_figures", "api_tables_file", "api_analysed_raters"):
        answer = desk.client.get(desk.base + place(study, name, analysis=code))
        assert (answer.status_code, error_of(answer)["code"]) == (404, "not_found")


def test_consents_are_copied_version_by_version_for_team_and_rater(
    house: Desk, desk: Desk, study: Study, rater: Rater, owner: User
) -> None:
    given = house.ask("get", place(study, "api_given_consents", rater=rater.code))
    assert [one["number"] for one in given] == [1]
    path = place(study, "api_given_consent_file", rater=rater.code, number=1)
    assert content(house, path).startswith(b"%PDF")
    assert "You may stop" in content(house, path, {"ending": "txt"}).decode()
    assert house.client.get(house.base + path, {"ending": "doc"}).status_code == 400
    publish_consent(study, actor=owner, title="New", body="New words.")
    other = place(study, "api_given_consent_file", rater=rater.code, number=2)
    assert house.client.get(house.base + other).status_code == 404
    assert desk.client.get(desk.base + path).status_code == 403
    own = Desk(user_of(rater), study)
    assert own.ask("get", place(study, "api_own_consents")) == given
    assert content(own, place(study, "api_own_consent_file", number=1)).startswith(b"%PDF")


def test_card_and_trail_are_taken_as_files(house: Desk, desk: Desk, study: Study, plan: Plan) -> None:
    card = place(study, "api_protocol_file")
    assert content(desk, card).startswith(b"%PDF")
    assert json.loads(content(desk, card, {"ending": "json"}))["stage"] == "main"
    trail = place(study, "api_audit_file")
    assert b"study.created" in content(house, trail)
    lines = json.loads(content(house, trail, {"ending": "json", "kind": "study.created"}))
    assert [one["kind"] for one in lines] == ["study.created"]
    assert desk.client.get(desk.base + trail).status_code == 403
    assert house.client.get(house.base + trail, {"kind": "nothing"}).status_code == 400


def test_drawing_that_tells_sources_is_kept_from_researchers_who_rate(
    desk: Desk, study: Study, report: str, researcher: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("rating.reporting.report.Report.hides_strata", lambda *_args: True)
    figure = Figure.objects.exclude(question_key="")[0]
    Figure.objects.filter(pk=figure.pk).update(key=f"safety-{STRATA}", question_key="safety")
    member = researcher.memberships.get(study=study)
    RoleGrant.objects.create(member=member, role=Role.RATER)
    path = place(study, "api_figure_file", analysis=report, key=f"safety-{STRATA}")
    assert desk.client.get(desk.base + path).status_code == 403
    listed = desk.ask("get", place(study, "api_figures", analysis=report))
    assert f"safety-{STRATA}" not in [one["key"] for one in listed]
