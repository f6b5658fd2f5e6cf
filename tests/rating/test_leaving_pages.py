"""The rater's consent tick by tick, leaving, and receipts, through HTTP and without a script."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Departure, Plan, Rater, Study, User
from annotation.models.leaving import new_receipt_code
from annotation.queries.consent import sharing_raters
from annotation.services import studies
from annotation.services.consent_ticks import AGREE, SHARE
from config.logs import WithoutKeys
from rating.models import Rating
from tests.conftest import user_of
from tests.rating.services.submitting import submit

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def rate_url(study: Study, end: str = "") -> str:
    return f"/studies/{study.code}/rate/{end}"


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.fixture
def rated(plan: Plan, rater: Rater) -> Rater:
    submit(rater, comment="Slow.")
    return rater


@pytest.fixture
def two_ticks(study: Study, owner: User) -> str:
    """The code of the newest text: one tick that is needed, one to share."""
    body = "You may stop at any time.\n\nAnswers are kept."
    version = studies.publish_consent(
        study, actor=owner, title="Taking part", body=body, ticks=[AGREE, SHARE]
    )
    return version.code


def left(client: Client, study: Study, choice: str, receipt: str = "") -> Any:
    sent = {"choice": choice, "receipt": receipt or new_receipt_code()}
    return client.post(rate_url(study, "leave/now/"), sent)


def test_consent_page_ticks_nothing_beforehand_and_an_optional_tick_may_stay_open(
    two_ticks: str, study: Study, make_rater: Callable[..., Rater], client_of: ClientOf
) -> None:
    newcomer = make_rater("nora", consents=False)
    client = client_of(user_of(newcomer))
    page = text_of(client, rate_url(study, "consent/"))
    assert "checked" not in page
    assert f"{SHARE.words} (optional)" in page
    sent = {"version": two_ticks, "agree": "on"}
    assert client.post(rate_url(study, "consent/"), sent).status_code == 302
    assert client.get(rate_url(study)).status_code == 200
    assert not sharing_raters(study).exists()


def test_consent_page_without_a_needed_tick_says_so_and_keeps_the_other(
    two_ticks: str, study: Study, make_rater: Callable[..., Rater], client_of: ClientOf
) -> None:
    client = client_of(user_of(make_rater("nora", consents=False)))
    response = client.post(rate_url(study, "consent/"), {"version": two_ticks, "share_publicly": "on"})
    assert response.status_code == 400
    page = response.content.decode()
    assert 'href="#id_agree"' in page
    assert page.count("checked") == 1


def test_new_version_asks_again_before_the_next_item_and_tells_what_changed(
    plan: Plan, rater: Rater, study: Study, owner: User, client_of: ClientOf
) -> None:
    client = client_of(user_of(rater))
    item = client.post(rate_url(study, "claim/"))["Location"]
    newer = studies.publish_consent(
        study, actor=owner, title="Taking part", body="Stop when you like.", changes="Plainer words."
    )
    # What is sent meanwhile is not lost: it becomes the draft.
    sent = {"comment": "Half a thought.", "client_id": "", "rubric_version": ""}
    assert client.post(f"{item}submit/", sent)["Location"] == rate_url(study, "consent/")
    page = text_of(client, rate_url(study, "consent/"))
    assert "<del>You may stop at any time.</del>" in page
    assert "<ins>Stop when you like.</ins>" in page
    assert "Plainer words." in page
    client.post(rate_url(study, "consent/"), {"version": newer.code, "agree": "on"})
    assert "Half a thought." in text_of(client, item)


def test_own_consent_shows_versions_with_days_and_the_optional_ticks_can_change(
    two_ticks: str, study: Study, rater: Rater, client_of: ClientOf
) -> None:
    client, path = client_of(user_of(rater)), rate_url(study, "consent/yours/")
    page = text_of(client, path)
    assert SHARE.words in page
    assert rater.pseudonym in page
    assert client.post(path, {"share_publicly": "on"})["Location"] == path
    assert list(sharing_raters(study)) == [rater]
    client.post(path, {})
    assert not sharing_raters(study).exists()


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_own_consent_as_a_file_names_study_ticks_and_pseudonym(
    two_ticks: str, study: Study, rater: Rater, client_of: ClientOf, kind: str
) -> None:
    path = reverse("rate_consent_file", args=[study.code, kind])
    response = client_of(user_of(rater)).get(path)
    body = response.content.decode()
    assert response["Content-Disposition"] == f'attachment; filename="receipt-{rater.pseudonym}.{kind}"'
    assert {study.title in body, rater.pseudonym in body, AGREE.words in body} == {True}


def test_own_consent_before_any_leads_to_the_text(
    study: Study, make_rater: Callable[..., Rater], client_of: ClientOf
) -> None:
    client = client_of(user_of(make_rater("nora", consents=False)))
    assert client.get(rate_url(study, "consent/yours/"))["Location"] == rate_url(study, "consent/")
    assert client.get(rate_url(study, "consent/yours/receipt.pdf")).status_code == 404


def test_every_page_of_a_rater_leads_out(plan: Plan, rater: Rater, study: Study, client_of: ClientOf) -> None:
    client = client_of(user_of(rater))
    item = client.post(rate_url(study, "claim/"))["Location"]
    for path in (rate_url(study), item, rate_url(study, "history/"), rate_url(study, "guidelines/")):
        assert f'href="{rate_url(study, "leave/")}"' in text_of(client, path), path


def test_leave_page_without_a_choice_says_so_and_with_one_asks_once_more(
    rated: Rater, study: Study, client_of: ClientOf
) -> None:
    client, path = client_of(user_of(rated)), rate_url(study, "leave/")
    page = text_of(client, path)
    assert "checked" not in page
    assert client.get(path, {"asked": "1"}).status_code == 400
    asked = client.get(path, {"asked": "1", "choice": "erase"}).content.decode()
    assert "This cannot be undone." in asked
    assert "Leave and erase everything" in asked
    assert Rating.objects.count() == 1


def test_leave_now_with_erase_ends_in_a_receipt_that_needs_no_login(
    rated: Rater, study: Study, client_of: ClientOf
) -> None:
    client = client_of(user_of(rated))
    response = left(client, study, "erase")
    departure = Departure.objects.get()
    assert response["Location"] == f"/receipts/{departure.receipt_code}/"
    assert not Rating.objects.exists()
    assert client.get("/").context["user"].is_anonymous
    page = text_of(Client(), response["Location"])
    assert {rated.pseudonym in page, departure.receipt_code in page, AGREE.words in page} == {True}
    assert "Everything listed above was erased." in page
    assert "Slow." not in page


def test_leave_now_sent_twice_shows_the_receipt_again(
    rated: Rater, study: Study, client_of: ClientOf
) -> None:
    client, code = client_of(user_of(rated)), new_receipt_code()
    first = left(client, study, "erase", code)
    second = left(client, study, "erase", code)
    assert first["Location"] == second["Location"] == f"/receipts/{code}/"
    assert Departure.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"choice": "sell"}, {"choice": "erase", "receipt": "short"}])
def test_leave_now_with_bad_input_changes_nothing(
    rated: Rater, study: Study, client_of: ClientOf, sent: dict[str, str]
) -> None:
    response = client_of(user_of(rated)).post(rate_url(study, "leave/now/"), sent)
    assert response.status_code == 400
    assert not Departure.objects.exists()


def test_leave_after_the_freeze_offers_no_erasing_and_says_why(
    rated: Rater, study: Study, client_of: ClientOf
) -> None:
    Study.objects.filter(pk=study.pk).update(data_freeze_at=timezone.now() - timedelta(days=1))
    client = client_of(user_of(rated))
    page = text_of(client, rate_url(study, "leave/"))
    assert "erasing is no longer possible" in page
    assert 'value="erase"' not in page
    assert left(client, study, "erase").status_code == 409
    assert Rating.objects.exists()
    assert left(client, study, "keep").status_code == 302


def test_receipt_of_who_kept_lets_erase_until_the_freeze(
    rated: Rater, study: Study, client_of: ClientOf
) -> None:
    receipt = left(client_of(user_of(rated)), study, "keep")["Location"]
    assert "Have it erased after all" in text_of(Client(), receipt)
    assert Client().get(f"{receipt}erase/").status_code == 200
    Study.objects.filter(pk=study.pk).update(data_freeze_at=timezone.now())
    assert Client().post(f"{receipt}erase/").status_code == 409
    assert "Have it erased after all" not in text_of(Client(), receipt)
    Study.objects.filter(pk=study.pk).update(data_freeze_at=None)
    assert Client().post(f"{receipt}erase/")["Location"] == receipt
    assert not Rating.objects.exists()


def test_receipt_as_a_file_holds_the_code_and_no_script(
    rated: Rater, study: Study, client_of: ClientOf
) -> None:
    Study.objects.filter(pk=study.pk).update(contact="<b>Dr Example</b>")
    receipt = left(client_of(user_of(rated)), study, "erase")["Location"]
    code = receipt.split("/")[2]
    plain = Client().get(reverse("receipt_file", args=[code, "txt"])).content.decode()
    page = Client().get(reverse("receipt_file", args=[code, "html"])).content.decode()
    assert {code in plain, code in page, "Ratings: 1" in plain} == {True}
    assert "<b>Dr Example" not in page
    assert Client().get(f"/receipts/{code}/receipt.exe").status_code == 404


def test_receipts_and_leaving_are_nobody_elses(
    rated: Rater, second_rater: Rater, coordinator: User, outsider: User, study: Study, client_of: ClientOf
) -> None:
    assert Client().get(f"/receipts/{new_receipt_code()}/").status_code == 404
    for end in ("consent/yours/", "leave/", "consent/yours/receipt.txt"):
        path = rate_url(study, end)
        assert rated.pseudonym not in text_of(client_of(user_of(second_rater)), path)
        assert client_of(coordinator).get(path).status_code == 403
        assert client_of(outsider).get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert left(client_of(coordinator), study, "erase").status_code == 403
    assert left(client_of(outsider), study, "erase").status_code == 404
    assert left(Client(), study, "erase").status_code == 302
    assert Rating.objects.count() == 1


def test_log_of_a_receipt_hides_its_code() -> None:
    line = ["Conflict: %s", "/receipts/0123456789abcdefghjk/erase/"]
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, line[0], (line[1],), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == "Conflict: /receipts/…/erase/"
