"""Building a rubric in the browser, through HTTP: every kind of question, undo, versions, corrections."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.design.rubric_document import with_about
from annotation.errors import DomainError
from annotation.models import AuditEvent, DraftStep, RubricVersion, Study, User
from annotation.services.rubric_drafts import MAX_STEPS, edit_draft
from annotation.services.rubric_packs import shipped_document, shipped_packs
from annotation.services.rubrics import load_rubric, publish_rubric
from tests.rating.every_kind import DOCUMENT

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PACKS = [pack.key for pack in shipped_packs()]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


@pytest.fixture
def draft(study: Study, owner: User) -> RubricVersion:
    """A draft with a question of every kind."""
    return load_rubric(study, DOCUMENT, actor=owner)


def url(version: RubricVersion, page: str = "edit/") -> str:
    return f"/studies/{version.rubric.study.code}/rubric/{version.code}/{page}"


def document(version: RubricVersion) -> dict[str, Any]:
    version.refresh_from_db()
    found: dict[str, Any] = version.document
    return found


def keys(version: RubricVersion) -> list[str]:
    return [one["key"] for one in document(version)["questions"]]


def as_posted(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send from a question's or scale's page as it stands, with some fields changed."""
    editor = response.context["editor"]
    forms = [editor.form, *(form for rows in _rows(editor) for form in rows.forms)]
    if getattr(editor, "scale", None):
        forms.append(editor.scale.form)
    sent: dict[str, Any] = {"do": "save", "was": response.context.get("was") or editor.was}
    for rows in _rows(editor):
        sent[f"{rows.name}-n"] = rows.n
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, "", []) and value is not False:
                sent[field.html_name] = "on" if value is True else value
    return {name: value for name, value in (sent | changes).items() if value is not None}


def _rows(editor: Any) -> list[Any]:
    if not hasattr(editor, "scale"):
        return [editor.rows]
    return [*editor.rows.values(), *([editor.scale.rows] if editor.scale else [])]


@pytest.mark.parametrize("key", [one["key"] for one in DOCUMENT["questions"]])
def test_question_of_every_kind_when_kept_as_it_stands_changes_nothing(
    key: str, draft: RubricVersion, client: Client
) -> None:
    before = document(draft)
    page = client.get(url(draft, f"edit/questions/{key}/"))
    assert page.status_code == 200
    sent = client.post(url(draft, f"edit/questions/{key}/"), as_posted(page))
    assert sent["Location"].endswith(f"/edit/#question-{key}")
    assert document(draft) == before
    assert not DraftStep.objects.exists()


@pytest.mark.parametrize("pack", PACKS)
def test_pack_when_downloaded_and_loaded_again_is_the_same_and_every_question_survives_its_form(
    pack: str, study: Study, owner: User, client: Client
) -> None:
    version = load_rubric(study, shipped_document(pack), actor=owner)
    first = client.get(url(version, "document/")).content
    assert json.loads(first) == shipped_document(pack)
    for key in keys(version):
        page = client.get(url(version, f"edit/questions/{key}/"))
        assert client.post(url(version, f"edit/questions/{key}/"), as_posted(page)).status_code == 302, key
    for key in version.document.get("scales", {}):
        page = client.get(url(version, f"edit/scales/{key}/"))
        assert client.post(url(version, f"edit/scales/{key}/"), as_posted(page)).status_code == 302, key
    about = client.get(url(version, "edit/about/")).context["form"].initial
    assert client.post(url(version, "edit/about/"), about).status_code == 302
    assert document(version) == shipped_document(pack)
    assert client.get(url(version, "document/")).content == first


