"""An import step by step through the API: upload, columns, names in texts, run or give up."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse

from annotation.models import Item, ItemFactor, Study, Turn, User
from rating.tasks import imports as tasks
from tests.annotation.imports.making import workbook
from tests.api.calls import caller, error_of
from tests.api.desk import Desk

# Celery knows a task once its module is imported.
assert tasks.__name__ == "rating.tasks.imports"
SHEET = workbook(
    ["Nr", "Question", "Answer", "Topic", "remark"],
    [1, "I donâ€™t sleep", "Since when?", "sleep", "secret"],
    [2, "My name is Ann Lee, call 07700 900123", "Hello Ann", "work", ""],
)
MAPPING = {
    "Nr": "item:sheet-",
    "Question": "prompt",
    "Answer": "response",
    "Topic": "factor:topic",
    "remark": "",
}


@pytest.fixture
def desk(study: Study, coordinator: User, settings: Any, tmp_path: Any) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk(coordinator, study)


def uploaded(desk: Desk, status: int = 202, **files: bytes) -> Any:
    sent = {name: SimpleUploadedFile(f"{name}.xlsx", data) for name, data in files.items()}
    answer = desk.client.post(desk.base + "imports/files/", sent)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_workbook_is_uploaded_mapped_decided_about_and_imported(desk: Desk, study: Study) -> None:
    told = uploaded(desk, items=SHEET)
    assert (told["state"], told["needs_mapping"], told["is_checked"]) == ("staged", True, False)
    path = f"imports/{told['code']}/"
    columns = desk.ask("get", f"{path}columns/")
    assert [one["guess"] for one in columns["columns"]][1:3] == ["prompt", "response"]
    assert columns["columns"][0]["examples"] == ["1", "2"]
    look = desk.ask("post", f"{path}columns/look/", {"mapping": MAPPING})
    assert (look["items"][0]["name"], look["items"][0]["hidden"]) == ("sheet-1", {"topic": "sleep"})
    mapped = desk.ask("put", f"{path}columns/", {"mapping": MAPPING})
    assert (mapped["n_defects"], mapped["found"]["n_items"], mapped["is_decided"]) == (0, 2, False)
    assert mapped["repairs"][0]["after"] == "I don’t sleep"
    assert desk.refused("post", f"{path}run/", status=409)["code"] == "state_forbids"
    found = desk.ask("get", f"{path}identifiers/")
    assert (found["n_items"], "Ann Lee" in str(found)) == (1, False)
    kinds = dict.fromkeys(found["n_by_kind"], "mask")
    assert desk.refused("put", f"{path}identifiers/", {"kinds": {}}, status=400)
    strange = {"kinds": kinds, "items": {"sheet-9": "keep"}}
    assert desk.refused("put", f"{path}identifiers/", strange, status=400)["details"] == ["sheet-9"]
    assert desk.ask("put", f"{path}identifiers/", {"kinds": kinds})["decisions"]["kinds"] == kinds
    with TestCase.captureOnCommitCallbacks(execute=True):
        job = desk.ask("post", f"{path}run/", status=202)
    assert desk.ask("get", path)["job"]["code"] == job["code"]
    assert desk.ask("get", path)["state"] == "visible"
    names = Item.objects.filter(study=study).values_list("external_id", flat=True)
    assert sorted(names) == ["sheet-1", "sheet-2"]
    assert ItemFactor.objects.filter(item__study=study, value="sleep").exists()
    assert not Turn.objects.filter(text__contains="07700").exists()


def test_defects_are_told_with_their_lines_and_the_import_given_up(desk: Desk, study: Study) -> None:
    told = uploaded(desk, items=b"item,prompt\nA,Hello.\nA,Again.\n")
    assert told["n_defects"] == 1
    assert "3" in told["defects"][0]
    path = f"imports/{told['code']}/"
    assert desk.refused("post", f"{path}run/", status=400)["details"] == told["defects"]
    assert desk.ask("delete", path)["state"] == "abandoned"
    assert desk.ask("delete", path)["state"] == "abandoned"
    assert desk.refused("put", f"{path}columns/", {"mapping": {"item": "item"}}, status=409)
    listed = desk.client.get(reverse("api_imports", args=[study.code])).json()["results"]
    assert [one["code"] for one in listed] == [told["code"]]


def test_text_may_wait_and_wrong_choices_are_refused(desk: Desk) -> None:
    content = "item,prompt\nA,I lie awake.\n"
    waiting = desk.ask("post", "imports/", {"content": content, "waits": True}, status=202)
    assert (waiting["state"], waiting["job"]) == ("staged", None)
    path = f"imports/{waiting['code']}/"
    assert desk.refused("put", f"{path}columns/", {"mapping": {"item": "nonsense"}}, status=400)["details"]
    assert desk.refused("post", f"{path}columns/look/", {"mapping": 3}, status=400)
    assert desk.refused("put", f"{path}identifiers/", {"kinds": {"name": "burn"}}, status=400)
    assert desk.refused("post", "imports/", {"content": content, "scale": "nine"}, status=400)
    assert uploaded(desk, 400)["error"]["code"] == "invalid"
    with TestCase.captureOnCommitCallbacks(execute=True):
        desk.ask("post", f"{path}run/", status=202)
    assert desk.ask("get", path)["state"] == "visible"
    assert "prompt" in [one["name"] for one in desk.ask("get", "imports/formats/")["items"]]


def test_ratings_come_with_their_options(desk: Desk) -> None:
    ratings = b"item,rater,group,dimension,value\nA,r1,peer,warmth,4\n"
    sent = {"ratings": SimpleUploadedFile("r.csv", ratings), "scale": "1-5", "add_items": "true"}
    told = desk.client.post(desk.base + "imports/files/", sent).json()
    assert (told["n_defects"], told["found"]["n_ratings"]) == (0, 1)
    assert desk.client.post(desk.base + "imports/files/", sent | {"scale": "x"}).status_code == 400


def test_large_file_comes_in_with_a_token_and_only_with_one(desk: Desk, study: Study) -> None:
    line = b"B,%s\n" % (b"x" * 1000)
    large = b"item,prompt\n" + b"".join(line.replace(b"B", b"%d" % n) for n in range(5400))
    assert len(large) > site.DATA_UPLOAD_MAX_MEMORY_SIZE
    told = uploaded(desk, items=large)
    assert told["job"]["state"] == "queued"
    desk.client.defaults["HTTP_AUTHORIZATION"] = "Token nobody"
    refused = desk.client.post(desk.base + "imports/files/", {"items": SimpleUploadedFile("a.csv", large)})
    assert refused.status_code == 401


def test_steps_are_for_coordinators(study: Study, researcher: User, outsider: User) -> None:
    for name in ("api_import", "api_import_columns", "api_import_identifiers"):
        path = reverse(name, args=[study.code, "none"])
        assert caller(researcher).get(path).status_code == 403
        assert error_of(caller(outsider).get(path))["code"] == "not_found"
    for name in ("api_import_look", "api_import_run", "api_import_files", "api_import_formats"):
        args = [study.code, "none"] if name in {"api_import_look", "api_import_run"} else [study.code]
        method = caller(researcher).get if name == "api_import_formats" else caller(researcher).post
        assert method(reverse(name, args=args)).status_code == 403
