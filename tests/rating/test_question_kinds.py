"""Every kind of question: drawn, sent as a form without script, stored as rows, shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from annotation.models import Rater, Slot, Study, User
from rating.models import Answer, Evidence, Presentation, Rating
from rating.services.workbench import claim_next_item
from tests.conftest import user_of
from tests.rating.every_kind import complete_form, every_kind, item_of_three, open_plan
from tests.rating.workbench_forms import rate_url, submit_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def presentation(study: Study, owner: User, rater: Rater) -> Presentation:
    """An item of three replies in the rater's hands."""
    item_of_three(study)
    open_plan(study, owner, every_kind(study, owner))
    study.refresh_from_db()
    claimed = claim_next_item(rater, actor=user_of(rater))
    assert claimed is not None
    return claimed


def sent(client: Client, study: Study, shown: Presentation, fields: dict[str, list[str]]) -> Any:
    hidden = {"client_id": [str(uuid4())], "rubric_version": [shown.rubric_version.code]}
    newest = Rating.objects.filter(presentation=shown).order_by("-revision").first()
    hidden["expected_revision"] = [str(newest.revision if newest else 0)]
    return client.post(submit_url(study, shown.slot), fields | hidden)


def page_of(client: Client, study: Study, shown: Presentation) -> Any:
    return client.get(rate_url(study, f"{shown.slot.code}/"))


def rows(question: str) -> dict[tuple[str, str], Any]:
    found = Answer.objects.filter(question__key=question, rating__current_of__isnull=False)
    return {(row.target, row.part): row.missing or row.value for row in found if row.perspective == "self"}


@pytest.fixture
def submit(
    client_of: Callable[[User], Client], study: Study, rater: Rater, presentation: Presentation
) -> Callable[..., Any]:
    client = client_of(user_of(rater))
    return lambda **changes: sent(client, study, presentation, complete_form(**changes))


def test_every_kind_when_sent_complete_is_stored_on_its_scale(submit: Callable[..., Any]) -> None:
    assert submit().status_code == 302
    assert rows("distress") == {("item", ""): 35}
    assert rows("elements")["response:2", "danger"] == 0
    assert rows("elements")["response:2", "contact"] == "not_applicable"
    assert rows("order") == {("response:1", ""): 1, ("response:2", ""): 2, ("response:3", ""): 3}
    assert rows("ends") == {("response:1", ""): 0, ("response:2", ""): 1, ("response:3", ""): -1}
    assert rows("better") == {(f"pair:{pair}", ""): -2 for pair in ("1-2", "1-3", "2-3")}
    assert rows("codes") == {("item", "cue"): 0, ("item", "advice"): 0}
    assert rows("words") == {("item", ""): "declined"}
    assert rows("turns") == {("turn:1", ""): "declined"}


def test_conditional_question_is_stored_as_not_asked_where_its_condition_is_not_met(
    submit: Callable[..., Any],
) -> None:
    changes = {"warmth--response-2": ["1"], "why_cold--response-2": ["stiff"]}
    # A page without script may send an answer to a question that was not to be asked.
    assert submit(**changes, **{"why_cold--response-1": ["short"]}).status_code == 302
    found = rows("why_cold")
    assert (found["response:2", "stiff"], found["response:2", "short"]) == (1, 0)
    assert found["response:1", "short"] == "not_asked"


def test_conditional_question_left_empty_where_it_is_asked_is_named(submit: Callable[..., Any]) -> None:
    response = submit(**{"warmth--response-2": ["1"]})
    assert response.status_code == 400
    assert "Please tick what applies, or “none of these”." in response.content.decode()
    assert not Rating.objects.exists()


def test_question_of_another_group_is_neither_shown_nor_asked(
    submit: Callable[..., Any],
    client_of: Callable[[User], Client],
    study: Study,
    rater: Rater,
    presentation: Any,
) -> None:
    page = page_of(client_of(user_of(rater)), study, presentation).content.decode()
    assert "Does it fit your work?" not in page
    assert submit().status_code == 302
    assert rows("fits") == {("item", ""): "not_asked"}


def test_answer_in_anothers_place_is_kept_apart(submit: Callable[..., Any]) -> None:
    assert submit(**{"warmth--response-1--as-clinician": ["2"]}).status_code == 302
    answers = Answer.objects.filter(question__key="warmth", target="response:1")
    assert dict(answers.values_list("perspective", "value")) == {"self": 4, "clinician": 2}
    assert Answer.objects.filter(perspective="clinician").count() == 1


