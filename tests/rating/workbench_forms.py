"""Forms as a rater's browser sends them: fields read from the page that was shown."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from annotation.models import Rater, Slot, Study

SCALES = (
    "authenticity_felt",
    "authenticity_stance",
    "empathy_understanding",
    "empathy_warmth",
    "empathy_help",
    "safety",
)


def rate_url(study: Study, rest: str = "") -> str:
    return f"/studies/{study.code}/rate/{rest}"


def answer_field(key: str) -> str:
    return f"{key}--response-1"


def claimed_slot(client: Client, study: Study, rater: Rater) -> Slot:
    """Claim the next item through its button."""
    response = client.post(rate_url(study, "claim/"))
    assert response.status_code == 302
    slot = Slot.objects.get(rater=rater, state=Slot.State.CLAIMED)
    assert response["Location"] == rate_url(study, f"{slot.code}/")
    return slot


def hidden_fields(response: Any) -> dict[str, str]:
    """The hidden fields of the rating form as the page holds them."""
    page = response.content.decode()
    form = page[page.index('id="rating-form"') :]
    names = ("client_id", "rubric_version", "expected_revision", "active_ms")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', form) for name in names}
    return {name: unescape(match[1]) for name, match in found.items() if match}


def shown(client: Client, study: Study, slot: Slot) -> Any:
    response = client.get(rate_url(study, f"{slot.code}/"))
    assert response.status_code == 200
    return response


def filled(response: Any, *, value: str = "4", **fields: Any) -> dict[str, Any]:
    """The page's form with every scale answered by `value`."""
    answers = {answer_field(key): value for key in SCALES}
    return {**hidden_fields(response), **answers, "comment": "", **fields}


def submit_url(study: Study, slot: Slot) -> str:
    return rate_url(study, f"{slot.code}/submit/")
