"""Practice for "Try rating": two conversations of the demo with known answers and why."""

from __future__ import annotations

import json
from collections.abc import Iterable

from annotation.imports.checks.known_answers import KeyInput
from annotation.models import KeyedItem, Plan, Rater, Study, User
from annotation.services.clearance import let_pass
from annotation.services.known_items import keep_item, start_training, write_keys
from rating.demonstration.model import FIXTURES
from rating.services.demo_content import DemoDocument, add_items

BEFORE = "Rated before there was practice."


def add_practice(
    study: Study, document: DemoDocument, plan: Plan, *, actor: User, already_at_work: Iterable[Rater]
) -> Plan:
    """Open practice beside the study's stage; who has rated already goes on without it."""
    practice = json.loads(FIXTURES.parent.joinpath("demo", "practice.json").read_text(encoding="utf-8"))
    wanted = {entry["id"]: entry for entry in practice["items"]}
    chosen = [one for one in document.conversations if one["id"] in wanted]
    for name, item in add_items(study, document, chosen).items():
        keyed = keep_item(study, item, actor=actor, use=KeyedItem.Use.PRACTICE)
        keys = [
            KeyInput(
                key["question"],
                "response:1",
                value=key["value"],
                explanation=key["explanation"],
                source=practice["source"],
            )
            for key in wanted[name]["keys"]
        ]
        write_keys(keyed, keys, actor=actor)
    for rater in already_at_work:
        let_pass(rater, actor=actor, reason=BEFORE)
    return start_training(study, actor=actor, stage=Plan.Stage.TRAINING, rubric_version=plan.rubric_version)
