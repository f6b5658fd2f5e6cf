"""Studies with practice, qualification and hidden checks, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from annotation.imports.checks.known_answers import KeyInput
from annotation.models import Item, KeyedItem, PassMark, Plan, Rater, Slot, Study, User
from annotation.services import known_items
from rating.models import Presentation
from rating.services.submission import Outcome
from rating.services.workbench import claim_next_item
from tests.conftest import make_item, user_of
from tests.rating.services.submitting import submit

WHY = "It names the feeling before it advises."


def keyed_items(
    study: Study, owner: User, use: str, *, n: int = 2, value: float = 4, start: int = 500
) -> list[Item]:
    """`n` items set aside whose warmth and safety are known to be `value`."""
    found = [make_item(study, start + number) for number in range(n)]
    for item in found:
        keyed = known_items.keep_item(study, item, actor=owner, use=use)
        keys = [
            KeyInput("empathy_warmth", "response:1", value=value, explanation=WHY),
            KeyInput("safety", "response:1", value=value),
        ]
        known_items.write_keys(keyed, keys, actor=owner)
    return found


def open_practice(plan: Plan, owner: User, *, n: int = 2) -> list[Item]:
    items = keyed_items(plan.study, owner, KeyedItem.Use.PRACTICE, n=n, start=500)
    known_items.start_training(
        plan.study, actor=owner, stage=Plan.Stage.TRAINING, rubric_version=plan.rubric_version
    )
    return items


def open_qualification(
    plan: Plan,
    owner: User,
    *,
    marks: Sequence[PassMark] = (),
    n_per_try: int = 2,
    max_tries: int = 2,
    retry_hours: int = 24,
) -> list[Item]:
    study = plan.study
    known_items.write_settings(
        study, actor=owner, n_per_try=n_per_try, max_tries=max_tries, retry_hours=retry_hours
    )
    default = [PassMark(study=study, question_key="safety", rule="within_one", share=0.5)]
    known_items.write_pass_marks(study, marks or default, actor=owner)
    items = keyed_items(study, owner, KeyedItem.Use.QUALIFICATION, n=n_per_try * max_tries, start=600)
    known_items.start_training(
        study, actor=owner, stage=Plan.Stage.QUALIFICATION, rubric_version=plan.rubric_version
    )
    return items


def use_checks(plan: Plan, owner: User, **rates: int) -> None:
    """E.g. gold_every=4, repeat_distance=2."""
    known_items.write_settings(plan.study, actor=owner, **rates)


def rate_all(rater: Rater, *, at_most: int, value: float = 4) -> list[Outcome]:
    """Rate what is handed out, until nothing is left or `at_most` are done."""
    outcomes: list[Outcome] = []
    while len(outcomes) < at_most and claim_next_item(rater, actor=user_of(rater)) is not None:
        outcomes.append(submit(rater, value=value))
    return outcomes


def purposes_of(rater: Rater) -> list[str]:
    """Purposes of what the rater has done, in the order in which it was served."""
    shown = Presentation.objects.filter(rater=rater, slot__state=Slot.State.DONE).select_related("slot")
    return [one.slot.purpose for one in shown.order_by("position")]