def test_codes_on_passages_are_evidence_and_a_yes_of_their_code(submit: Callable[..., Any]) -> None:
    fields = {
        "codes--item": [""],
        "passage--codes--item--cue": ["Reply number 2"],
        "passage--codes--item--cue--severity": ["2"],
    }
    assert submit(**fields).status_code == 302
    assert rows("codes") == {("item", "cue"): 1, ("item", "advice"): 0}
    passage = Evidence.objects.get()
    assert (passage.label, passage.severity, passage.target, passage.start) == ("cue", 2, "response:2", 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"distress--item": ["101"]}, "The answer is not on the scale."),
        ({"distress--item": ["many"]}, "The answer is not on the scale."),
        ({"elements--response-1--danger": [""]}, "Please answer also for “Asks about danger”."),
        ({"order--item--response-1": ["2"]}, "Two replies have the same place."),
        ({"order--item--response-1": [""]}, "Please give every reply a place."),
        ({"ends--item--best": ["3"]}, "Please choose one best and one worst reply."),
        ({"codes--item": [""]}, "Please mark passages, or tick “nothing to mark”."),
        (
            {"codes--item": [""], "passage--codes--item--cue": ["Reply number 2"]},
            "Please say how severe every marked passage is.",
        ),
        ({"guess--response-1--sure": ["140"]}, "How sure you are lies between 0 and 100."),
    ],
)
def test_answer_that_does_not_fit_comes_back_with_its_sentence_and_everything_typed(
    submit: Callable[..., Any], changes: dict[str, list[str]], sentence: str
) -> None:
    response = submit(**changes, **{"words--item": ["I would listen."]})
    assert response.status_code == 400
    page = response.content.decode()
    assert sentence in page
    assert "I would listen." in page
    assert not Rating.objects.exists()


def test_revision_shows_what_was_submitted_and_sends_it_again_unchanged(
    submit: Callable[..., Any],
    client_of: Callable[[User], Client],
    study: Study,
    rater: Rater,
    presentation: Any,
) -> None:
    words = {
        "words--item": ["I would listen."],
        "guess--response-1--sure": ["80"],
        "distress--item--aside": [""],
    }
    cannot = {"warmth--response-3": ["cannot_judge"], "warmth--response-3--why": ["It breaks off."]}
    assert submit(**words, **cannot).status_code == 302
    columns = ("question__key", "target", "part", "value", "missing")
    before = list(Answer.objects.order_by("pk").values_list(*columns))
    page = page_of(client_of(user_of(rater)), study, presentation).context["screen"]
    fields = dict(page.entry.fields)
    assert sent(client_of(user_of(rater)), study, presentation, fields).status_code == 302
    newest = Answer.objects.filter(rating__revision=2).order_by("pk")
    assert list(newest.values_list(*columns)) == before
    assert newest.get(question__key="warmth", target="response:3").text == "It breaks off."
    assert newest.get(question__key="guess", target="response:1").confidence == 80


def test_replies_stand_at_every_place_equally_often(study: Study, owner: User, rater: Rater) -> None:
    for number in range(1, 7):
        item_of_three(study, number)
    open_plan(study, owner, every_kind(study, owner))
    orders = []
    for _ in range(6):
        shown = claim_next_item(rater, actor=user_of(rater))
        assert shown is not None
        orders.append(shown.response_order)
        Slot.objects.filter(pk=shown.slot.pk).update(state=Slot.State.DONE)
    assert [sorted(order[0] for order in orders[start : start + 3]) for start in (0, 3)] == [[1, 2, 3]] * 2


def test_choice_between_two_replies_is_stored_by_reply_however_they_stand(
    study: Study, owner: User, rater: Rater, presentation: Presentation, client_of: Callable[[User], Client]
) -> None:
    Presentation.objects.filter(pk=presentation.pk).update(response_order=[3, 2, 1])
    page = page_of(client_of(user_of(rater)), study, presentation).context["screen"]
    views = {view.asked.target: view for view in page.questions if view.question.kind == "pair"}
    # Reply 1 of the store stands third, as C: who prefers what stands first prefers reply 3 of the store.
    assert views["pair:1-3"].levels[0] == {"value": "2", "number": "1", "words": "Clearly the first"}
    assert views["pair:1-3"].title == "Which is better? (replies A and C)"


def test_words_of_the_raters_group_are_shown_and_recorded(
    study: Study, owner: User, make_rater: Callable[..., Rater], client_of: Callable[[User], Client]
) -> None:
    clinician = make_rater("cleo", group="clinician")
    item_of_three(study)
    open_plan(study, owner, every_kind(study, owner))
    shown = claim_next_item(clinician, actor=user_of(clinician))
    assert shown is not None
    assert shown.wording == "clinician"
    page = page_of(client_of(user_of(clinician)), study, shown).content.decode()
    assert "Rate warmth." in page
    assert "Cold" in page
    assert "How caring is it?" not in page
