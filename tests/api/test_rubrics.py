"""Rubrics through the API: versions compared and discarded, drafts built step by step, previews."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotation.models import Plan, RubricVersion, Study, User
from annotation.services.rubric_drafts import begin_draft
from tests.api.calls import caller, error_of
from tests.api.desk import Desk
from tests.conftest import core_document

NEW = {"key": "patience", "scale": "felt", "text": "How patient is the reply?", "construct": "patience"}


@pytest.fixture
def desk(study: Study, coordinator: User) -> Desk:
    return Desk(coordinator, study)


@pytest.fixture
def draft(rubric_version: RubricVersion, owner: User) -> RubricVersion:
    return begin_draft(rubric_version, actor=owner)


def place(name: str, version: RubricVersion, **parts: str) -> str:
    """The address behind a route's name, from the study on."""
    code = version.rubric.study.code
    whole = reverse(name, kwargs={"code": code, "version": version.code, **parts})
    return whole.removeprefix(f"/api/v1/studies/{code}/")


def keys(told: dict[str, Any]) -> list[str]:
    return [one["key"] for one in told["questions"]]


def test_rubric_begins_from_a_pack_from_a_document_or_from_nothing(desk: Desk, study: Study) -> None:
    packs = desk.ask("get", "rubrics/packs/")
    assert packs[0]["key"] == "core"
    assert packs[0]["n_questions"] == len(core_document()["questions"])
    taken = desk.ask("post", "rubrics/", {"pack": "core"}, status=201)
    assert taken == desk.ask("post", "rubrics/", {"document": core_document()}, status=201)
    blank = desk.ask("post", "rubrics/", {"name": "Ours", "language": "de"}, status=201)
    built = desk.ask("get", f"rubrics/{blank['code']}/draft/")
    assert (built["questions"], built["about"]["name"], built["languages"]) == ([], "Ours", ["de"])
    assert desk.refused("post", "rubrics/", {"pack": "core", "name": "Both"}, status=400)
    assert desk.refused("post", "rubrics/", {"pack": "nothing"}, status=400)


def test_question_is_added_changed_moved_copied_removed_and_every_step_taken_back(
    desk: Desk, draft: RubricVersion
) -> None:
    add = place("api_rubric_questions", draft)
    before = desk.ask("get", place("api_rubric_draft", draft))
    added = desk.ask("post", add, {"question": NEW}, status=201)
    assert keys(added) == [*keys(before), "patience"]
    one = place("api_rubric_question", draft, key="patience")
    changed = desk.ask(
        "put", one, {"question": NEW | {"key": "calm"}, "was": added["questions"][-1]["digest"]}
    )
    assert keys(changed)[-1] == "calm"
    moved = desk.ask("post", place("api_rubric_move", draft, key="calm"), {"step": -1})
    assert keys(moved)[-2] == "calm"
    copied = desk.ask("post", place("api_rubric_copy", draft, key="calm"), status=201)
    assert keys(copied)[-2] == "calm_2"
    desk.ask("delete", place("api_rubric_question", draft, key="calm_2"))
    undo = place("api_rubric_undo", draft)
    steps = [desk.ask("post", undo)["last_step"] for _ in range(5)]
    assert steps == ["copied: calm", "moved: calm", "changed: patience", "added: patience", ""]
    assert desk.ask("get", place("api_rubric_draft", draft)) == before
    assert desk.refused("post", undo, status=409)["code"] == "state_forbids"


def test_question_that_changed_meanwhile_or_has_defects_is_refused(desk: Desk, draft: RubricVersion) -> None:
    one = place("api_rubric_question", draft, key="safety")
    body = next(one for one in draft.document["questions"] if one["key"] == "safety")
    assert desk.refused("put", one, {"question": body, "was": "0" * 64}, status=409)["code"] == "lost_race"
    add = place("api_rubric_questions", draft)
    for wrong in ({}, NEW | {"scale": "none"}, NEW | {"key": "safety"}, NEW | {"options": None}, {"key": 1}):
        assert desk.refused("post", add, {"question": wrong}, status=400)["details"]
    waits = NEW | {"condition": {"question": "safety", "values": [99]}}
    assert "waits for a value" in str(desk.refused("post", add, {"question": waits}, status=400)["details"])
    for name in ("api_rubric_question", "api_rubric_move", "api_rubric_copy"):
        method, sent = ("delete", None) if name == "api_rubric_question" else ("post", {"step": 1})
        assert desk.refused(method, place(name, draft, key="none"), sent, status=404)