def test_rubric_from_scratch_when_written_question_by_question_can_be_published(
    study: Study, client: Client
) -> None:
    new = f"/studies/{study.code}/rubric/new/"
    assert "Give the rubric a name." in client.post(new, {"pack": "scratch"}).content.decode()
    client.post(new, {"pack": "scratch", "name": "Wärme der Antwort", "language": "de"})
    version = RubricVersion.objects.get()
    assert (version.rubric.key, version.language) == ("warme-der-antwort", "de")
    assert "needs at least one" in client.get(url(version)).content.decode()
    scale = {"levels-n": "3", "scale-measurement": "ordinal", "do": "save", "scale": "+"}
    scale |= {
        "levels-0-value": "1",
        "levels-0-label": "kalt",
        "levels-1-value": "2",
        "levels-1-label": "warm",
    }
    base = {"target": "response", "polarity": "neutral", "required": "on", "examples-n": "0"}
    one = {**base, **scale, "text": "Wie warm ist sie?"}
    # A point without words is refused beside the point, and nothing that was typed is lost.
    refused = client.post(url(version, "edit/add/scale/"), {**one, "levels-2-value": "3"})
    assert refused.status_code == 400
    assert refused.context["editor"].scale.rows.forms[2].errors["label"]
    assert "Wie warm ist sie?" in refused.content.decode()
    assert client.post(url(version, "edit/add/scale/"), one).status_code == 302
    assert keys(version) == ["wie_warm_ist_sie"]
    text = {**base, "text": "Warum?", "key": "why", "target": "item"}
    text |= {"condition_on": "wie_warm_ist_sie|", "condition_values": "1"}
    assert client.post(url(version, "edit/add/text/"), text | {"do": "preview"}).status_code == 302
    assert document(version)["questions"][1]["condition"] == {"question": "wie_warm_ist_sie", "values": [1]}
    assert client.post(url(version, "publish/")).status_code == 302
    version.refresh_from_db()
    assert version.state == "published"
    assert [question.key for question in version.questions.all()] == ["wie_warm_ist_sie", "why"]
    assert client.get(url(version)).status_code == 409


@pytest.mark.parametrize(
    ("kind", "fields", "made"),
    [
        ("flag", {}, {"kind": "flag"}),
        ("slider", {"scale": "hundred", "target": "item"}, {"scale": "hundred", "target": "item"}),
        (
            "slider",
            {
                "scale": "+",
                "scale-measurement": "interval",
                "scale-low": "0",
                "scale-high": "10",
                "scale-step": "5",
                "levels-n": "2",
                "levels-0-value": "0",
                "levels-0-label": "none",
                "levels-1-value": "10",
                "levels-1-label": "all",
            },
            {"scale": "new_one"},
        ),
        (
            "multi",
            {"options-n": "2", "options-0-label": "Short", "options-1-label": "Short"},
            {"options": [{"key": "short", "label": "Short"}, {"key": "short_2", "label": "Short"}]},
        ),
        (
            "checklist",
            {"options-n": "1", "options-0-label": "Asks", "options-0-key": "a", "options-0-critical": "on"},
            {"options": [{"key": "a", "label": "Asks", "critical": True}]},
        ),
        ("pair", {"asks_confidence": "on"}, {"kind": "pair", "asks_confidence": True}),
        ("ranking", {"allows_ties": "on"}, {"allows_ties": True}),
        ("best_worst", {}, {"kind": "best_worst"}),
        (
            "spans",
            {
                "options-n": "1",
                "options-0-label": "Cue",
                "options-0-definition": "Passes over distress.",
                "severities-n": "1",
                "severities-0-value": "1",
                "severities-0-label": "Slight",
            },
            {"severities": [{"value": 1, "label": "Slight"}]},
        ),
        ("text", {"target": "item"}, {"kind": "text", "target": "item"}),
        (
            "scale",
            {"scale": "five", "asked_of": ["clinician"], "perspectives": ["peer"], "reverse": "on",
             "allows_evidence": "on", "needs_passage": "1, 2"},
            {"asked_of": ["clinician"], "perspectives": ["peer"], "reverse": True, "needs_passage": [1, 2]},
        ),
    ],
)  # fmt: skip
def test_question_new_of_every_kind_is_kept_as_the_document_has_it(
    kind: str, fields: dict[str, Any], made: dict[str, Any], draft: RubricVersion, client: Client
) -> None:
    guess = client.get(url(draft, "edit/questions/guess/"))
    assert client.post(url(draft), {"do": "remove:guess"}).status_code == 302
    assert guess.status_code == 200
    assert client.get(url(draft, f"edit/add/{kind}/")).status_code == 200
    sent = {
        "do": "save",
        "text": "New?",
        "key": "new_one",
        "polarity": "neutral",
        "target": "response",
    } | fields
    response = client.post(url(draft, f"edit/add/{kind}/"), sent)
    assert response.status_code == 302, response.context["form"].errors
    body = document(draft)["questions"][-1]
    assert {name: body[name] for name in made} == made
    assert draft.questions.get(key="new_one").kind == kind
    assert client.get(url(draft, "preview/?group=clinician")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "better"}, "key"),
        ({"key": "Not a key"}, "key"),
        ({"text": None}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"scale": "nowhere"}, "scale"),
        ({"condition_on": "distress|", "condition_values": "7.5"}, "condition_values"),
        ({"condition_on": "distress|", "condition_values": "many"}, "condition_values"),
        ({"condition_on": "distress|"}, "condition_values"),
        ({"condition_on": "guess|", "condition_values": "1"}, "condition_on"),
        ({"needs_passage": "9"}, "needs_passage"),
        ({"needs_passage": "1"}, "allows_evidence"),
        ({"asked_of": ["nobody"]}, "asked_of"),
    ],
)
def test_question_when_something_is_wrong_says_so_beside_its_field_and_keeps_what_was_typed(
    changes: dict[str, Any], field: str, draft: RubricVersion, client: Client
) -> None:
    before, page = document(draft), url(draft, "edit/questions/warmth/")
    sent = as_posted(client.get(page), help="Typed with care.", **changes)
    response = client.post(page, sent)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert "Typed with care." in response.content.decode()
    assert document(draft) == before


