"""A rubric with a question of every kind, and an item with three replies to put it to."""

from __future__ import annotations

from typing import Any

from annotation.models import Item, Plan, Response, RubricVersion, Study, User
from annotation.services import plans, rubrics, studies
from tests.conftest import make_item

FIVE = [{"value": value, "label": f"Point {value}"} for value in range(1, 6)]
GUESS = [{"value": 0, "label": "A person"}, {"value": 1, "label": "A computer"}]

DOCUMENT: dict[str, Any] = {
    "key": "every-kind",
    "name": "Every kind",
    "scales": {
        "five": {"measurement": "ordinal", "levels": FIVE},
        "source": {"measurement": "nominal", "levels": GUESS},
        "hundred": {
            "measurement": "interval",
            "from": 0,
            "to": 100,
            "step": 1,
            "anchors": {"0": "calm", "50": "uneasy", "100": "overwhelmed"},
        },
    },
    "questions": [
        {
            "key": "distress",
            "kind": "slider",
            "scale": "hundred",
            "target": "item",
            "text": "How distressed?",
        },
        {
            "key": "warmth",
            "scale": "five",
            "text": "How caring is it?",
            "perspectives": ["clinician"],
            "wordings": [
                {"language": "en", "group": "clinician", "text": "Rate warmth.", "labels": {"1": "Cold"}}
            ],
        },
        {
            "key": "why_cold",
            "kind": "multi",
            "text": "What makes it cold?",
            "condition": {"question": "warmth", "values": [1, 2]},
            "options": [{"key": "stiff", "label": "Stiff"}, {"key": "short", "label": "Too short"}],
        },
        {
            "key": "elements",
            "kind": "checklist",
            "text": "What does it cover?",
            "options": [
                {"key": "danger", "label": "Asks about danger", "critical": True},
                {"key": "contact", "label": "Names a contact"},
            ],
        },
        {"key": "better", "kind": "pair", "text": "Which is better?"},
        {"key": "order", "kind": "ranking", "text": "Put the replies in order."},
        {"key": "ends", "kind": "best_worst", "text": "Which is best, which worst?"},
        {
            "key": "codes",
            "kind": "spans",
            "text": "Mark what you see.",
            "options": [{"key": "cue", "label": "Missed cue"}, {"key": "advice", "label": "Early advice"}],
            "severities": [{"value": 1, "label": "Slight"}, {"value": 2, "label": "Strong"}],
        },
        {
            "key": "turns",
            "scale": "five",
            "target": "supporter",
            "text": "How fitting is this turn?",
            "required": False,
        },
        {"key": "words", "kind": "text", "target": "item", "text": "What would you say?", "required": False},
        {
            "key": "fits",
            "scale": "five",
            "target": "item",
            "text": "Does it fit your work?",
            "asked_of": ["clinician"],
        },
        {
            "key": "guess",
            "scale": "source",
            "construct": "authorship",
            "text": "Who wrote it?",
            "asks_confidence": True,
            "allows_not_applicable": True,
        },
    ],
}
PLACES = (1, 2, 3)


def every_kind(study: Study, owner: User) -> RubricVersion:
    return rubrics.publish_rubric(rubrics.load_rubric(study, DOCUMENT, actor=owner), actor=owner)


def item_of_three(study: Study, number: int = 1) -> Item:
    """An item with three replies; make_item gives it the first."""
    item = make_item(study, number)
    for place in PLACES[1:]:
        Response.objects.create(item=item, position=place, text=f"Reply number {place} of item {number}.")
    return item


def open_plan(study: Study, owner: User, version: RubricVersion) -> Plan:
    made = plans.make_plan(
        study,
        actor=owner,
        stage=Plan.Stage.MAIN,
        rubric_version=version,
        quotas={"peer": 2, "clinician": 2},
        seed=7,
    )
    opened = plans.open_plan(made, actor=owner)
    studies.change_state(study, Study.State.OPEN, actor=owner)
    return opened


def complete_form(**overrides: list[str]) -> dict[str, list[str]]:
    """Every required field of the form as a peer fills it in."""
    fields = {
        "distress--item": ["35"],
        "codes--item": ["--none--"],
        "ends--item--best": ["2"],
        "ends--item--worst": ["3"],
    }
    for place in PLACES:
        fields[f"warmth--response-{place}"] = ["4"]
        fields[f"elements--response-{place}--danger"] = ["0"]
        fields[f"elements--response-{place}--contact"] = ["not_applicable"]
        fields[f"order--item--response-{place}"] = [str(place)]
        fields[f"guess--response-{place}"] = ["1"]
    for pair in ("1-2", "1-3", "2-3"):
        fields[f"better--pair-{pair}"] = ["-2"]
    return fields | overrides
