"""Adjudication through the API: chosen, judged alone, decided with reasons in sight, exported."""

from __future__ import annotations

from typing import Any

import pytest

from annotation.models import Item, Plan, Rater, Role, Study, User
from annotation.services import people
from tests.api.desk import Desk
from tests.conftest import make_user
from tests.rating.services.submitting import submit


@pytest.fixture
def adjudicator(study: Study, owner: User) -> User:
    user = make_user("ada")
    people.add_member(study, actor=owner, user=user, roles=[Role.ADJUDICATOR])
    return user


def judgement(shown: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answers = [
        {"question": one["key"], "target": target, "value": 3}
        for one in shown["questions"]
        if one["kind"] == "scale"
        for target in one["targets"]
    ]
    return {"answers": answers} | fields


def test_item_is_adjudicated_in_two_steps_and_told_as_a_table(
    study: Study, plan: Plan, rater: Rater, coordinator: User, adjudicator: User
) -> None:
    rated = submit(rater, comment="A Secret word.").rating.slot.item
    desk, judge = Desk(coordinator, study), Desk(adjudicator, study)
    desk.refused("post", "adjudications/", {"items": ["none"], "as_group": "peer"}, status=400)
    chosen = desk.ask("post", "adjudications/", {"items": [rated.code], "as_group": "peer"}, status=201)
    code = chosen["chosen"][0]["code"]
    taken = judge.ask("post", "adjudications/next/")["adjudication"]
    assert taken["adjudication"]["code"] == code
    # Nothing of what raters said before the own rating stands.
    assert (taken["said"], taken["judgements"]) == (None, [])
    assert "Secretmodel" not in str(taken)
    path = f"adjudications/{code}/"
    early = judge.refused(
        "post", f"adjudications/{code}/decision/", judgement(taken["shown"], comment="So."), status=409
    )
    assert early["code"] == "state_forbids"
    after = judge.ask("post", f"adjudications/{code}/own/", judgement(taken["shown"]), status=201)
    assert after["said"]["n_raters"] == 1
    assert rater.pseudonym not in str(after)
    assert (
        judge.refused("post", f"adjudications/{code}/own/", judgement(taken["shown"]), status=409)["code"]
        == "lost_race"
    )
    assert judge.refused("post", f"adjudications/{code}/decision/", judgement(taken["shown"]), status=400)[
        "details"
    ]
    decided = judge.ask(
        "post", f"adjudications/{code}/decision/", judgement(taken["shown"], comment="Both."), status=201
    )
    assert [one["step"] for one in decided["judgements"]] == ["own", "decision"]
    assert desk.ask("get", path)["adjudication"]["state"] == "decided"
    assert desk.ask("get", "adjudications/")["results"][0]["state"] == "decided"
    assert judge.ask("post", "adjudications/next/")["result"] == "nothing_left"
    assert "Both." in desk.text("adjudications/file/")


def test_adjudication_in_other_hands_tells_and_takes_nothing(
    study: Study, plan: Plan, items: list[Item], coordinator: User, adjudicator: User
) -> None:
    desk, judge = Desk(coordinator, study), Desk(adjudicator, study)
    wish = {"items": [item.code for item in items[:2]], "as_group": "peer"}
    first, second = (one["code"] for one in desk.ask("post", "adjudications/", wish, status=201)["chosen"])
    judge.ask("post", "adjudications/next/")
    seen = desk.ask("get", f"adjudications/{first}/")
    assert (seen["shown"], seen["said"], seen["judgements"]) == (None, None, [])
    assert desk.refused("post", f"adjudications/{first}/own/", {"answers": []}, status=403)
    assert desk.refused("delete", f"adjudications/{first}/", status=409)
    assert judge.refused("get", f"adjudications/{second}/", status=404)
    desk.ask("delete", f"adjudications/{second}/", status=204)


def test_disputes_are_told_by_question(
    study: Study, plan: Plan, rater: Rater, second_rater: Rater, coordinator: User
) -> None:
    for who in (rater, second_rater):
        submit(who)
    desk = Desk(coordinator, study)
    key = plan.rubric_version.questions.order_by("position").values_list("key", flat=True)[0]
    assert isinstance(desk.ask("get", "adjudications/disputes/", {"question": key, "at_least": 0}), list)
    answer = desk.client.get(desk.base + "adjudications/disputes/", {"question": "none"})
    assert answer.status_code == 400
