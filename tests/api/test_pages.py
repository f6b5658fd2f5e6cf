"""Pages of long lists: they go on without being counted to their end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from annotation.models import Item, User
from api import pagination


def test_list_shorter_than_the_bound_tells_its_length(
    items: list[Item], client_of: Callable[[User], Client], owner: User
) -> None:
    address = f"/api/v1/studies/{items[0].study.code}/items/"
    body = client_of(owner).get(address, {"page_size": 3}).json()
    assert (body["count"], len(body["results"])) == (len(items), 3)
    assert client_of(owner).get(body["next"]).json()["next"] is None


def test_list_longer_than_the_bound_goes_on_without_its_length(
    items: list[Item], client_of: Callable[[User], Client], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "COUNTED", 2)
    address = f"/api/v1/studies/{items[0].study.code}/items/"
    body = client_of(owner).get(address, {"page_size": 3}).json()
    assert body["count"] is None
    rest = client_of(owner).get(body["next"]).json()
    assert [one["code"] for one in body["results"] + rest["results"]] == [item.code for item in items]
    assert rest["previous"] is not None


@pytest.mark.parametrize("page", ["0", "-1", "nothing", "2", "99999999999999999999"])
def test_page_that_is_not_there_is_not_found(
    items: list[Item], client_of: Callable[[User], Client], owner: User, page: str
) -> None:
    address = f"/api/v1/studies/{items[0].study.code}/items/"
    assert client_of(owner).get(address, {"page": page}).status_code == 404
