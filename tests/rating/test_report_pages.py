"""Pages and files of an analysis, through HTTP: who may see them, what stands in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import Item, Job, Plan, Study, User
from annotation.services import studies
from rating.models import Analysis
from rating.services.analyses import start_analysis
from tests.rating.conftest import Raters

pytestmark = pytest.mark.django_db

Analyse = Callable[..., Analysis]
SignIn = Callable[[User], Client]

# URL name and what stands after the codes of study and analysis; {item} is the first item's code.
PAGES: dict[str, list[str]] = {
    "analysis": [],
    "analysis_progress": [],
    "analysis_question": ["flag_gushing"],
    "analysis_items": ["safety"],
    "analysis_item": ["{item}"],
    "analysis_item_file": ["{item}", "safety-item-{item}", "svg"],
    "analysis_figure": ["safety-parts", "svg"],
    "analysis_table": ["safety-within", "csv"],
    "analysis_results": [],
    "analysis_tables": [],
    "analysis_snapshot": [],
}
# What a wrong id or kind may be, page by page.
WRONG: list[tuple[str, list[str]]] = [
    ("analysis_question", ["nothing"]),
    ("analysis_items", ["nothing"]),
    ("analysis_item", ["nothing"]),
    ("analysis_item_file", ["{item}", "nothing", "svg"]),
    ("analysis_item_file", ["{item}", "safety-item-{item}", "exe"]),
    ("analysis_figure", ["nothing", "svg"]),
    ("analysis_figure", ["safety-parts", "exe"]),
    ("analysis_table", ["nothing", "csv"]),
    ("analysis_table", ["safety-within", "exe"]),
]


def address(name: str, analysis: Analysis, rest: list[str], item: Item) -> str:
    args = [part.format(item=item.code) for part in rest]
    return reverse(name, args=[analysis.study.code, analysis.code, *args])


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


@pytest.fixture
def analysis(rated: Raters, analyse: Analyse) -> Analysis:
    return analyse()


@pytest.fixture
def client(client_of: SignIn, researcher: User) -> Client:
    return client_of(researcher)


def test_pages_when_asked_by_a_researcher_answer(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    for name, rest in PAGES.items():
        response = client.get(address(name, analysis, rest, items[0]))
        # Read to its end, a file is closed.
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        assert response.status_code == 200, name
        assert content, name


def test_pages_when_posted_to_refuse_the_method(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    for name, rest in PAGES.items():
        assert client.post(address(name, analysis, rest, items[0])).status_code == 405, name


def test_pages_when_not_signed_in_ask_to(analysis: Analysis, items: list[Item]) -> None:
    for name, rest in PAGES.items():
        response = Client().get(address(name, analysis, rest, items[0]))
        assert response.status_code == 302, name
        assert "login" in response["Location"]


def test_pages_when_asked_by_others_are_hidden_or_forbidden(
    analysis: Analysis, client_of: SignIn, outsider: User, coordinator: User, items: list[Item]
) -> None:
    strange, unfit = client_of(outsider), client_of(coordinator)
    for name, rest in PAGES.items():
        url = address(name, analysis, rest, items[0])
        assert strange.get(url).status_code == 404, name
        assert unfit.get(url).status_code == 403, name


def test_pages_when_the_id_is_wrong_are_not_found(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    for name, rest in WRONG:
        assert client.get(address(name, analysis, rest, items[0])).status_code == 404, (name, rest)


def test_pages_when_the_analysis_is_not_done_are_not_found(
    rated: Raters, study: Study, researcher: User, client: Client, items: list[Item]
) -> None:
    waiting = start_analysis(study, actor=researcher)
    for name, rest in PAGES.items():
        if name not in {"analysis", "analysis_progress"}:
            assert client.get(address(name, waiting, rest, items[0])).status_code == 404, name


def test_page_when_the_analysis_belongs_to_another_study_is_not_found(
    analysis: Analysis, client: Client, owner: User, researcher: User
) -> None:
    other = studies.create_study(actor=researcher, title="Theirs")
    assert client.get(reverse("analysis", args=[other.code, analysis.code])).status_code == 404


def test_analyses_when_posted_starts_one_and_leads_to_it(rated: Raters, client: Client, study: Study) -> None:
    data = {"stage": "main", "level": "interval", "n_permutations": 99, "confidence": "0.9", "seed": 5}
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = client.post(reverse("analyses", args=[study.code]), data)
    analysis = Analysis.objects.get()
    assert response["Location"] == reverse("analysis", args=[study.code, analysis.code])
    assert analysis.seed == 5
    asked = {"stage": "main", "questions": [], "level": "interval", "n_permutations": 99, "confidence": 0.9}
    assert analysis.options | asked == analysis.options
    assert analysis.plan is None
    assert analysis.finished_at is not None


def test_analyses_when_options_are_wrong_shows_the_form_with_errors(
    rated: Raters, client: Client, study: Study
) -> None:
    usual: dict[str, Any] = {"stage": "main", "level": "scale", "n_permutations": 99, "confidence": "0.95"}
    wrong: list[dict[str, Any]] = [
        {"level": "cardinal"},
        {"n_permutations": 1},
        {"stage": "pilot"},
        {"questions": ["nothing"]},
    ]
    for part in wrong:
        response = client.post(reverse("analyses", args=[study.code]), {**usual, **part})
        assert response.status_code == 400, part
        assert "error-summary" in response.content.decode()
    assert not Analysis.objects.exists()


def test_analyses_when_only_a_pilot_was_rated_offers_it(
    rated: Raters, plan: Plan, client: Client, study: Study
) -> None:
    Plan.objects.filter(pk=plan.pk).update(stage="pilot")
    page = body(client, reverse("analyses", args=[study.code]))
    assert "Nothing to analyse yet" not in page
    assert '<option value="pilot" selected>' in page


def test_analyses_when_nobody_rated_says_what_is_needed(plan: Plan, client: Client, study: Study) -> None:
    page = body(client, reverse("analyses", args=[study.code]))
    assert "Nothing to analyse yet" in page
    assert "two groups need two ratings each on the same item" in page
    assert ">Analyse<" not in page


def test_analyses_when_listed_shows_counts_and_is_for_researchers(
    analysis: Analysis, client: Client, client_of: SignIn, coordinator: User, outsider: User, study: Study
) -> None:
    url = reverse("analyses", args=[study.code])
    page = body(client, url)
    assert reverse("analysis", args=[study.code, analysis.code]) in page
    assert '<td class="num">24</td>' in page
    assert "Clinicians: 4 items rated, 4 of them twice or more" in page
    assert client_of(coordinator).get(url).status_code == 403
    assert client_of(outsider).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert client.delete(url).status_code == 405


def test_analyses_when_there_are_more_asks_no_more_queries(
    rated: Raters, analyse: Analyse, client: Client, study: Study
) -> None:
    url = reverse("analyses", args=[study.code])
    analyse()
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    analyse()
    analyse()
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)


def test_progress_when_waiting_asks_again_and_when_done_reloads(
    rated: Raters, study: Study, researcher: User, client: Client
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=False) as callbacks:
        waiting = start_analysis(study, actor=researcher, seed=1)
    url = reverse("analysis_progress", args=[study.code, waiting.code])
    assert f'hx-get="{url}"' in body(client, url)
    page = body(client, reverse("analysis", args=[study.code, waiting.code]))
    assert f'hx-get="{url}"' in page
    for callback in callbacks:
        callback()
    done = client.get(url)
    assert done["HX-Refresh"] == "true"
    assert "hx-get" not in done.content.decode()


def test_cancel_when_posted_stops_a_waiting_analysis(
    rated: Raters,
    study: Study,
    researcher: User,
    client: Client,
    client_of: SignIn,
    coordinator: User,
    outsider: User,
) -> None:
    waiting = start_analysis(study, actor=researcher)
    url = reverse("analysis_cancel", args=[study.code, waiting.code])
    assert client.get(url).status_code == 405
    assert client_of(coordinator).post(url).status_code == 403
    assert client_of(outsider).post(url).status_code == 404
    assert Client().post(url).status_code == 302
    assert Job.objects.get().state == Job.State.QUEUED
    assert client.post(url).status_code == 302
    assert Job.objects.get().state == Job.State.CANCELLED
    assert "Stopped as asked" in body(client, reverse("analysis", args=[study.code, waiting.code]))


def test_analysis_when_failed_tells_why(
    rated: Raters, study: Study, researcher: User, client: Client
) -> None:
    waiting = start_analysis(study, actor=researcher)
    Job.objects.update(state=Job.State.FAILED, error="The file of snapshot x is gone.")
    assert "is gone" in body(client, reverse("analysis", args=[study.code, waiting.code]))


def test_report_when_read_names_digest_counts_seed_and_what_was_left_out(
    analysis: Analysis, client: Client
) -> None:
    assert analysis.snapshot is not None
    page = body(client, reverse("analysis", args=[analysis.study.code, analysis.code]))
    assert analysis.snapshot.digest in page
    assert "24 ratings (48 answers) of 4 items by 6 raters" in page
    assert "seed 1," in page
    assert "1 “cannot judge”" in page
    assert "recruitment may explain it" in page
    assert "A large p is not evidence of agreement" in page


def test_report_when_read_shows_the_numbers_of_the_results(analysis: Analysis, client: Client) -> None:
    page = body(client, reverse("analysis", args=[analysis.study.code, analysis.code]))
    pair = analysis.results["questions"]["safety"]["pairs"][0]
    for estimate in (pair["xrr"], pair["misalignment"]["m"], pair["misalignment"]["rms_gap"]):
        assert f"{estimate['estimate']:.2f}".replace("-", "−") in page


def test_report_when_read_carries_no_style_script_or_rater(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    for name in ("analysis", "analysis_question", "analysis_items", "analysis_item"):
        page = body(client, address(name, analysis, PAGES[name], items[0]))
        assert " style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert "peer-1" not in page
        assert "Secret" not in page


def test_item_when_opened_shows_the_conversation_and_every_groups_ratings(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    page = body(client, address("analysis_item", analysis, ["{item}"], items[0]))
    assert "night 1" in page
    # Peers gave the first item three fives, clinicians 2, 1, 2.
    assert "Means: Peer supporters 5.00, Clinicians 1.67." in page
    # The source of a response stays out of the page: researchers may rate as well.
    assert "Secretmodel-9" not in page


def test_item_when_it_came_without_text_says_so(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    Item.objects.filter(pk=items[0].pk).update(has_text=False)
    page = body(client, address("analysis_item", analysis, ["{item}"], items[0]))
    assert "came without its text" in page
    assert "night 1" not in page


def test_ranking_when_opened_leads_to_items_from_the_widest_gap_on(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    page = body(client, address("analysis_items", analysis, ["safety"], items[0]))
    gaps = analysis.results["questions"]["safety"]["item_gaps"]["rows"]
    places = [page.index(f"/items/{row['item']}/") for row in gaps]
    assert places == sorted(places)
    assert len(places) == 4


def test_table_when_taken_away_holds_unrounded_numbers(analysis: Analysis, client: Client) -> None:
    url = reverse("analysis_table", args=[analysis.study.code, analysis.code, "safety-within", "csv"])
    rows = list(csv.DictReader(io.StringIO(body(client, url))))
    alpha = analysis.results["questions"]["safety"]["within"][0]["estimates"]["alpha"]
    assert float(rows[0]["Krippendorff’s alpha (ordinal)"]) == alpha["estimate"]


def test_results_when_taken_away_are_whole_and_valid_json(analysis: Analysis, client: Client) -> None:
    url = reverse("analysis_results", args=[analysis.study.code, analysis.code])
    whole = json.loads(body(client, url))
    assert whole["results"] == analysis.results
    assert whole["seed"] == 1
    assert analysis.snapshot is not None
    assert whole["snapshot"]["digest"] == analysis.snapshot.digest


def test_item_figure_when_taken_away_is_of_its_kind(
    analysis: Analysis, client: Client, items: list[Item]
) -> None:
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<svg"), ("tex", b"% needs"), ("csv", b"Group,")):
        url = address("analysis_item_file", analysis, ["{item}", "safety-item-{item}", kind], items[0])
        response = client.get(url)
        assert response.content.startswith(start), kind
        assert f".{kind}" in response["Content-Disposition"]


def test_snapshot_when_taken_away_is_the_frozen_file(analysis: Analysis, client: Client) -> None:
    response = client.get(reverse("analysis_snapshot", args=[analysis.study.code, analysis.code]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"PAR1")