def test_question_when_two_people_change_it_at_once_the_second_is_told(
    draft: RubricVersion, client: Client
) -> None:
    page = url(draft, "edit/questions/warmth/")
    first, second = client.get(page), client.get(page)
    assert client.post(page, as_posted(first, text="First?")).status_code == 302
    refused = client.post(page, as_posted(second, text="Second?"))
    assert refused.status_code == 400
    assert "Somebody changed this" in refused.content.decode()
    assert "Second?" in refused.content.decode()
    # Another question's change is in nobody's way.
    other = client.get(url(draft, "edit/questions/turns/"))
    client.post(page, as_posted(client.get(page), text="Third?"))
    assert client.post(url(draft, "edit/questions/turns/"), as_posted(other, help="Each.")).status_code == 302
    assert document(draft)["questions"][1]["text"] == "Third?"


def test_lines_when_added_moved_and_removed_bring_back_what_was_typed(
    draft: RubricVersion, client: Client
) -> None:
    page = url(draft, "edit/questions/elements/")
    sent = as_posted(client.get(page), text="Half a thought", **{"options-1-label": ""})
    more = client.post(page, sent | {"do": "more:options"})
    assert more.status_code == 200
    rows = more.context["editor"].options
    assert rows.n == 5
    assert not any(form.errors for form in rows.forms)
    assert "Half a thought" in more.content.decode()
    moved = client.post(page, sent | {"do": "up:options:1", "options-1-label": "Names a contact"})
    assert [form["key"].value() for form in moved.context["editor"].options.forms] == ["contact", "danger"]
    gone = client.post(page, sent | {"do": "remove:options:0"})
    assert gone.context["editor"].options.n == 1
    # Bad buttons change nothing and break nothing.
    for step in ("up:options:99", "remove:options:x", "more:", "remove:options:-1"):
        assert client.post(page, sent | {"do": step}).status_code == 200


def test_draft_when_moved_copied_removed_and_taken_back_is_as_before(
    draft: RubricVersion, client: Client
) -> None:
    before = keys(draft)
    client.post(url(draft), {"do": "down:distress"})
    assert keys(draft)[:2] == ["warmth", "distress"]
    client.post(url(draft), {"do": "copy:warmth"})
    assert keys(draft)[:2] == ["warmth", "warmth_2"]
    client.post(url(draft), {"do": "remove:warmth"})
    page = client.get(url(draft)).content.decode()
    # What waits for an answer that is no longer asked for is named, with a way to it; publishing waits.
    assert "names no earlier question" in page
    assert 'edit/questions/why_cold/"' in page
    refused = client.post(url(draft, "publish/"))
    assert refused.status_code == 400
    assert "removed: warmth" in page
    for _step in range(3):
        client.post(url(draft), {"do": "undo"})
    assert keys(draft) == before
    assert document(draft) == DOCUMENT
    again = client.post(url(draft), {"do": "undo"}, follow=True)
    assert "There is nothing to take back." in again.content.decode()
    assert client.post(url(draft), {"do": "up:nobody"}).status_code == 302
    assert document(draft) == DOCUMENT


def test_draft_keeps_its_last_steps_only_and_logs_every_one(draft: RubricVersion, owner: User) -> None:
    for number in range(MAX_STEPS + 2):
        edit_draft(draft, partial(with_about, values={"note": f"{number}"}), actor=owner, deed="about")
    assert DraftStep.objects.filter(version=draft).count() == MAX_STEPS
    assert AuditEvent.objects.filter(kind="rubric.edited").count() == MAX_STEPS + 2
    with pytest.raises(DomainError) as refused:
        edit_draft(draft, lambda there: {**there, "questions": [{"key": "x"}]}, actor=owner, deed="changed")
    assert any("“text” is missing" in sentence for sentence in refused.value.details)


