"""The page of the API's document in Chromium, under the site's own Content-Security-Policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from annotation.models import Study, User

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    # Playwright's driver runs an event loop in this thread, which Django's guard takes for async code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def signed_in_page(browser: Browser, server: LiveServer, user: User) -> tuple[Page, list[str]]:
    """A page with the user's session, and the errors its console shows as they come."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def test_docs_page_opens_and_tries_an_operation_without_breaking_the_policy(
    chromium: Browser, live_server: LiveServer, study: Study, owner: User
) -> None:
    page, complaints = signed_in_page(chromium, live_server, owner)
    response = page.goto(live_server.url + reverse("api_docs"))
    assert response is not None
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]
    operation = page.locator("[id$=-studies_list]")
    operation.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text("Night line")
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_docs_page_has_nothing_axe_objects_to(
    chromium: Browser, live_server: LiveServer, study: Study, owner: User, scheme: Literal["light", "dark"]
) -> None:
    page, _ = signed_in_page(chromium, live_server, owner)
    page.emulate_media(color_scheme=scheme)
    page.goto(live_server.url + reverse("api_docs"))
    operation = page.locator("[id$=-studies_list]")
    operation.click()
    operation.get_by_role("button", name="Try it out").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
