"""Submit and next in one round trip: what comes back, what it weighs and what it asks of the database."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import Plan, Rater, RubricVersion, Slot, Study, User
from annotation.services import consent, studies
from rating.models import Draft, Presentation, Rating
from tests.conftest import user_of
from tests.rating.workbench_forms import claimed_slot, filled, rate_url, shown, submit_url

ClientOf = Callable[[User], Client]
SCRIPT = {"Accept": "application/json"}
PAGE_BYTES = 150_000
NEXT_BYTES = 20_000
# Of the whole request: session, login, member; what was shown; all gates at once; rating with answers, slot,
# counters, next claim, audit; the next item and how far the rater is.
# On PostgreSQL what is written goes together.
NEXT_QUERIES = {"postgresql": 14, "sqlite": 24}
# Session, login, member; what was shown; how things stand; what there is to read; how much is left.
PAGE_QUERIES = 8


@pytest.fixture
def client(rater: Rater, client_of: ClientOf) -> Client:
    return client_of(user_of(rater))


@pytest.fixture
def slot(client: Client, plan: Plan, study: Study, rater: Rater) -> Slot:
    return claimed_slot(client, study, rater)


def sent(client: Client, study: Study, slot: Slot, form: dict[str, Any]) -> Any:
    """The form as the page's script sends it."""
    return client.post(submit_url(study, slot), form, headers=SCRIPT)


def static_file(url: str) -> Path:
    found = finders.find(url.removeprefix("/static/"))
    assert isinstance(found, str), url
    return Path(found)


def assets(page: str) -> set[str]:
    """Every address that a browser loads with the page: links, scripts, and what these import."""
    waiting = set(re.findall(r'(?:src|href)="(/static/[^"#?]+)', page))
    seen: set[str] = set()
    while waiting:
        url = waiting.pop()
        seen.add(url)
        if not url.endswith((".js", ".css")):
            continue
        text = static_file(url).read_text(encoding="utf-8")
        imported = re.findall(r"""(?:\bfrom\s+|\bimport\s*\(?\s*|url\(|@import\s+)["']([^"'#]+)["']""", text)
        near = [one for one in imported if one.startswith(("./", "../"))]
        folder = PurePosixPath(url).parent
        waiting |= {resolved(folder, one) for one in near} - seen
    return seen


def resolved(folder: PurePosixPath, relative: str) -> str:
    parts: list[str] = []
    for part in (folder / relative).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return str(PurePosixPath(*parts))