def test_scale_when_changed_reaches_its_questions_and_cannot_go_while_used(
    draft: RubricVersion, client: Client
) -> None:
    page = url(draft, "edit/scales/five/")
    sent = as_posted(client.get(page), **{"levels-0-label": "Point nought"})
    client.post(page, sent | {"levels-0-value": "0"})
    assert draft.questions.get(key="warmth").levels[0].value == 0
    wrong = client.post(page, as_posted(client.get(page), **{"levels-1-value": "0"}))
    assert "two levels have the same value" in wrong.content.decode()
    assert wrong.status_code == 400
    held = client.post(url(draft), {"do": "remove_scale:five"}, follow=True).content.decode()
    assert "Questions are answered on this scale" in held
    new = {"do": "save", "scale-key": "three", "scale-measurement": "nominal", "levels-n": "2"}
    new |= {"levels-0-value": "2", "levels-0-label": "b", "levels-1-value": "1", "levels-1-label": "a"}
    assert client.post(url(draft, "edit/new-scale/points/"), new).status_code == 302
    assert [level["value"] for level in document(draft)["scales"]["three"]["levels"]] == [1, 2]
    assert client.post(url(draft, "edit/new-scale/points/"), new).status_code == 400
    client.post(url(draft), {"do": "remove_scale:three"})
    assert "three" not in document(draft)["scales"]
    ends = {"do": "save", "scale-key": "ten", "scale-measurement": "interval", "levels-n": "1"}
    ends |= {
        "scale-low": "0",
        "scale-high": "10",
        "scale-step": "1",
        "levels-0-value": "0",
        "levels-0-label": "a",
    }
    refused = client.post(url(draft, "edit/new-scale/range/"), ends)
    assert "both ends need words" in refused.content.decode()


def test_words_for_a_language_and_group_are_kept_shown_and_removed(
    draft: RubricVersion, client: Client
) -> None:
    page = url(draft, "edit/questions/warmth/words/")
    assert client.get(page).status_code == 200
    assert client.get(f"{page}?language=xx yy").status_code == 400
    whose = {"language": "de", "group": ""}
    assert "Point 1" in client.get(page, whose).content.decode()
    client.post(page, whose | {"do": "save", "text": "Wie warm?", "label-0": "Punkt 1"})
    wordings = document(draft)["questions"][1]["wordings"]
    assert wordings[1] == {"language": "de", "text": "Wie warm?", "labels": {"1": "Punkt 1"}}
    shown = client.get(url(draft, "preview/?group=peer&language=de")).content.decode()
    assert "Wie warm?" in shown
    assert "Punkt 1" in shown
    client.post(page, whose | {"do": "remove"})
    assert document(draft) == DOCUMENT
    assert client.post(page, {"language": "", "text": "?"}).status_code == 400


def test_pages_of_a_draft_ask_few_queries_however_many_questions(
    study: Study, owner: User, client: Client
) -> None:
    few = load_rubric(study, shipped_document("reference-panel"), actor=owner)
    many = load_rubric(study, shipped_document("core-full"), actor=owner)
    counts = []
    for version in (few, many):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(url(version))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14
    n_questions = len(document(many)["questions"])
    assert len(page.content) < 20_000 + 2_600 * n_questions


PAGES = [
    "edit/",
    "edit/about/",
    "edit/add/scale/",
    "edit/questions/warmth/",
    "edit/questions/warmth/words/",
    "edit/new-scale/points/",
    "edit/scales/five/",
    "publish/",
]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_draft_are_for_coordinators_of_the_study_and_for_drafts(
    page: str, draft: RubricVersion, client: Client, researcher: User, outsider: User, client_of: ClientOf
) -> None:
    assert client.get(url(draft, page)).status_code == 200
    for method in ("get", "post"):
        assert getattr(client_of(researcher), method)(url(draft, page)).status_code == 403
        assert getattr(client_of(outsider), method)(url(draft, page)).status_code == 404
        assert getattr(Client(), method)(url(draft, page)).status_code == 302
    assert client.delete(url(draft, page)).status_code == 405
    publish_rubric(draft, actor=researcher)
    assert client.post(url(draft, page), {"do": "undo"}).status_code == (302 if page == "publish/" else 409)
    assert document(draft) == DOCUMENT


@pytest.mark.parametrize(
    "page", ["edit/questions/nothing/", "edit/questions/nothing/words/", "edit/scales/nothing/",
             "edit/add/nothing/", "edit/new-scale/nothing/"],
)  # fmt: skip
def test_pages_of_what_the_draft_does_not_have_are_not_found(
    page: str, draft: RubricVersion, client: Client
) -> None:
    assert client.get(url(draft, page)).status_code == 404
