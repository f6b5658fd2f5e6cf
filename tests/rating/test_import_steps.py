"""Between upload and import: what the columns are, and what happens to names and numbers in the texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotation.models import (
    AuditEvent,
    AuditPayload,
    ImportBatch,
    Item,
    ItemFactor,
    Job,
    Response,
    Study,
    Turn,
    User,
)
from rating.queries import import_columns
from rating.services import import_uploads
from tests.annotation.imports.making import jsonl, workbook
from tests.rating.importing import ITEMS, ratings_of
from tests.rating.test_imports_pages import file_of, upload

SignIn = Callable[[User], Client]
Capture = Callable[..., Any]
SHEET = workbook(
    ["Nr", "Question", "Answer", "Model", "Topic", "remark"],
    [1, "I donâ€™t sleep", "Since when?", "model-x", "sleep", "secret"],
    [2, "My name is Ann Lee, call 07700 900123", "Hello Ann", "model-y", "work", ""],
)
CHOICES = {
    "column_0": "item",
    "column_1": "prompt",
    "column_2": "response",
    "column_3": "source_name",
    "column_4": "factor",
    "column_5": "",
    "prefix_of_names": "sheet-",
}
NAMES = ["import_columns", "import_identifiers", "import_mapping"]


@pytest.fixture
def client(client_of: SignIn, coordinator: User) -> Client:
    return client_of(coordinator)


@pytest.fixture
def batch(client: Client, study: Study) -> ImportBatch:
    """A workbook whose columns nobody has explained yet."""
    answer = upload(client, study, items=file_of("night.xlsx", SHEET))
    batch = ImportBatch.objects.get(study=study)
    assert answer.headers["Location"] == address("import_columns", study, batch)
    return batch


@pytest.fixture
def checked(client: Client, study: Study, batch: ImportBatch) -> ImportBatch:
    """Its columns are chosen, and it was checked."""
    assert send(client, study, batch, "import_columns", CHOICES).status_code == 302
    batch.refresh_from_db()
    return batch


def address(name: str, study: Study, batch: ImportBatch) -> str:
    return reverse(name, args=[study.code, batch.code])


def page(client: Client, study: Study, batch: ImportBatch, name: str = "import_preview") -> str:
    answer = client.get(address(name, study, batch))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, study: Study, batch: ImportBatch, name: str, fields: dict[str, str]) -> HttpResponse:
    return client.post(address(name, study, batch), fields)  # type: ignore[return-value]


def test_columns_page_guesses_shows_examples_and_the_first_items_and_stores_nothing(
    client: Client, study: Study, batch: ImportBatch
) -> None:
    shown = page(client, study, batch, "import_columns")
    assert "Columns of night.xlsx" in shown
    assert shown.count(" selected>") == 7
    assert "I don’t sleep" in shown
    assert "Since when?" in shown
    assert "model-x" in shown
    assert not Item.objects.filter(study=study).exists()
    assert "Nobody has said yet what the columns" in page(client, study, batch)
    refused = client.post(reverse("import_run", args=[study.code, batch.code]))
    assert refused.status_code == 409


def test_columns_looked_at_only_are_shown_and_not_kept(
    client: Client, study: Study, batch: ImportBatch
) -> None:
    shown = send(client, study, batch, "import_columns", {**CHOICES, "look": "1"})
    assert "sheet-1" in shown.content.decode()
    batch.refresh_from_db()
    assert not batch.report["options"]["mapping"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column_5": "prompt"}, "Only one column can be: One text by the person"),
        ({"column_0": ""}, "Say which column names the items"),
        ({"column_1": "", "column_2": ""}, "Say which column holds the text"),
        ({"column_0": "nonsense"}, "nonsense is not one of the available choices"),
        ({"encoding": "klingon"}, "klingon is not one of the available choices"),
    ],
)
def test_columns_that_do_not_fit_are_refused_in_the_form(
    client: Client, study: Study, batch: ImportBatch, changes: dict[str, str], words: str
) -> None:
    answer = send(client, study, batch, "import_columns", CHOICES | changes)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_columns_chosen_are_kept_with_the_batch_checked_and_offered_as_a_file(
    client: Client, study: Study, checked: ImportBatch
) -> None:
    assert checked.report["is_checked"]
    shown = page(client, study, checked)
    assert "2 items new." in shown
    assert "Broken letters were mended in 1 cell." in shown
    assert "I donâ€™t sleep" in shown
    mapping = client.get(address("import_mapping", study, checked)).content
    assert json.loads(mapping) == {
        "Nr": "item:sheet-",
        "Question": "prompt",
        "Answer": "response",
        "Model": "source_name",
        "Topic": "factor:topic",
        "remark": "",
    }
    event = AuditEvent.objects.get(kind="import.mapped")
    assert AuditPayload.objects.get(event=event).data == {"n_columns": 6}


def test_columns_can_be_chosen_again_until_the_import_runs(
    client: Client, study: Study, checked: ImportBatch
) -> None:
    assert 'value="sheet-"' in page(client, study, checked, "import_columns")
    send(client, study, checked, "import_columns", {**CHOICES, "column_0": "", "names_by_text": "on"})
    checked.refresh_from_db()
    assert checked.report["sample_items"][0][0].startswith("text-")
    client.post(reverse("import_abandon", args=[study.code, checked.code]))
    assert client.get(address("import_columns", study, checked)).status_code == 409


def test_large_file_is_checked_by_a_job_each_time_its_columns_are_chosen(
    client: Client,
    study: Study,
    batch: ImportBatch,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    monkeypatch.setattr(import_uploads, "CHECK_AT_ONCE_BYTES", 10)
    for n in (1, 2):
        with django_capture_on_commit_callbacks(execute=True):
            answer = send(client, study, batch, "import_columns", CHOICES)
        jobs = Job.objects.filter(kind=import_uploads.CHECK_TASK, state=Job.State.DONE).order_by("-pk")
        assert jobs.count() == n
        assert answer.headers["Location"] == reverse("job_detail", args=[study.code, jobs[0].code])
    assert "2 items new." in page(client, study, batch)


def test_identifiers_page_covers_the_words_and_counts_them(
    client: Client, study: Study, checked: ImportBatch
) -> None:
    assert "1 item holds what may tell who somebody is: name: 2, phone: 1." in page(client, study, checked)
    shown = page(client, study, checked, "import_identifiers")
    assert "My name is [name], call [phone]" in shown
    assert "sheet-2" in shown
    for word in ("Ann Lee", "900123"):
        assert word not in shown
        assert word not in json.dumps(checked.report["findings"])


def test_import_before_a_person_has_decided_is_refused(
    client: Client, study: Study, checked: ImportBatch
) -> None:
    assert "Look, and decide what happens to it" in page(client, study, checked)
    answer = client.post(
        reverse("import_run", args=[study.code, checked.code]), headers={"accept": "text/html"}
    )
    assert answer.status_code == 409
    assert send(client, study, checked, "import_identifiers", {"kind_name": "mask"}).status_code == 400


@pytest.mark.parametrize(
    ("choices", "turn"),
    [
        ({"kind_name": "mask", "kind_phone": "mask"}, "My name is [name], call [phone]"),
        ({"kind_name": "mask", "kind_phone": "keep"}, "My name is [name], call 07700 900123"),
        ({"kind_name": "keep", "kind_phone": "keep"}, "My name is Ann Lee, call 07700 900123"),
        ({"kind_name": "mask", "kind_phone": "leave_out"}, None),
        ({"kind_name": "mask", "kind_phone": "mask", "item_0": "leave_out"}, None),
        (
            {"kind_name": "leave_out", "kind_phone": "mask", "item_0": "keep"},
            "My name is Ann Lee, call 07700 900123",
        ),
    ],
)
def test_import_does_with_the_texts_what_was_decided_and_knows_the_file_again(
    client: Client,
    study: Study,
    checked: ImportBatch,
    choices: dict[str, str],
    turn: str | None,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    send(client, study, checked, "import_identifiers", choices)
    assert "Look at what was decided" in page(client, study, checked)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_run", args=[study.code, checked.code]))
    texts = dict(
        Turn.objects.filter(conversation__study=study).values_list("conversation__external_id", "text")
    )
    assert texts["sheet-1"] == "I don’t sleep"
    assert texts.get("sheet-2") == turn
    assert Response.objects.get(item__external_id="sheet-1").source.name == "model-x"
    assert ItemFactor.objects.get(item__external_id="sheet-1").value == "sleep"
    checked.refresh_from_db()
    assert (checked.report["findings"]["items"], checked.report["repairs"]) == ([], [])
    assert not default_storage.exists(f"imports/{checked.code}/items.csv")
    upload(client, study, items=file_of("night.xlsx", SHEET))
    again = ImportBatch.objects.get(study=study, state="staged")
    send(client, study, again, "import_columns", CHOICES)
    again.refresh_from_db()
    assert again.report["defects"] == []
    assert again.report["found"]["n_items_known"] == (1 if turn is None else 2)


def test_decision_is_audited_with_counts_and_without_texts(
    client: Client, study: Study, checked: ImportBatch
) -> None:
    choices = {"kind_name": "mask", "kind_phone": "keep", "item_0": "leave_out"}
    send(client, study, checked, "import_identifiers", choices)
    event = AuditEvent.objects.get(kind="import.identifiers_decided")
    assert AuditPayload.objects.get(event=event).data == {
        "n_by_kind": {"name": 2, "phone": 1},
        "n_items": 1,
        "kinds": {"name": "mask", "phone": "keep"},
        "n_exceptions": 1,
    }


def test_identifiers_page_where_nothing_was_found_leads_back_to_the_preview(
    client: Client, study: Study
) -> None:
    upload(client, study, items=file_of("items.csv", ITEMS))
    batch = ImportBatch.objects.get(study=study)
    answer = client.get(address("import_identifiers", study, batch))
    assert answer.headers["Location"] == address("import_preview", study, batch)


def test_item_with_ratings_in_the_same_import_cannot_be_left_out(
    client: Client, study: Study, django_capture_on_commit_callbacks: Capture
) -> None:
    ratings = ratings_of([("x", "r1", "peer", "Warmth", 4)])
    upload(
        client,
        study,
        items=file_of("i.jsonl", jsonl({"item": "x", "prompt": "My name is Ann."})),
        ratings=file_of("r.csv", ratings),
    )
    batch = ImportBatch.objects.get(study=study)
    send(client, study, batch, "import_identifiers", {"kind_name": "leave_out"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_run", args=[study.code, batch.code]))
    assert "cannot be left out: x." in Job.objects.get(kind=import_uploads.IMPORT_TASK).error
    assert not Item.objects.filter(study=study).exists()


@pytest.mark.parametrize("name", NAMES)
def test_import_steps_refuse_strangers_other_roles_other_studies_and_methods(
    request: pytest.FixtureRequest,
    client: Client,
    client_of: SignIn,
    study: Study,
    checked: ImportBatch,
    name: str,
) -> None:
    url = address(name, study, checked)
    for who, status in (("outsider", 404), ("researcher", 403)):
        assert client_of(request.getfixturevalue(who)).get(url).status_code == status
    assert Client().get(url).status_code == 302
    assert client.put(url).status_code == 405
    outsider = request.getfixturevalue("outsider")
    other = Study.objects.get(members__user=outsider)
    assert client_of(outsider).get(reverse(name, args=[other.code, checked.code])).status_code == 404


@pytest.mark.parametrize("text", ["item,prompt\na,x\nb,y\n", '{"item": "a"}\n{"item": "b"}\n'])
def test_beginning_of_a_large_file_ends_with_a_line(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    data = text.encode()
    assert import_columns.beginning(data) is data
    monkeypatch.setattr(import_columns, "HEAD_BYTES", len(data) - 3)
    assert import_columns.beginning(data) == b"".join(data.splitlines(keepends=True)[:-1])


def test_beginning_of_a_file_that_has_no_line_or_no_lines_is_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_columns, "HEAD_BYTES", 4)
    assert import_columns.beginning(b"item,prompt\n") == b"item,prompt\n"
    assert import_columns.beginning(b"PAR1\n1234567") == b"PAR1\n1234567"


def test_sample_of_a_batch_covers_names_before_anybody_decides_and_after(
    client: Client, study: Study
) -> None:
    text = "item,prompt,response\nn1,My name is Anna Berg.,Write to anna.berg@example.com\n"
    upload(client, study, items=SimpleUploadedFile("night.csv", text.encode()))
    batch = ImportBatch.objects.get(study=study)
    assert batch.report["sample_items"] == [["n1", 1, "My name is [name].", "Write to [email]"]]
    shown = page(client, study, batch)
    assert "stands covered here" in shown
    assert "Anna" not in f"{shown}{batch.report}"


def test_columns_page_when_none_holds_the_text_says_so_once(client: Client, study: Study) -> None:
    text = "id,what they wrote\nn1,I lie awake.\nn2,I lie awake again.\n"
    upload(client, study, items=SimpleUploadedFile("night.csv", text.encode()))
    shown = page(client, study, ImportBatch.objects.get(study=study), "import_columns")
    assert shown.count("No column holds the conversation yet.") == 1
    assert "there is no conversation" not in shown