def test_submit_by_script_answers_with_the_next_item_and_its_address(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    answer = sent(client, study, slot, filled(shown(client, study, slot)))
    following = Slot.objects.get(rater=rater, state="claimed")
    assert answer.status_code == 200
    assert answer.json()["url"] == rate_url(study, f"{following.code}/")
    html = answer.json()["html"]
    assert f'action="{submit_url(study, following)}"' in html
    assert f"night {following.item.position}" in html
    # The frame and the guidelines stand on the page already.
    assert not re.search('<html|stylesheet|guidelines-dialog"\\s+aria', html)
    assert "<title>Rate an item" in html


def test_next_item_sent_to_a_script_is_the_page_itself(client: Client, study: Study, slot: Slot) -> None:
    answer = sent(client, study, slot, filled(shown(client, study, slot)))
    page = client.get(answer.json()["url"]).content.decode()

    def main(text: str) -> str:
        found = re.search("<main.*</main>", text, re.DOTALL)
        assert found
        own = r'(name="(?:client_id|csrfmiddlewaretoken)" value=)"[^"]*"'
        return re.sub(own, r"\1", found[0])

    assert main(answer.json()["html"]) == main(page)


def test_submit_by_script_with_a_question_open_gets_the_form_back_with_what_is_wrong(
    client: Client, study: Study, slot: Slot
) -> None:
    form = filled(shown(client, study, slot), comment="Typed words.", **{"safety--response-1": ""})
    answer = sent(client, study, slot, form)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"
    assert 'href="#q-safety--response-1"' in answer.json()["html"]
    assert "Typed words." in answer.json()["html"]


def test_last_item_submitted_by_script_leads_to_the_start_page(
    client: Client, study: Study, slot: Slot, plan: Plan
) -> None:
    Slot.objects.filter(plan=plan).exclude(pk=slot.pk).delete()
    answer = sent(client, study, slot, filled(shown(client, study, slot)))
    assert answer.json() == {"url": rate_url(study)}
    assert Rating.objects.count() == 1


def test_submit_by_script_to_a_closed_study_says_so_and_keeps_the_draft(
    client: Client, study: Study, slot: Slot, owner: User
) -> None:
    form = filled(shown(client, study, slot), comment="Late words.")
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    answer = sent(client, study, slot, form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "study_not_open")
    assert Draft.objects.get().payload["fields"]["comment"] == ["Late words."]


def test_submit_by_script_when_a_new_consent_text_waits_leads_there_and_keeps_the_draft(
    client: Client, study: Study, slot: Slot, owner: User
) -> None:
    form = filled(shown(client, study, slot), comment="Kept.")
    consent_text = studies.publish_consent(study, actor=owner, title="Anew", body="Changed.")
    answer = sent(client, study, slot, form)
    assert answer.json() == {"url": rate_url(study, "consent/")}
    assert Draft.objects.get().payload["fields"]["comment"] == ["Kept."]
    consent.give_consent(Rater.objects.get(member__user__username="pia"), consent_text, actor=owner)
    assert "html" in sent(client, study, slot, form).json()


def test_submit_by_script_after_the_questions_changed_on_the_page_loads_it_anew(
    client: Client, study: Study, slot: Slot
) -> None:
    form = filled(shown(client, study, slot), rubric_version="another")
    answer = sent(client, study, slot, form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "rubric_changed")
    assert answer.json()["url"] == rate_url(study, f"{slot.code}/")
    # Guidelines of another version stand on the page that was left.
    assert "html" not in answer.json()


def test_waiting_rating_sent_from_elsewhere_takes_no_new_item(
    client: Client, study: Study, slot: Slot, rater: Rater
) -> None:
    answer = sent(client, study, slot, filled(shown(client, study, slot), goes_on="no"))
    assert answer.json() == {"url": rate_url(study)}
    assert Rating.objects.count() == 1
    assert not Slot.objects.filter(rater=rater, state="claimed").exists()


def test_rating_sent_again_after_its_answer_was_lost_gets_the_item_claimed_then(
    client: Client, study: Study, slot: Slot
) -> None:
    form = filled(shown(client, study, slot))
    first = sent(client, study, slot, form).json()["url"]
    assert sent(client, study, slot, form).json()["url"] == first
    assert (Rating.objects.count(), Presentation.objects.count()) == (1, 2)


def test_page_of_another_sign_in_is_refused_and_nothing_is_stored(
    client: Client, study: Study, slot: Slot, second_rater: Rater
) -> None:
    form = filled(shown(client, study, slot), rater=second_rater.code)
    assert sent(client, study, slot, form).status_code == 403
    draft = {"number": 0, "rater": second_rater.code, "fields": {"comment": ["Not mine."]}}
    url = rate_url(study, f"{slot.code}/draft/")
    assert client.post(url, draft, content_type="application/json").status_code == 403
    assert not Rating.objects.exists()
    assert not Draft.objects.exists()


def test_session_tells_who_is_signed_in_with_a_token_that_opens_the_door(
    client: Client, client_of: ClientOf, study: Study, slot: Slot, rater: Rater, coordinator: User
) -> None:
    url = rate_url(study, "session/")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    told = strict.get(url)
    assert told.json()["rater"] == rater.code
    assert "no-store" in told["Cache-Control"]
    form = filled(shown(strict, study, slot))
    assert sent(strict, study, slot, form).status_code == 403
    headers = SCRIPT | {"X-CSRFToken": told.json()["csrf"]}
    assert strict.post(submit_url(study, slot), form, headers=headers).status_code == 200
    assert client_of(coordinator).get(url).status_code == 403
    assert "/accounts/login/" in Client().get(url)["Location"]


def test_first_page_with_all_it_loads_weighs_less_than_150_kb(
    client: Client, study: Study, slot: Slot
) -> None:
    page = shown(client, study, slot).content
    loaded = assets(page.decode())
    assert {
        "/static/js/workbench/main.js",
        "/static/js/workbench/draft.js",
        "/static/css/base.css",
    } <= loaded
    weight = {url: len(gzip.compress(static_file(url).read_bytes())) for url in loaded}
    assert len(gzip.compress(page)) + sum(weight.values()) < PAGE_BYTES, weight


def test_next_item_weighs_less_than_20_kb_on_its_way(client: Client, study: Study, slot: Slot) -> None:
    form = filled(shown(client, study, slot))
    answer = client.post(submit_url(study, slot), form, headers=SCRIPT | {"Accept-Encoding": "gzip, deflate"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < NEXT_BYTES
    assert "html" in gzip.decompress(answer.content).decode()[:200]


def test_submit_and_next_asks_the_database_a_fixed_number_of_times(
    client: Client, study: Study, slot: Slot, rubric_version: RubricVersion
) -> None:
    # The first of a rater begins their counters, and reads the questions for its process.
    first = sent(client, study, slot, filled(shown(client, study, slot))).json()
    following = Slot.objects.get(code=first["url"].rstrip("/").rpartition("/")[2])
    form = filled(shown(client, study, following))
    with CaptureQueriesContext(connection) as queries:
        assert "html" in sent(client, study, following, form).json()
    # Savepoints are no questions.
    asked = [one["sql"] for one in queries if not re.match("SAVEPOINT|RELEASE", one["sql"])]
    assert len(asked) <= NEXT_QUERIES[connection.vendor]


def test_pages_are_compressed_only_for_who_asks(client: Client, study: Study, plan: Plan) -> None:
    plain = client.get(rate_url(study), headers={"Accept-Encoding": "identity"})
    small = client.get(rate_url(study), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert len(small.content) < len(plain.content) / 2


def test_page_of_an_untouched_item_is_the_page_drawn_in_full(
    client: Client, study: Study, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first item and after one was rated; everything but the tokens and the form's id."""

    own = re.compile(r'(name="(?:csrfmiddlewaretoken|client_id)" value|name="csrf-token" content)="[^"]+"')
    for _n in range(2):
        quick = shown(client, study, slot)
        with monkeypatch.context() as patch:
            patch.setattr("rating.views.workbench_item.plain_page", lambda *_given: None)
            in_full = shown(client, study, slot).content.decode()
        assert own.sub("", quick.content.decode()) == own.sub("", in_full)
        answer = sent(client, study, slot, filled(quick))
        slot = Slot.objects.get(code=answer.json()["url"].split("/")[-2])


def test_page_of_an_untouched_item_asks_the_database_a_fixed_number_of_times(
    client: Client, study: Study, slot: Slot
) -> None:
    shown(client, study, slot)
    with CaptureQueriesContext(connection) as asked:
        shown(client, study, slot)
    assert len(asked) <= PAGE_QUERIES