def test_question_copied_with_an_idempotency_key_is_copied_once(desk: Desk, draft: RubricVersion) -> None:
    path = desk.base + place("api_rubric_copy", draft, key="safety")
    first, again = (desk.client.post(path, headers={"idempotency-key": "one"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.headers["Idempotency-Replayed"], again.json()) == ("true", first.json())
    assert keys(first.json()).count("safety_2") == 1


def test_words_scales_and_what_the_rubric_says_are_changed(desk: Desk, draft: RubricVersion) -> None:
    words = place("api_rubric_words", draft, key="safety")
    told = desk.ask("put", words, {"language": "de", "group": "peer", "text": "Wie sicher?"})
    assert told["languages"] == ["en", "de"]
    gone = desk.client.delete(f"{desk.base}{words}?language=de&group=peer").json()
    assert gone["languages"] == ["en"]
    assert error_of(desk.client.delete(desk.base + words))["details"]
    scale = place("api_rubric_scale", draft, key="three")
    levels = [{"value": value, "label": f"Point {value}"} for value in (1, 2, 3)]
    made = desk.ask("put", scale, {"scale": {"measurement": "ordinal", "levels": levels}})
    assert "three" in [one["key"] for one in made["scales"]]
    assert desk.refused("put", scale, {"scale": {"levels": 3}}, status=400)["details"]
    desk.ask("delete", scale)
    assert desk.refused("delete", place("api_rubric_scale", draft, key="felt"), status=409)
    assert desk.refused("delete", place("api_rubric_scale", draft, key="none"), status=404)
    about = desk.ask("patch", place("api_rubric_about", draft), {"note": "Ours.", "order": ["trust"]})[
        "about"
    ]
    assert (about["note"], about["order"]) == ("Ours.", ["trust"])


def test_versions_are_compared_and_a_correction_of_words_published(
    desk: Desk, rubric_version: RubricVersion, draft: RubricVersion, plan: Plan
) -> None:
    body = next(one for one in draft.document["questions"] if one["key"] == "safety")
    one = place("api_rubric_question", draft, key="safety")
    desk.ask("put", one, {"question": body | {"text": "Is the reply safe?"}})
    told = desk.ask("get", place("api_rubric_changes", draft))
    assert (told["since"]["code"], told["changes"]["is_words_only"]) == (rubric_version.code, True)
    [part] = told["changes"]["parts"]
    assert (part["key"], part["lines"][0]["after"]) == ("safety", "Is the reply safe?")
    assert desk.client.get(desk.base + place("api_rubric_changes", draft), {"since": "x"}).status_code == 400
    publish = place("api_rubric_publish", draft)
    would = desk.ask("get", publish)
    assert (would["may_correct"], would["n_free"], would["defects"]) == (True, 16, [])
    desk.ask("post", publish, {"equivalence_reason": "A missing word.", "hands_out": True})
    plan.refresh_from_db()
    assert plan.rubric_version.code == draft.code
    assert plan.rubric_version.equivalent_to == rubric_version


def test_draft_is_begun_and_discarded_and_what_is_published_is_not(
    desk: Desk, rubric_version: RubricVersion
) -> None:
    begun = desk.ask("post", place("api_rubric_begin", rubric_version), status=201)
    assert begun == desk.ask("post", place("api_rubric_begin", rubric_version), status=201)
    desk.ask("delete", f"rubrics/{begun['code']}/", status=204)
    assert desk.refused("delete", place("api_rubric", rubric_version), status=409)
    add = place("api_rubric_questions", rubric_version)
    assert desk.refused("post", add, {"question": NEW}, status=409)["code"] == "state_forbids"


def test_preview_shows_what_a_group_reads_and_refuses_what_there_is_not(
    desk: Desk, draft: RubricVersion
) -> None:
    desk.ask("put", place("api_rubric_words", draft, key="safety"), {"language": "de", "text": "Wie sicher?"})
    path = place("api_rubric_preview", draft)
    shown = desk.ask("get", path, {"group": "clinician", "language": "de", "replies": 2})
    titles = [one["title"] for one in shown["questions"] if one["key"] == "safety"]
    assert titles == ["Wie sicher? (reply A)", "Wie sicher? (reply B)"]
    assert (shown["group"], len(shown["replies"])) == ("clinician", 2)
    usual = desk.ask("get", path)
    assert (usual["group"], usual["language"], len(usual["replies"])) == ("peer", "en", 1)
    for wrong in ({"group": "none"}, {"replies": 9}, {"language": "xx"}):
        assert error_of(desk.client.get(desk.base + path, wrong))["code"] == "invalid"


def test_only_coordinators_build_and_researchers_read(
    draft: RubricVersion, researcher: User, outsider: User
) -> None:
    base = f"/api/v1/studies/{draft.rubric.study.code}/"
    assert caller(researcher).get(base + place("api_rubric_changes", draft)).status_code == 200
    assert caller(researcher).get(base + place("api_rubric_draft", draft)).status_code == 403
    assert caller(outsider).get(base + place("api_rubric_draft", draft)).status_code == 404
