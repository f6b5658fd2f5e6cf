"""No address of the product, page, document, header or script, tells a rater what raters must not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Item, Plan, Rater, ResponseSource, Slot, Study, User
from annotation.services.problems import report_problem
from rating.models import Analysis, Figure, Snapshot
from tests.api.calls import rating_body, sends
from tests.conftest import ROOT, user_of
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url
from tests.test_route_walk import ROUTES

ClientOf = Callable[[User], Client]
SCRIPT = {"Accept": "application/json"}
# Who wrote a reply and under which condition, a judge and its prompt, others' words, results of groups.
CANARIES = {
    "name": "canarymodel",
    "condition": "canarycondition",
    "judge_model": "canaryjudge",
    "judge_prompt_hash": "canaryprompt",
    "comment": "canarycomment",
    "problem": "canaryproblem",
    "results": "canaryresult",
    "figure": "canaryfigure",
}
# Names of columns that hold such things: no script for raters has any business with them.
COLUMNS = ("source_kind", "source_name", "source_condition", "judge_model", "prompt_hash", "responsesource")


def told(received: str, other: Rater) -> list[str]:
    text = received.lower()
    return [one for one in (*CANARIES.values(), other.pseudonym.lower()) if one in text]


def of_response(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers}{response.cookies}{body.decode(errors='replace')}"


@pytest.fixture
def analysis(study: Study) -> Analysis:
    """Results with a figure, as a finished analysis leaves them."""
    snapshot = Snapshot.objects.create(
        study=study, stage="main", digest="0" * 64, file_name="none", software_version="1"
    )
    made = Analysis.objects.create(
        study=study,
        snapshot=snapshot,
        seed=1,
        finished_at=timezone.now(),
        results={"groups": {"clinician": "Canaryresult"}},
    )
    Figure.objects.create(
        analysis=made, key="one", position=1, title="Canaryfigure", svg="<svg>Canaryfigure</svg>", png=b""
    )
    return made


@pytest.fixture
def other(
    client_of: ClientOf, plan: Plan, study: Study, second_rater: Rater, analysis: Analysis, items: list[Item]
) -> Rater:
    """Another rater has rated and complained; a model has judged; replies have sources."""
    ResponseSource.objects.update(name="Canarymodel", condition="Canarycondition")
    Rater.objects.create(
        study=study,
        group=second_rater.group,
        pseudonym="judge-canary",
        origin="judge",
        judge_model="Canaryjudge",
        judge_prompt_hash="canaryprompt",
    )
    client = client_of(user_of(second_rater))
    for _ in items[:2]:
        slot = claimed_slot(client, study, second_rater)
        form = filled(shown(client, study, slot), value="2", comment="Canarycomment")
        assert client.post(submit_url(study, slot), form).status_code == 302
        report_problem(second_rater, slot.item, actor=user_of(second_rater), text="Canaryproblem")
    return second_rater


def own_way(client: Client, study: Study, rater: Rater) -> Iterator[Any]:
    """What scripts and programs of the rater's are sent from claim to revision, refusals among them."""
    slot = claimed_slot(client, study, rater)
    form = filled(shown(client, study, slot))
    api = f"/api/v1/studies/{study.code}/"
    yield client.post(
        submit_url(study, slot), filled(client.get(rate_url(study, f"{slot.code}/")), value="9")
    )
    yield client.post(submit_url(study, slot), form | {"safety--response-1": ""}, headers=SCRIPT)
    draft = {"number": 0, "fields": {"comment": ["Mine."]}}
    yield client.post(rate_url(study, f"{slot.code}/draft/"), draft, content_type="application/json")
    yield client.post(rate_url(study, f"{slot.code}/draft/"), draft, content_type="application/json")
    yield client.post(submit_url(study, slot), form, headers=SCRIPT)
    yield client.post(submit_url(study, slot), form, headers=SCRIPT)
    answer = client.post(f"{api}next/")
    yield answer
    item = answer.json()["item"]
    yield sends(client, "put", f"{api}slots/{item['slot']}/draft/", {"number": 0, "payload": {}})
    yield sends(client, "post", f"{api}slots/{item['slot']}/rating/", {"answers": "none"})
    yield sends(client, "post", f"{api}slots/{item['slot']}/rating/", rating_body(item))


def filled_route(template: str, codes: dict[str, str]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: codes.get(match[1], "0"), template)


def every_address(study: Study, rater: Rater, analysis: Analysis) -> Iterator[str]:
    """Each route of the product, its names filled with what there is; a rater's for each of their slots."""
    assert analysis.snapshot
    codes = {"code": study.code, "study_code": study.code, "analysis": analysis.code, "key": "one"}
    codes["snapshot"] = analysis.snapshot.code
    for slot in Slot.objects.filter(rater=rater).select_related("item"):
        mine = {
            "slot": slot.code,
            "slot_code": slot.code,
            "item": slot.item.code,
            "item_code": slot.item.code,
        }
        for route in ROUTES:
            if route.is_ours:
                yield filled_route(
                    route.template, codes | (mine if re.search("slot|item", route.template) else {})
                )


def test_everything_sent_on_the_way_from_claim_to_rating_is_blind(
    client_of: ClientOf, study: Study, rater: Rater, other: Rater
) -> None:
    statuses = []
    for response in own_way(client_of(user_of(rater)), study, rater):
        statuses.append(response.status_code)
        assert told(of_response(response), other) == []
    assert statuses == [400, 400, 200, 409, 200, 200, 200, 200, 400, 201]


def test_no_address_of_the_product_tells_a_rater_a_secret(
    client_of: ClientOf, study: Study, rater: Rater, other: Rater, analysis: Analysis
) -> None:
    client = client_of(user_of(rater))
    list(own_way(client, study, rater))
    seen: dict[str, int] = {}
    for address in dict.fromkeys(every_address(study, rater, analysis)):
        response = client.get(address)
        seen[address] = response.status_code
        assert told(of_response(response), other) == [], address
    opened = [address for address, status in seen.items() if status == 200]
    assert len([one for one in opened if "/rate/" in one]) >= 10
    # The walk reaches what is closed to raters too.
    assert {403, 404} <= set(seen.values())


def test_the_same_walk_finds_the_secrets_where_a_researcher_reads_them(
    client_of: ClientOf, study: Study, rater: Rater, other: Rater, analysis: Analysis, researcher: User
) -> None:
    """The canaries do sing: a walk that cannot fail would prove nothing."""
    client = client_of(researcher)
    found = {
        one
        for address in every_address_of_team(study, analysis)
        for one in told(of_response(client.get(address)), other)
    }
    assert {"canaryresult", other.pseudonym.lower()} <= found


def every_address_of_team(study: Study, analysis: Analysis) -> list[str]:
    api = f"/api/v1/studies/{study.code}/"
    return [f"{api}analyses/{analysis.code}/", f"{api}ratings/?stage=main"]


def scripts() -> list[Path]:
    return sorted((ROOT / "static/js").rglob("*.js"))


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_no_script_knows_of_sources_or_results(script: Path) -> None:
    text = script.read_text(encoding="utf-8").lower()
    assert [one for one in (*COLUMNS, *CANARIES.values()) if one in text] == []
    # Scripts ask only the addresses that the page gives them: none is written into them.
    assert not re.search(r"""["'`](/studies/|/api/|https?://)""", text)
