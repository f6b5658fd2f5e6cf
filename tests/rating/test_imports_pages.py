"""Import through the browser: upload, preview, import, give up; and what is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotation.imports.checks.columns import ITEM_COLUMNS, RATING_COLUMNS
from annotation.models import ImportBatch, Item, Job, Rater, Study, User
from rating.models import Rating
from rating.services import import_uploads
from rating.tasks.imports import check_import, run_import
from tests.rating.importing import ITEMS, RATINGS

SignIn = Callable[[User], Client]
Capture = Callable[..., Any]
NAMES = [
    "study_import",
    "import_formats",
    "import_preview",
    "import_run",
    "import_abandon",
    "import_template",
]


def file_of(name: str, text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, content_type="text/csv")


def upload(client: Client, study: Study, **fields: Any) -> HttpResponse:
    body = {"scale": "1-5", "add_groups": "on", "judge_groups": "llm"} | fields
    return client.post(reverse("study_import", args=[study.code]), body)  # type: ignore[return-value]


def both_files() -> dict[str, SimpleUploadedFile]:
    return {"items": file_of("my items.csv", ITEMS), "ratings": file_of("mine.csv", RATINGS)}


@pytest.fixture
def client(client_of: SignIn, coordinator: User) -> Client:
    return client_of(coordinator)


@pytest.fixture
def batch(client: Client, study: Study) -> ImportBatch:
    """Uploaded and checked, not imported."""
    assert upload(client, study, **both_files()).status_code == 302
    return ImportBatch.objects.get(study=study)


def address(name: str, study: Study, batch: ImportBatch) -> str:
    rest = {"import_template": ["items.csv"], "study_import": [], "import_formats": []}.get(
        name, [batch.code]
    )
    return reverse(name, args=[study.code, *rest])


def preview(client: Client, study: Study, batch: ImportBatch) -> str:
    page = client.get(reverse("import_preview", args=[study.code, batch.code]))
    assert page.status_code == 200
    return page.content.decode()


def test_import_page_for_coordinator_offers_form_templates_and_formats(client: Client, study: Study) -> None:
    page = client.get(reverse("study_import", args=[study.code])).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert reverse("import_template", args=[study.code, "items.csv"]) in page
    assert reverse("import_formats", args=[study.code]) in page


def test_upload_of_sound_files_leads_to_a_preview_that_stores_nothing(
    client: Client, study: Study, batch: ImportBatch
) -> None:
    page = preview(client, study, batch)
    assert "The files are sound. Nothing has been stored yet." in page
    assert "2 items new." in page
    assert "4 ratings with 6 answers to 2 questions." in page
    assert "1 of them do not occur word for word" in page
    assert "my items.csv, mine.csv" in page
    assert "It is." in page
    assert "Ann Smith" not in page
    assert not Item.objects.filter(study=study).exists()
    assert not Rater.objects.filter(study=study).exists()


def test_import_after_preview_brings_the_rows_in_and_forgets_the_files(
    client: Client, study: Study, batch: ImportBatch, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("import_run", args=[study.code, batch.code]))
    job = Job.objects.get(kind=run_import.name)
    assert answer.headers["Location"] == reverse("job_detail", args=[study.code, job.code])
    assert job.state == Job.State.DONE
    assert job.result["url"] == reverse("import_preview", args=[study.code, batch.code])
    assert Item.objects.visible().filter(study=study).count() == 2
    assert Rating.objects.count() == 4
    assert not default_storage.exists(f"imports/{batch.code}/ratings.csv")
    assert "1 of them do not occur word for word" in preview(client, study, batch)


def test_import_pressed_twice_runs_once(
    client: Client, study: Study, batch: ImportBatch, django_capture_on_commit_callbacks: Capture
) -> None:
    url = reverse("import_run", args=[study.code, batch.code])
    with django_capture_on_commit_callbacks(execute=True):
        first, second = client.post(url), client.post(url)
    assert first.headers["Location"] == second.headers["Location"]
    assert client.post(url, headers={"accept": "text/html"}).status_code == 409
    assert Rating.objects.count() == 4


def test_upload_with_defects_lists_them_with_lines_and_offers_no_import(client: Client, study: Study) -> None:
    broken = RATINGS + "one,Bob,peer,Trust,9,,,,\nthree,Bob,peer,Trust,4,,,,\n"
    upload(client, study, items=file_of("i.csv", ITEMS), ratings=file_of("r.csv", broken))
    batch = ImportBatch.objects.get(study=study)
    page = preview(client, study, batch)
    assert "2 things to mend. Nothing has been stored." in page
    assert "If the values outside the scale are meant" in page
    assert "ratings.csv, line 8: the value 9 is not on the scale 1–5 of Trust." in page
    assert "ratings.csv, line 9: “three” in “item” is not known" in page
    assert reverse("import_run", args=[study.code, batch.code]) not in page
    assert client.post(reverse("import_run", args=[study.code, batch.code])).status_code == 400
    assert not Item.objects.filter(study=study).exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"\x00\x01\x02", b"a;b\n1;2\n", b"\xe9\n", b'"' * 99]
)
def test_upload_of_what_is_no_csv_says_so_without_a_traceback(
    client: Client, study: Study, content: bytes
) -> None:
    assert upload(client, study, items=file_of("photo.csv", content)).status_code == 302
    assert "to mend. Nothing has been stored." in preview(client, study, ImportBatch.objects.get(study=study))


def test_upload_without_a_file_is_refused_in_the_form(client: Client, study: Study) -> None:
    page = upload(client, study)
    assert page.status_code == 400
    assert "Choose a file with items, a file with ratings, or both." in page.content.decode()
    assert not ImportBatch.objects.exists()


def test_upload_with_defects_speaks_of_values_off_the_scale_only_where_there_are_any(
    client: Client, study: Study
) -> None:
    upload(client, study, items=file_of("i.csv", ""), ratings=file_of("r.csv", RATINGS))
    page = preview(client, study, ImportBatch.objects.get(study=study))
    assert "the file is empty" in page
    assert "Mend the file and upload it again." in page
    assert "If the values outside the scale are meant" not in page


def test_upload_with_a_scale_that_is_none_is_refused_in_the_form(client: Client, study: Study) -> None:
    page = upload(client, study, scale="five", **both_files())
    assert page.status_code == 400
    assert "“five” is not a scale" in page.content.decode()


def test_upload_of_too_large_a_file_is_refused(client: Client, study: Study, settings: Any) -> None:
    settings.MAX_IMPORT_BYTES = 100
    page = upload(client, study, **both_files())
    assert page.status_code == 400
    assert "at most 100 are accepted" in page.content.decode()
    assert not ImportBatch.objects.exists()


def test_upload_of_large_files_is_checked_by_a_job(
    client: Client,
    study: Study,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    monkeypatch.setattr(import_uploads, "CHECK_AT_ONCE_BYTES", 10)
    with django_capture_on_commit_callbacks() as waiting:
        answer = upload(client, study, **both_files())
    batch, job = ImportBatch.objects.get(study=study), Job.objects.get(kind=check_import.name)
    assert answer.headers["Location"] == reverse("job_detail", args=[study.code, job.code])
    assert "See how far it is" in preview(client, study, batch)
    refused = client.post(reverse("import_run", args=[study.code, batch.code]))
    assert refused.status_code == 409
    for callback in waiting:
        callback()
    assert "The files are sound." in preview(client, study, batch)


def test_import_that_fails_in_the_worker_can_be_tried_again(
    client: Client,
    study: Study,
    batch: ImportBatch,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    url = reverse("import_run", args=[study.code, batch.code])
    other = ImportBatch.objects.create(
        study=study, kind="study", report={"writing_at": "2999-01-01T00:00:00+00:00"}
    )
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert Job.objects.get(kind=run_import.name).state == Job.State.FAILED
    assert not Item.objects.filter(study=study).exists()
    other.delete()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert Job.objects.filter(kind=run_import.name, state=Job.State.DONE).count() == 1
    assert Item.objects.visible().filter(study=study).count() == 2


def test_abandon_gives_the_import_up_and_forgets_files_and_defects(
    client: Client, study: Study, batch: ImportBatch
) -> None:
    answer = client.post(reverse("import_abandon", args=[study.code, batch.code]), follow=True)
    assert "The import was given up." in answer.content.decode()
    batch.refresh_from_db()
    assert (batch.state, batch.report["sample_ratings"]) == ("abandoned", [])
    assert not default_storage.exists(f"imports/{batch.code}/items.csv")
    assert client.post(reverse("import_run", args=[study.code, batch.code])).status_code == 409
    assert "Given up" in client.get(reverse("study_import", args=[study.code])).content.decode()


def test_upload_of_what_is_there_already_says_so_and_offers_no_import(
    client: Client, study: Study, batch: ImportBatch, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_run", args=[study.code, batch.code]))
    upload(client, study, **both_files())
    again = ImportBatch.objects.get(study=study, state="staged")
    assert "there is nothing to import" in preview(client, study, again)
    assert client.post(reverse("import_run", args=[study.code, again.code])).status_code == 409


@pytest.mark.shared
def test_upload_of_lend_an_ear_recognises_it_and_brings_all_of_it_in(
    client: Client, study: Study, shared_dir: Path, django_capture_on_commit_callbacks: Capture
) -> None:
    folder = shared_dir / "data" / "lend_an_ear"
    files = {
        name: file_of(f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in ("items", "ratings")
    }
    client.post(reverse("study_import", args=[study.code]), files)
    batch = ImportBatch.objects.get(study=study)
    page = preview(client, study, batch)
    assert "50 items new." in page
    assert "1,071 quoted passages. 235 of them do not occur" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_run", args=[study.code, batch.code]))
    assert Rating.objects.count() == 496
    assert dict(study.groups.values_list("key", "kind"))["llm"] == "judge"


@pytest.mark.parametrize(("name", "columns"), [("items.csv", ITEM_COLUMNS), ("ratings.csv", RATING_COLUMNS)])
def test_template_names_every_column(client: Client, study: Study, name: str, columns: Any) -> None:
    answer = client.get(reverse("import_template", args=[study.code, name]))
    header, example = csv.reader(io.StringIO(answer.content.decode()))
    assert header == [column.name for column in columns]
    assert len(example) == len(header)


def test_templates_filled_with_their_examples_are_sound(client: Client, study: Study) -> None:
    files = {
        name: file_of(
            f"{name}.csv", client.get(reverse("import_template", args=[study.code, f"{name}.csv"])).content
        )
        for name in ("items", "ratings")
    }
    upload(client, study, **files)
    assert "The files are sound." in preview(client, study, ImportBatch.objects.get(study=study))


def test_template_that_does_not_exist_is_not_found(client: Client, study: Study) -> None:
    assert client.get(reverse("import_template", args=[study.code, "people.csv"])).status_code == 404


def test_formats_page_explains_every_column(client: Client, study: Study) -> None:
    page = client.get(reverse("import_formats", args=[study.code])).content.decode()
    assert all(f"<code>{column.name}</code>" in page for column in (*ITEM_COLUMNS, *RATING_COLUMNS))


@pytest.mark.parametrize("name", NAMES)
def test_import_pages_refuse_strangers_and_other_roles(
    request: pytest.FixtureRequest, client_of: SignIn, study: Study, batch: ImportBatch, name: str
) -> None:
    url = address(name, study, batch)
    method = "post" if name in {"import_run", "import_abandon"} else "get"
    for who, status in (("outsider", 404), ("researcher", 403)):
        assert getattr(client_of(request.getfixturevalue(who)), method)(url).status_code == status
    assert getattr(Client(), method)(url).status_code == 302


@pytest.mark.parametrize("name", ["import_preview", "import_run", "import_abandon"])
def test_import_of_another_study_is_not_found(
    client_of: SignIn, study: Study, batch: ImportBatch, outsider: User, name: str
) -> None:
    other = Study.objects.get(members__user=outsider)
    url = reverse(name, args=[other.code, batch.code])
    answer = client_of(outsider).get(url) if name == "import_preview" else client_of(outsider).post(url)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_import_pages_with_the_wrong_method_are_refused(
    client: Client, study: Study, batch: ImportBatch, name: str
) -> None:
    url = address(name, study, batch)
    is_post_only = name in {"import_run", "import_abandon"}
    answer = client.get(url) if is_post_only else client.put(url)
    assert answer.status_code == 405
