"""The protocol card: what it reads from the record, what it says is missing, who may see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import (
    CareWeek,
    EthicsApproval,
    Group,
    Invitation,
    Item,
    Plan,
    Rater,
    Study,
    User,
)
from annotation.services import people
from annotation.services.leaving import erase_after_leaving, leave_study
from rating.models import Analysis
from rating.queries.protocol import card_of
from rating.reporting.protocol.document import Fact, Part, ProtocolCard, Reported, shown
from rating.reporting.protocol.typeset import LAYOUT, card_pdf
from rating.reporting.tables import Column, Kind, Table
from rating.services.analysis_plans import lock_plan, write_plan
from tests.conftest import user_of
from tests.rating.rated import START, make_raters, rate_item

SignIn = Callable[[User], Client]
NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
HOSTILE = '#eval("1") *b* _i_ [x] \\ @ref $x^2$ <lab> `c` // /* = h\x00\x07 \ud800'
SCRIPTS = "السلام عليكم 你好 שלום 😀"


def part_of(card: ProtocolCard, key: str) -> Part:
    return next(part for part in card.parts if part.key == key)


def text_of(card: ProtocolCard, part: str, key: str) -> str:
    return next(fact.text for fact in part_of(card, part).facts if fact.key == key)


def rows_of(card: ProtocolCard, part: str, table: str) -> list[dict[str, str | None]]:
    """The rows of a table of the card as its page shows them, by column."""
    found = next(one for one in part_of(card, part).tables if one.key == table)
    words = shown(found)
    return [dict(zip(words.columns, row, strict=True)) for row in words.rows]


def reported(card: ProtocolCard) -> dict[int, Reported]:
    return {line.number: line.reported for line in card.checklist}


def test_fact_without_a_record_says_so_and_is_null_for_programs() -> None:
    table = Table("t", "Times", [Column("Group"), Column("Median", Kind.ENTRY)], [["Peers", None]])
    part = Part("p", "Part", [Fact("a", "Seen", None), Fact("b", "Counted", 0)], [table])
    assert [fact.text for fact in part.facts] == ["not recorded", "0"]
    assert part.to_dict()["facts"][0]["value"] is None
    assert shown(table).rows == [["Peers", "not recorded"]]
    assert part.missing() == ["Seen", "Times: Median"]


def test_card_of_an_empty_study_says_what_is_missing_instead_of_nothing(study: Study) -> None:
    card = card_of(study, now=NOW)
    assert text_of(card, "ethics", "approvals") == "not recorded"
    assert text_of(card, "design", "design") == "not recorded"
    assert text_of(card, "analysis", "analysis") == "none finished"
    assert len(card.checklist) == 15
    assert reported(card)[11] is Reported.NO
    missing = dict(card.missing)
    assert "Contact for participants" in missing["Study"]
    assert "Ethics approvals on record" in missing["Ethics"]


def test_card_of_rated_items_counts_by_group_and_reason(
    study: Study, plan: Plan, rated: dict[str, list[Rater]], items: list[Item]
) -> None:
    """Three raters of each group, four items, two questions; one clinician could not judge one."""
    rate_item(plan, rated["peer"][0], items[0], {"safety": 5}, purpose="repeat", number=9, at=START)
    card = card_of(study, now=NOW)
    given = rows_of(card, "ratings", "given")
    assert [(row["Group"], row["Planned"], row["Given"], row["Raters"], row["Items"]) for row in given] == [
        ("Peer supporters", "12", "12", "3", "4"),
        ("Clinicians", "12", "12", "3", "4"),
    ]
    assert {row["Per item: median"] for row in given} == {"3"}
    missing = rows_of(card, "missing", "missing")
    assert missing[1]["Answers"] == "24"
    assert missing[1]["With a value"] == "23"
    assert missing[1]["Without: “cannot judge”"] == "1"
    by_question = rows_of(card, "missing", "missing-questions")
    assert [(row["Question"], row["Group"]) for row in by_question] == [("safety", "Clinicians")]
    assert text_of(card, "ratings", "beyond") == "1 repeats"
    assert rows_of(card, "time", "time")[0]["Seconds: median"] == "not recorded"


def test_card_gives_quartiles_of_active_seconds_by_group(study: Study, plan: Plan, items: list[Item]) -> None:
    (rater,) = make_raters(plan, "peer", 1)
    for number, (item, ms) in enumerate(zip(items, (10_000, 20_000, 30_000, 50_000), strict=True), start=1):
        rate_item(plan, rater, item, {"safety": 3}, number=number, active_ms=ms)
    (row,) = [row for row in rows_of(card_of(study, now=NOW), "time", "time") if row["Ratings timed"] != "0"]
    # Of 10, 20, 30 and 50 by linear interpolation: 17.5, 25 and 35.
    quartiles = [row[f"Seconds: {name}"] for name in ("lower quartile", "median", "upper quartile")]
    assert quartiles == ["17.5", "25.0", "35.0"]


def test_card_follows_a_locked_plan_and_says_when_its_rules_were_set(
    study: Study, rated: dict[str, list[Rater]], researcher: User, analyse: Callable[..., Analysis]
) -> None:
    rule = {"rule": "few_ratings", "ratings": 2}
    exploratory = analyse(exclusions=[rule], n_permutations=99)
    card = card_of(study, now=NOW)
    assert card.identity["analysis"] == exploratory.code
    assert card.identity["standing"] == "exploratory"
    assert text_of(card, "exclusions", "rule_set").startswith("when the analysis was started")
    assert rows_of(card, "exclusions", "excluded")[0]["Rule"] == "Raters with fewer than 2 ratings"
    assert reported(card)[13] is Reported.YES
    agreement = part_of(card, "agreement").tables
    assert [table.key for table in agreement] == ["overview-agreement", "overview-flags"]
    assert {table.status for table in agreement} == {"exploratory"}
    plan = write_plan(study, actor=researcher, title="Plan", note="", options={"stage": "main"}, seed=3)
    lock_plan(plan, actor=researcher)
    locked = card_of(study, now=NOW)
    assert rows_of(locked, "exclusions", "plans")[0]["Ratings submitted before"] == "24"
    assert locked.identity["analysis"] == exploratory.code


def test_card_numbers_are_those_of_the_analysis(
    study: Study, rated: dict[str, list[Rater]], analyse: Callable[..., Analysis]
) -> None:
    found = analyse()
    table = next(one for one in card_of(study, now=NOW).to_dict()["parts"] if one["key"] == "agreement")[
        "tables"
    ][0]
    place = table["columns"].index("Krippendorff’s alpha")
    within = found.results["questions"]["safety"]["within"]
    assert [row[place] for row in table["rows"]] == [
        part["estimates"]["alpha"]["estimate"] for part in within
    ]


def test_card_counts_people_and_never_tells_who_had_ratings_erased(
    study: Study,
    plan: Plan,
    rater: Rater,
    second_rater: Rater,
    groups: dict[str, Group],
    files: Path,
    settings: Any,
) -> None:
    settings.DATA_DIR = files
    Invitation.objects.create(
        study=study, group=groups["peer"], token_digest="d" * 64, expires_at=NOW, max_uses=5, n_uses=2
    )
    before = rows_of(card_of(study, now=NOW), "raters", "raters")[0]
    assert (before["Places offered by link"], before["Joined by link"]) == ("5", "2")
    assert (before["Joined"], before["Agreed to the consent text"], before["Left"]) == ("2", "2", "0")
    # One left and kept, one was taken out: two who left. Then the first has everything erased.
    receipt = leave_study(rater, actor=user_of(rater), choice="keep", receipt_code="r" * 20, now=NOW)
    assert second_rater.member is not None
    second_rater.member.left_at = NOW
    second_rater.member.save()
    kept = rows_of(card_of(study, now=NOW), "raters", "raters")[0]
    erase_after_leaving(receipt, now=NOW)
    assert not Rater.objects.filter(pk=rater.pk).exists()
    erased = card_of(study, now=NOW)
    assert rows_of(erased, "raters", "raters")[0] == kept
    assert kept["Left"] == "2"
    assert rows_of(erased, "consent", "consents")[0]["Raters who agreed"] == "2"


def test_card_shows_wellbeing_only_as_published_totals(study: Study, rater: Rater) -> None:
    CareWeek.objects.create(study=study, monday="2026-02-02", n_pauses=7, n_skips=None, n_above=6)
    CareWeek.objects.create(study=study, monday="2026-02-09", n_pauses=5, n_skips=None, n_above=None)
    card = card_of(study, now=NOW)
    assert text_of(card, "care", "care_pauses") == "12"
    assert text_of(card, "care", "care_skips") == "nothing published"
    assert text_of(card, "care", "care_weeks") == "0"


def test_card_tells_of_approvals(study: Study) -> None:
    EthicsApproval.objects.create(study=study, board="REC West", number="2026/17", valid_from="2026-01-01")
    (row,) = rows_of(card_of(study, now=NOW), "ethics", "approvals")
    assert (row["Number"], row["Valid until"]) == ("2026/17", "until further notice")


def test_pdf_with_hostile_and_foreign_text_shows_it_as_text(study: Study, plan: Plan) -> None:
    Study.objects.filter(pk=study.pk).update(
        title=HOSTILE.replace("\x00", "").replace("\ud800", "") + SCRIPTS
    )
    study.refresh_from_db()
    card = card_of(study, now=NOW)
    hostile = Part("h", HOSTILE, [Fact("f", HOSTILE, HOSTILE)], remarks=[SCRIPTS])
    pdf = card_pdf(
        ProtocolCard(card.title, HOSTILE, NOW, card.identity, [*card.parts, hostile], card.checklist)
    )
    assert pdf.startswith(b"%PDF-")
    title = re.search(rb"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", pdf, re.DOTALL)
    assert title is not None
    words = title[1].decode()
    assert "#eval(&quot;1&quot;) *b* _i_ [x] \\ @ref $x^2$ &lt;lab&gt; `c`" in words
    assert SCRIPTS in words
    # Every word of the study is data of the layout, none of it is its markup.
    assert "eval" not in LAYOUT.read_text()


def test_card_takes_the_same_queries_for_more_raters(
    study: Study, plan: Plan, rated: dict[str, list[Rater]], items: list[Item]
) -> None:
    with CaptureQueriesContext(connection) as few:
        card_of(study, now=NOW)
    actor = plan.study.members.order_by("pk")[0].user
    for number in range(10, 14):
        newcomer = people.add_rater(
            study, actor=actor, group=rated["peer"][0].group, origin="imported", external_id=f"x{number}"
        )
        rate_item(plan, newcomer, items[0], {"safety": 3}, number=number)
    with CaptureQueriesContext(connection) as more:
        card_of(study, now=NOW)
    assert len(few) == len(more) <= 70
    # A cursor of the server's is declared for a SELECT.
    reads = ("SELECT", "DECLARE")
    assert all(one["sql"].lstrip("( ").startswith(reads) for one in more.captured_queries)


@pytest.fixture(params=["study_protocol", "pdf", "json"])
def url(request: pytest.FixtureRequest, study: Study) -> str:
    if request.param == "study_protocol":
        return reverse("study_protocol", args=[study.code])
    return reverse("protocol_file", args=[study.code, request.param])


@pytest.mark.parametrize("who", ["owner", "coordinator", "researcher"])
def test_card_pages_for_the_team_work_and_hold_no_name(
    request: pytest.FixtureRequest,
    client_of: SignIn,
    study: Study,
    rated: dict[str, list[Rater]],
    rater: Rater,
    who: str,
    url: str,
) -> None:
    response = client_of(request.getfixturevalue(who)).get(url, {"stage": "main"})
    assert response.status_code == 200
    if url.endswith("pdf"):
        assert response.content.startswith(b"%PDF-")
        return
    content = response.content.decode()
    assert "Peer supporters" in content
    login = user_of(rater)
    told = (
        content
        if url.endswith("json")
        else content[content.index('id="part-study"') : content.index("</main>")]
    )
    for secret in (login.username, login.email, "Ms Secret", rater.pseudonym, "Secretmodel"):
        assert secret not in told
    if url.endswith("json"):
        assert json.loads(content)["grras"][10]["number"] == 11
        assert response["Cache-Control"] == "private, no-store"


def test_card_pages_when_posted_are_refused(client_of: SignIn, owner: User, url: str) -> None:
    assert client_of(owner).post(url).status_code == 405


def test_card_pages_when_signed_out_ask_to_sign_in(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_card_pages_of_another_study_are_not_found(client_of: SignIn, outsider: User, url: str) -> None:
    assert client_of(outsider).get(url).status_code == 404


def test_card_pages_for_a_rater_are_forbidden(client_of: SignIn, rater: Rater, url: str) -> None:
    assert client_of(user_of(rater)).get(url).status_code == 403


@pytest.mark.parametrize("query", [{"stage": "dress rehearsal"}, {"analysis": "nothing"}])
def test_card_pages_with_a_wrong_choice_are_refused_in_words(
    client_of: SignIn, owner: User, url: str, query: dict[str, str]
) -> None:
    response = client_of(owner).get(url, query)
    assert response.status_code == 400
    assert "Choose one of the stages" in response.content.decode()


def test_card_file_of_an_unknown_kind_is_not_found(client_of: SignIn, study: Study, owner: User) -> None:
    assert client_of(owner).get(reverse("protocol_file", args=[study.code, "docx"])).status_code == 404


def test_card_of_a_closed_study_still_works(client_of: SignIn, study: Study, owner: User, url: str) -> None:
    Study.objects.filter(pk=study.pk).update(state=Study.State.CLOSED)
    assert client_of(owner).get(url).status_code == 200
