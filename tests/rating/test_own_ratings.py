"""“Your ratings”: every kind of answer in the words in which it was given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from annotation.models import Item, Rater, Response, Study, User
from rating.models import Presentation
from rating.services.submission import submit_rating
from rating.services.workbench import claim_next_item
from tests.conftest import user_of
from tests.rating.answering import complete_submission
from tests.rating.every_kind import every_kind, item_of_three, open_plan
from tests.rating.workbench_forms import rate_url

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

ANSWERS = {
    "distress--item": ["35"],
    "warmth--response-1": ["2"],
    "warmth--response-2": ["cannot_judge"],
    "warmth--response-2--why": ["It breaks off."],
    "warmth--response-1--as-clinician": ["5"],
    "why_cold--response-1": ["short"],
    "elements--response-1--danger": ["2"],
    "elements--response-1--contact": ["not_applicable"],
    "better--pair-1-2": ["2"],
    "guess--response-1--sure": ["80"],
    "words--item": ["I would listen."],
    "passage--codes--item--cue": ["Reply number 2"],
    "passage--codes--item--cue--severity": ["2"],
    "passage--codes--item--advice": [""],
}


@pytest.fixture
def presentation(study: Study, owner: User, rater: Rater) -> Presentation:
    """An item of three replies, of which the second stands first, then the third."""
    item_of_three(study)
    open_plan(study, owner, every_kind(study, owner))
    study.refresh_from_db()
    shown = claim_next_item(rater, actor=user_of(rater))
    assert shown is not None
    Presentation.objects.filter(pk=shown.pk).update(response_order=[2, 3, 1])
    shown.refresh_from_db()
    submit_rating(rater, complete_submission(shown, **ANSWERS), actor=user_of(rater), claim_next=False)
    return shown


@pytest.fixture
def own(presentation: Presentation, rater: Rater, study: Study, client_of: ClientOf) -> dict[str, list[str]]:
    """The words of every answer by its title, as the page is given them."""
    page = client_of(user_of(rater)).get(rate_url(study, "history/"))
    return {one.title: one.words for one in page.context["own_ratings"][0].answers}


def test_history_tells_every_kind_in_words(own: dict[str, list[str]]) -> None:
    # As shown, the first reply of the store is C, the second A, the third B.
    assert own["How distressed?"] == ["35"]
    assert own["How caring is it? (reply C)"] == ["2 Point 2"]
    assert own["How caring is it? (reply A)"] == ["Cannot judge"]
    assert own["How would a clinician answer? How caring is it? (reply C)"] == ["5 Point 5"]
    assert own["What makes it cold? (reply C)"] == ["Too short"]
    assert own["What does it cover? (reply C)"] == [
        "Asks about danger: Covered",
        "Names a contact: Not needed here",
    ]
    # The second of the store was clearly better, and stood first.
    assert own["Which is better? (replies A and C)"] == ["Clearly the first"]
    assert own["Put the replies in order."] == ["Reply A: 1st", "Reply B: 2nd", "Reply C: 3rd"]
    assert own["Which is best, which worst?"] == ["The best: Reply A", "The worst: Reply C"]
    assert own["How fitting is this turn? (turn 1)"] == ["5 Point 5"]
    assert own["What would you say?"] == ["I would listen."]
    assert own["Who wrote it? (reply C)"] == ["1 A computer", "sure: 80 of 100"]
    # Not asked of peers.
    assert "Does it fit your work?" not in own


def test_history_shows_reasons_codes_and_how_the_first_reply_begins(
    presentation: Presentation, rater: Rater, study: Study, client_of: ClientOf
) -> None:
    page = client_of(user_of(rater)).get(rate_url(study, "history/")).content.decode()
    for words in ("(It breaks off.)", "Missed cue, Strong", "“Reply number 2 of item 1.”"):
        assert words in page


def test_history_cuts_a_long_reply_and_keeps_a_heavy_one_closed(
    presentation: Presentation, rater: Rater, study: Study, client_of: ClientOf
) -> None:
    item = presentation.slot.item
    Response.objects.filter(item=item, position=2).update(text="word " * 40)
    client = client_of(user_of(rater))
    excerpt = client.get(rate_url(study, "history/")).context["own_ratings"][0].excerpt
    assert excerpt.startswith("word word")
    assert len(excerpt) == 80
    Item.objects.filter(pk=item.pk).update(is_heavy=True)
    page = client.get(rate_url(study, "history/"))
    assert page.context["own_ratings"][0].excerpt == ""
    assert "A heavy text; its words are not shown here." in page.content.decode()


def test_revise_page_shows_every_answer_and_mark_again(
    presentation: Presentation, rater: Rater, study: Study, client_of: ClientOf
) -> None:
    page = client_of(user_of(rater)).get(rate_url(study, f"{presentation.slot.code}/"))
    screen = page.context["screen"]
    views = {view.asked.name: view for view in screen.questions}
    assert views["distress--item"].value == "35"
    assert views["warmth--response-2"].value == "cannot_judge"
    assert views["warmth--response-2"].why == "It breaks off."
    assert views["warmth--response-1--as-clinician"].value == "5"
    assert views["why_cold--response-1"].values == ["short"]
    assert [row["value"] for row in views["elements--response-1"].rows] == ["2", "not_applicable"]
    assert views["better--pair-1-2"].value == "2"
    assert [row["value"] for row in views["order--item"].rows] == ["1", "2", "3"]
    assert [row["is_best"] for row in views["ends--item"].rows] == [True, False, False]
    assert views["turns--turn-1"].value == "5"
    assert views["words--item"].value == "I would listen."
    assert views["guess--response-1"].sure == "80"
    assert [(mark.quote, mark.words, mark.severity) for mark in screen.marks] == [
        ("Reply number 2", "Missed cue", "Strong")
    ]
