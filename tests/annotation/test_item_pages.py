"""Items of a study: the list, one item, a new one, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.models import AuditEvent, Factor, Item, ItemFactor, LogEntry, Plan, Rater, Study, User
from annotation.queries import item_looks
from annotation.services import queue
from annotation.services.ethics_logs import unblind_item
from annotation.services.people import add_member
from annotation.services.plans import make_plan
from annotation.services.problems import report_problem
from tests.conftest import make_item, user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


def items_url(study: Study, query: str = "") -> str:
    return f"/studies/{study.code}/items/{query}"


def shown(client: Client, study: Study, query: str = "") -> list[str]:
    response = client.get(items_url(study, query))
    assert response.status_code == 200
    return [row.item.external_id for row in response.context["rows"]]


def rate(rater: Rater, plan: Plan) -> Item:
    """The rater does the next item, as far as the queue knows."""
    claim = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
    assert claim is not None
    queue.complete_slot(claim.slot, rater, now=timezone.now())
    return claim.slot.item


def skip(rater: Rater, plan: Plan) -> Item:
    claim = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
    assert claim is not None
    queue.pass_item(claim.slot, rater, actor=user_of(rater), reason="", now=timezone.now())
    return claim.slot.item


def test_items_when_there_are_none_leads_on(study: Study, client: Client) -> None:
    content = client.get(items_url(study)).content.decode()
    assert "No items yet" in content
    assert items_url(study, "new/") in content


def test_items_shows_done_of_planned_by_group(plan: Plan, rater: Rater, client: Client) -> None:
    item = rate(rater, plan)
    rows = {row.item.pk: row.coverage for row in client.get(items_url(plan.study)).context["rows"]}
    assert [(cell.group.key, cell.n_done, cell.n_planned) for cell in rows[item.pk]] == [
        ("peer", 1, 2),
        ("clinician", 0, 2),
    ]


def test_items_shows_what_is_in_hand(plan: Plan, rater: Rater, client: Client) -> None:
    queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
    assert "1 in hand" in client.get(items_url(plan.study)).content.decode()


def passed_by(raters: list[Rater], plan: Plan, item: Item) -> None:
    """Each of them skips items until this one is among what they skipped."""
    for one in raters:
        while skip(one, plan) != item:
            pass


def test_items_when_all_raters_passed_is_exhausted(
    plan: Plan, make_rater: Callable[..., Rater], items: list[Item], client: Client
) -> None:
    item = items[0]
    passed_by([make_rater(f"p{number}") for number in range(5)], plan, item)
    assert item.external_id in shown(client, plan.study, "?coverage=exhausted")
    assert "Passed by all" in client.get(items_url(plan.study)).content.decode()


def test_items_when_another_rater_is_left_is_not_exhausted(
    plan: Plan, rater: Rater, make_rater: Callable[..., Rater], items: list[Item], client: Client
) -> None:
    passed_by([make_rater(f"p{number}") for number in range(5)], plan, items[0])
    assert shown(client, plan.study, "?coverage=exhausted") == []


def test_items_when_one_rated_and_the_others_passed_is_exhausted(
    plan: Plan, rater: Rater, make_rater: Callable[..., Rater], client: Client
) -> None:
    item = rate(rater, plan)
    passed_by([make_rater(f"p{number}") for number in range(5)], plan, item)
    assert item.external_id in shown(client, plan.study, "?coverage=exhausted")


def test_items_when_fewer_than_five_raters_passed_are_not_called_exhausted(
    plan: Plan, make_rater: Callable[..., Rater], items: list[Item], client: Client
) -> None:
    passed_by([make_rater(f"p{number}") for number in range(4)], plan, items[0])
    assert shown(client, plan.study, "?coverage=exhausted") == []


def test_items_when_who_passed_has_left_counts_only_those_who_are_there(
    plan: Plan, rater: Rater, second_rater: Rater, client: Client
) -> None:
    skip(rater, plan)
    assert rater.member is not None
    rater.member.left_at = timezone.now()
    rater.member.save()
    assert shown(client, plan.study, "?coverage=exhausted") == []


def test_items_by_coverage_state(plan: Plan, rater: Rater, client: Client) -> None:
    begun = rate(rater, plan).external_id
    late = make_item(plan.study, 9).external_id
    everything = {"item1", "item2", "item3", "item4"}
    assert set(shown(client, plan.study, "?coverage=untouched")) == everything - {begun}
    assert set(shown(client, plan.study, "?coverage=missing")) == everything
    assert shown(client, plan.study, "?coverage=complete") == []
    assert shown(client, plan.study, "?coverage=unplanned") == [late]


@pytest.mark.parametrize("words", ["item3", "ITEM3", "night 3.", "night 3 like"])
def test_items_search_finds_id_turn_and_reply(
    words: str, study: Study, items: list[Item], client: Client
) -> None:
    assert shown(client, study, f"?q={words}") == ["item3"]


def test_items_of_a_large_study_are_looked_through_a_stretch_at_a_time(
    study: Study, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_looks, "STRETCH", 2)
    made = [make_item(study, number) for number in range(1, 6)]
    Item.objects.filter(pk__in=[one.pk for one in made[1:4]]).update(position=7)
    Item.objects.filter(pk=made[4].pk).update(position=8)
    found, query = [], "?q=sleep"
    for said in ("Looked through the first 2 items", "items after", "Looked through the last items"):
        page = client.get(items_url(study, query))
        assert said in page.content.decode()
        found += [row.item.pk for row in page.context["rows"]]
        query = f"?{page.context['further']}"
    assert found == [one.pk for one in made]
    assert "after=&" not in query
    # Words that only the last one has are found by going on; its own id at once.
    assert shown(client, study, "?q=night+5") == []
    assert shown(client, study, f"?q={made[4].external_id}") == [made[4].external_id]
    assert shown(client, study, "?q=sleep&after=nothing") == [one.external_id for one in made[:2]]


def test_items_by_factor_and_note(study: Study, items: list[Item], client: Client) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic", is_hidden=True)
    ItemFactor.objects.create(item=items[1], factor=factor, value="grief")
    Item.objects.filter(pk=items[2].pk).update(is_heavy=True, content_notes=["self-harm"])
    assert shown(client, study, "?factor-topic=grief") == ["item2"]
    assert shown(client, study, "?notes=with") == ["item3"]
    assert shown(client, study, "?notes=without") == ["item1", "item2", "item4"]


@pytest.mark.parametrize("query", ["?coverage=nonsense", "?page=x", "?page=999", "?notes=%00", "?q=%00"])
def test_items_when_the_query_is_odd_still_shows_items(
    query: str, study: Study, items: list[Item], client: Client
) -> None:
    assert len(shown(client, study, query)) == 4


def test_items_when_many_are_paged_and_keep_the_filter(study: Study, client: Client) -> None:
    for number in range(30):
        make_item(study, number)
    assert len(shown(client, study)) == 25
    assert len(shown(client, study, "?q=item&page=2")) == 5
    assert "?q=item&amp;page=2" in client.get(items_url(study, "?q=item")).content.decode()


def test_items_ask_as_many_queries_for_many_as_for_few(
    study: Study, owner: User, rubric_version: Any, client: Client
) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic")
    counts = []
    for start, stop in ((1, 5), (5, 41)):
        for number in range(start, stop):
            ItemFactor.objects.create(item=make_item(study, number), factor=factor, value="grief")
        made = make_plan(
            study, actor=owner, stage="main", rubric_version=rubric_version, quotas={"peer": 2}, seed=1
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(items_url(study))
        counts.append(len(queries))
        made.state = Plan.State.CLOSED
        made.save(update_fields=["state"])
    assert counts[0] == counts[1]


def test_item_shows_conversation_and_slots_and_covers_the_source(
    plan: Plan, rater: Rater, client: Client
) -> None:
    item = rate(rater, plan)
    content = client.get(items_url(plan.study, f"{item.code}/")).content.decode()
    assert "again, night" in content
    assert rater.pseudonym in content
    assert "Who wrote this is covered." in content
    assert "Secretmodel-9" not in content
    assert "hiddencondition" not in content


def test_source_is_shown_to_whoever_says_why_of_that_item_and_to_nobody_else(
    study: Study,
    items: list[Item],
    coordinator: User,
    researcher: User,
    client: Client,
    client_of: ClientOf,
) -> None:
    here, unblind = (items_url(study, f"{items[0].code}/{page}") for page in ("", "sources/"))
    assert unblind in client.get(here).content.decode()
    assert "Why you need to know" in client.get(unblind).content.decode()
    assert client.post(unblind, {"reason": "  "}).status_code == 400
    assert not LogEntry.objects.exists()
    assert client.post(unblind, {"reason": "A rater knew the model."}).headers["Location"] == here
    client.post(unblind, {"reason": "Pressed twice."})
    entry = LogEntry.objects.get()
    assert (entry.kind, entry.item, entry.written_by) == ("unblinding", items[0], coordinator)
    assert entry.reason == "A rater knew the model."
    assert AuditEvent.objects.filter(kind="log.written", actor=coordinator).count() == 1
    content = client.get(here).content.decode()
    assert "Secretmodel-9 (hiddencondition)" in content
    assert "covered" not in content
    other = items_url(study, f"{items[1].code}/")
    for asked in (client.get(other), client_of(researcher).get(here)):
        assert "Who wrote this is covered." in asked.content.decode()
        assert "Secretmodel" not in asked.content.decode()
    assert "A rater knew the model." in client.get(f"/studies/{study.code}/ethics/logs/").content.decode()


def test_source_stays_covered_from_whoever_rates_or_is_not_of_the_study(
    study: Study, items: list[Item], rater: Rater, owner: User, outsider: User, client_of: ClientOf
) -> None:
    here, unblind = (items_url(study, f"{items[0].code}/{page}") for page in ("", "sources/"))
    sent = {"reason": "I want to know."}
    assert Client().post(unblind, sent).status_code == 302
    assert client_of(outsider).post(unblind, sent).status_code == 404
    assert client_of(owner).post(items_url(study, "nothere/sources/"), sent).status_code == 404
    both = client_of(user_of(rater))
    assert both.post(unblind, sent).status_code == 403
    add_member(study, actor=owner, user=user_of(rater), roles=["coordinator"])
    assert (both.get(unblind).status_code, both.post(unblind, sent).status_code) == (403, 403)
    assert not LogEntry.objects.exists()
    # Nor does knowing from before help somebody who rates.
    unblind_item(items[0], actor=user_of(rater), reason="Before.", now=timezone.now())
    assert "Secretmodel" not in both.get(here).content.decode()


def test_item_when_reader_also_rates_hides_source_and_hidden_factors(
    plan: Plan, items: list[Item], rater: Rater, owner: User, client_of: ClientOf
) -> None:
    factor = Factor.objects.create(study=plan.study, key="writer", name="Writer")
    ItemFactor.objects.create(item=items[0], factor=factor, value="a machine")
    add_member(plan.study, actor=owner, user=user_of(rater), roles=["coordinator"])
    client = client_of(user_of(rater))
    for page in ("", f"{items[0].code}/"):
        content = client.get(items_url(plan.study, page)).content.decode()
        assert "Secretmodel" not in content
        assert "hiddencondition" not in content
        assert "a machine" not in content


def test_item_shows_reported_problems(plan: Plan, items: list[Item], rater: Rater, client: Client) -> None:
    report_problem(rater, items[0], actor=user_of(rater), text="The end is <b>missing</b>.")
    content = client.get(items_url(plan.study, f"{items[0].code}/")).content.decode()
    assert "The end is &lt;b&gt;missing&lt;/b&gt;." in content


def test_item_of_another_study_is_not_found(
    study: Study, outsider: User, items: list[Item], client: Client, client_of: ClientOf
) -> None:
    theirs = Study.objects.get(title="Another study")
    assert client_of(outsider).get(items_url(theirs, f"{items[0].code}/")).status_code == 404
    assert client.get(items_url(study, "nothere/")).status_code == 404


def test_item_new_when_written_as_lines_makes_turns_and_reply(study: Study, client: Client) -> None:
    body = {
        "conversation": "Supporter: Hello.\nSeeker: I can't sleep.\nNot at all.",
        "response": "That is hard.",
        "source_kind": "human",
        "content_notes": "sleep, loss",
    }
    response = client.post(items_url(study, "new/"), body)
    item = Item.objects.get(study=study)
    assert response.headers["Location"] == items_url(study, f"{item.code}/")
    turns = list(item.conversation.turns.values_list("speaker", "text"))
    assert turns == [("supporter", "Hello."), ("seeker", "I can't sleep.\nNot at all.")]
    assert (item.responses.get().text, item.content_notes, item.is_heavy) == (
        "That is hard.",
        ["sleep", "loss"],
        True,
    )


@pytest.mark.parametrize(
    ("conversation", "sentence"),
    [
        ("", "Please fill this in."),
        ("Hello.\nSeeker: Hi.", "Line 1 does not begin with"),
        ("Seeker:\nSupporter: Yes?", "Turn 1 (seeker) is empty."),
    ],
)
def test_item_new_when_it_cannot_be_read_says_where(
    conversation: str, sentence: str, study: Study, client: Client
) -> None:
    body = {"conversation": conversation, "source_kind": "unknown"}
    response = client.post(items_url(study, "new/"), body)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not Item.objects.filter(study=study).exists()


def test_item_new_when_the_id_is_taken_adds_nothing(study: Study, items: list[Item], client: Client) -> None:
    body = {"conversation": "Seeker: Hi.", "source_kind": "unknown", "external_id": "item1"}
    response = client.post(items_url(study, "new/"), body)
    assert response.status_code == 400
    assert "already has an item" in response.content.decode()
    assert study.items.count() == study.conversations.count() == 4
