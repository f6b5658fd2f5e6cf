"""Studies, items and jobs: what their readers see, and what they do not."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotation.jobs import enqueue
from annotation.models import (
    Factor,
    ImportBatch,
    Item,
    ItemFactor,
    LogEntry,
    Member,
    Plan,
    Rater,
    Role,
    RoleGrant,
    Study,
    User,
)
from annotation.services import studies
from tests.api.calls import caller, error_of, sends
from tests.conftest import make_item, user_of
from tests.rating.services.submitting import submit


def test_studies_lists_only_ones_own_with_roles_and_group(
    study: Study, owner: User, rater: Rater, outsider: User
) -> None:
    seen = caller(user_of(rater)).get("/api/v1/studies/").json()
    assert (seen["count"], seen["next"]) == (1, None)
    assert seen["results"][0]["code"] == study.code
    assert (seen["results"][0]["roles"], seen["results"][0]["own_group"]) == (["rater"], "peer")
    own = caller(owner).get("/api/v1/studies/").json()["results"]
    assert [(one["title"], one["own_group"]) for one in own] == [("Night line", None)]
    assert {"coordinator", "owner", "researcher"} <= set(own[0]["roles"])
    assert [one["title"] for one in caller(outsider).get("/api/v1/studies/").json()["results"]] == [
        "Another study"
    ]


def test_studies_without_sign_in_or_by_post_are_refused(client: Client, owner: User) -> None:
    assert error_of(client.get("/api/v1/studies/"))["code"] == "not_authenticated"
    assert caller(owner).delete("/api/v1/studies/").status_code == 405


def test_studies_are_handed_out_in_pages(owner: User) -> None:
    for number in range(3):
        studies.create_study(actor=owner, title=f"Study {number}")
    client = caller(owner)
    first = client.get("/api/v1/studies/", {"page_size": 2}).json()
    assert (first["count"], len(first["results"])) == (3, 2)
    assert [one["title"] for one in client.get(first["next"]).json()["results"]] == ["Study 0"]


def test_study_tells_groups_support_and_whether_consent_is_missing(
    study: Study, make_rater: object, rater: Rater
) -> None:
    asked = make_rater("una", consents=False)  # type: ignore[operator]
    path = reverse("api_study", args=[study.code])
    body = caller(user_of(asked)).get(path).json()
    assert body["needs_consent"] is True
    assert body["support_title"] == "Someone to talk to"
    assert [group["key"] for group in body["groups"]] == ["peer", "clinician"]
    assert caller(user_of(rater)).get(path).json()["needs_consent"] is False


def test_items_tell_texts_factors_and_coverage_by_group(
    plan: Plan, items: list[Item], coordinator: User, rater: Rater
) -> None:
    factor = Factor.objects.create(study=plan.study, key="topic", name="Topic")
    ItemFactor.objects.create(item=items[0], factor=factor, value="sleep")
    rated = submit(rater).rating.slot.item
    body = caller(coordinator).get(reverse("api_items", args=[plan.study.code])).json()
    assert [one["external_id"] for one in body["results"]] == ["item1", "item2", "item3", "item4"]
    first = body["results"][0]
    assert first["factors"] == {"topic": "sleep"}
    assert [turn["speaker"] for turn in first["turns"]] == ["supporter", "seeker"]
    assert [one["responses"][0]["source"] for one in body["results"]] == [None] * 4
    one = next(one for one in body["results"] if one["code"] == rated.code)
    assert one["coverage"] == [
        {"stage": "main", "group": "peer", "n_planned": 2, "n_done": 1},
        {"stage": "main", "group": "clinician", "n_planned": 2, "n_done": 0},
    ]


def test_who_wrote_the_replies_is_told_to_whoever_says_why_and_to_them_alone(
    plan: Plan, items: list[Item], coordinator: User, researcher: User
) -> None:
    path = reverse("api_item_sources", args=[plan.study.code, items[0].code])
    assert sends(caller(coordinator), "post", path, {"reason": " "}).status_code == 400
    shown = sends(caller(coordinator), "post", path, {"reason": "A reply names its model."}).json()
    assert shown["responses"][0]["source"] == {
        "kind": "ai", "name": "Secretmodel-9", "condition": "hiddencondition",
    }  # fmt: skip
    listed = reverse("api_items", args=[plan.study.code])
    sources = [
        [one["responses"][0]["source"] is not None for one in caller(user).get(listed).json()["results"]]
        for user in (coordinator, researcher)
    ]
    assert sources == [[True, False, False, False], [False] * 4]
    [entry] = LogEntry.objects.filter(kind=LogEntry.Kind.UNBLINDING)
    assert (entry.written_by, entry.reason, entry.item) == (coordinator, "A reply names its model.", items[0])


def test_whoever_rates_learns_neither_sources_nor_hidden_factors(
    plan: Plan, items: list[Item], coordinator: User, make_rater: Any
) -> None:
    factor = Factor.objects.create(study=plan.study, key="model", name="Model", is_hidden=True)
    ItemFactor.objects.create(item=items[0], factor=factor, value="Secretmodel-9")
    path = reverse("api_item", args=[plan.study.code, items[0].code])
    assert caller(coordinator).get(path).json()["factors"] == {"model": "Secretmodel-9"}
    member = Member.objects.get(user=coordinator)
    RoleGrant.objects.create(member=member, role=Role.RATER)
    assert "Secretmodel-9" not in caller(coordinator).get(path).content.decode()
    refused = sends(caller(coordinator), "post", f"{path}sources/", {"reason": "Why not."})
    assert (refused.status_code, error_of(refused)["code"]) == (403, "not_allowed")


def test_items_when_there_are_more_ask_the_database_no_more_often(
    plan: Plan, items: list[Item], researcher: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = caller(researcher)
    path = reverse("api_items", args=[plan.study.code])
    client.get(path)
    for number in (0, 5):
        if number:
            make_item(plan.study, number)
        # Sign-in 2, membership 2, count, items, turns, responses, sources, factors, who saw them, coverage.
        with django_assert_num_queries(12):
            client.get(path)


def test_items_of_an_unfinished_import_stay_out(plan: Plan, items: list[Item], researcher: User) -> None:
    batch = ImportBatch.objects.create(study=plan.study, kind="items")
    Item.objects.filter(pk=items[0].pk).update(batch=batch)
    client = caller(researcher)
    assert client.get(reverse("api_items", args=[plan.study.code])).json()["count"] == 3
    hidden = client.get(reverse("api_item", args=[plan.study.code, items[0].code]))
    assert hidden.status_code == 404


def test_item_tells_the_same_as_the_list(plan: Plan, items: list[Item], researcher: User) -> None:
    client = caller(researcher)
    listed = client.get(reverse("api_items", args=[plan.study.code])).json()["results"][1]
    path = reverse("api_item", args=[plan.study.code, items[1].code])
    assert client.get(path).json() == listed


def test_item_of_another_study_is_not_found(plan: Plan, items: list[Item], outsider: User) -> None:
    other = studies.create_study(actor=outsider, title="Third study")
    path = reverse("api_item", args=[other.code, items[0].code])
    assert caller(outsider).get(path).status_code == 404


def test_job_tells_how_far_it_is_and_no_payload(study: Study, researcher: User) -> None:
    job = enqueue("no.such.task", actor=researcher, study=study, payload={"inner": "secret"})
    body = caller(researcher).get(reverse("api_job", args=[study.code, job.code])).json()
    assert (body["state"], body["progress"]) == ("queued", 0.0)
    assert "secret" not in str(body)
