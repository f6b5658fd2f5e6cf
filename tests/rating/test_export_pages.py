"""Downloads through HTTP: who may, what comes, what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from annotation.models import Plan, Rater, Study, User
from annotation.services import studies
from rating.models import Rating
from rating.services.exports import FILES
from tests.conftest import user_of
from tests.rating.exporting import rate_everything

SignIn = Callable[[User], Client]
NAMES = [*(file.name for file in FILES), "all.zip"]


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


@pytest.fixture(params=["study_exports", "export_codebook", "export_download"])
def url(request: pytest.FixtureRequest, study: Study) -> str:
    if request.param == "export_download":
        return reverse("export_download", args=[study.code, "ratings-long.csv"])
    return reverse(request.param, args=[study.code])


@pytest.mark.parametrize("who", ["owner", "coordinator", "researcher"])
def test_exports_page_for_the_team_offers_every_file(
    request: pytest.FixtureRequest, client_of: SignIn, study: Study, ratings: list[Rating], who: str
) -> None:
    client = client_of(request.getfixturevalue(who))
    page = client.get(reverse("study_exports", args=[study.code]))
    assert page.status_code == 200
    for name in NAMES:
        link = reverse("export_download", args=[study.code, name])
        assert f"{link}?stage=main&amp;revisions=current" in page.content.decode()
    assert "Main (3 ratings)" in page.content.decode()
    assert "Pilot (1 ratings)" not in page.content.decode()
    assert "Pilot (1 rating)" in page.content.decode()


def test_exports_page_when_a_stage_is_chosen_links_to_its_files(
    client_of: SignIn, study: Study, owner: User, ratings: list[Rating]
) -> None:
    chosen = {"stage": "pilot", "revisions": "all"}
    page = client_of(owner).get(reverse("study_exports", args=[study.code]), chosen)
    assert "all.zip?stage=pilot&amp;revisions=all" in page.content.decode()
    assert "Files of the pilot stage" in page.content.decode()


def test_exports_page_when_only_a_pilot_was_rated_links_to_its_files(
    client_of: SignIn, study: Study, owner: User, ratings: list[Rating]
) -> None:
    Plan.objects.filter(study=study).update(stage="pilot")
    page = client_of(owner).get(reverse("study_exports", args=[study.code]))
    assert "all.zip?stage=pilot&amp;revisions=current" in page.content.decode()


def test_exports_page_when_nothing_is_planned_says_so(client_of: SignIn, study: Study, owner: User) -> None:
    page = client_of(owner).get(reverse("study_exports", args=[study.code]))
    assert "no ratings yet" in page.content.decode()


def test_codebook_page_shows_questions_and_columns(
    client_of: SignIn, study: Study, researcher: User, ratings: list[Rating]
) -> None:
    page = client_of(researcher).get(reverse("export_codebook", args=[study.code])).content.decode()
    assert "empathy_warmth__response_1__missing" in page
    assert "could go to anyone" in page


@pytest.mark.parametrize("name", NAMES)
def test_download_is_streamed_under_a_name_that_says_study_and_stage(
    client_of: SignIn, study: Study, researcher: User, ratings: list[Rating], name: str
) -> None:
    response: Any = client_of(researcher).get(reverse("export_download", args=[study.code, name]))
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Disposition"] == f'attachment; filename="attune-{study.code}-main-{name}"'
    assert response["Cache-Control"] == "private, no-store"
    assert response.getvalue()


def test_download_of_everything_is_a_zip(
    client_of: SignIn, study: Study, coordinator: User, ratings: list[Rating]
) -> None:
    response: Any = client_of(coordinator).get(reverse("export_download", args=[study.code, "all.zip"]))
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert "ratings-wide.csv" in archive.namelist()


def test_exports_when_posted_are_refused(client_of: SignIn, owner: User, url: str) -> None:
    assert client_of(owner).post(url).status_code == 405


def test_exports_when_signed_out_ask_to_sign_in(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_exports_of_another_study_are_not_found(client_of: SignIn, outsider: User, url: str) -> None:
    assert client_of(outsider).get(url).status_code == 404


def test_exports_for_a_rater_are_forbidden(client_of: SignIn, rater: Rater, url: str) -> None:
    assert client_of(user_of(rater)).get(url).status_code == 403


def test_exports_of_a_study_that_does_not_exist_are_not_found(client_of: SignIn, owner: User) -> None:
    assert client_of(owner).get(reverse("study_exports", args=["nothing"])).status_code == 404


def test_download_of_an_unknown_file_is_not_found(client_of: SignIn, study: Study, owner: User) -> None:
    url = reverse("export_download", args=[study.code, "passwords.csv"])
    assert client_of(owner).get(url).status_code == 404


@pytest.mark.parametrize("query", [{"stage": "dress rehearsal"}, {"revisions": "none"}])
def test_exports_with_a_wrong_choice_are_refused_in_words(
    client_of: SignIn, owner: User, url: str, query: dict[str, str]
) -> None:
    response = client_of(owner).get(url, query)
    assert response.status_code == 400
    assert "Choose one of the stages" in response.content.decode()


def test_downloads_of_a_closed_study_still_work(
    client_of: SignIn, study: Study, owner: User, ratings: list[Rating], url: str
) -> None:
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    assert client_of(owner).get(url).status_code == 200


def test_export_ratings_command_writes_the_files(
    plan: Plan, ratings: list[Rating], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    call_command("export_ratings", plan.study.code, "--out", str(folder), "--all-revisions")
    assert {path.name for path in folder.iterdir()} == {
        *(file.name for file in FILES), "README.txt", "SHA256SUMS.txt",
    }  # fmt: skip
    assert len((folder / "ratings-wide.csv").read_text().splitlines()) == 5


@pytest.mark.django_db
def test_export_ratings_command_without_such_a_study_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no study nowhere"):
        call_command("export_ratings", "nowhere", "--out", str(tmp_path))


def test_export_ratings_command_when_the_folder_is_a_file_says_so(study: Study, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(CommandError, match="Could not write"):
        call_command("export_ratings", study.code, "--out", str(tmp_path / "taken"))
