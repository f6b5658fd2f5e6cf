"""Chromium against a live server: contexts by size, sign-in by session cookie, console errors, axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from annotation.models import User
from tests.conftest import absent

# Ceilings for a machine that is busy: nothing waits longer than it has to.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "narrow": (320, 640)}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser per test file: only one of Playwright's drivers can run in a thread at a time."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        absent("Chromium is not installed")
    # Playwright's driver runs an event loop in this thread, which Django's guard takes for async code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """Somebody with a browser of their own. `allowed`: parts of console errors a test provokes."""

    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def page(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", lambda line: self._note(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.goto(self.url + path)
        return page

    def _note(self, text: str) -> None:
        if not any(part in text for part in self.allowed):
            self.complaints.append(text)


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visitor]]:
    """visitor(user, size="phone", theme="dark", **context options) -> Visitor, signed in.

    Fails at the end when a console showed an error, a broken content security policy among them.
    """
    visitors: list[Visitor] = []

    def arrive(user: User, *, size: str = "desktop", theme: str = "light", **options: Any) -> Visitor:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=size != "desktop", **options
        )
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.SESSION_COOKIE_NAME: session, "attune_theme": theme}
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        context.set_default_timeout(PATIENCE_MS)
        visitors.append(Visitor(context, live_server.url))
        return visitors[-1]

    yield arrive
    for one in visitors:
        one.context.close()
    assert [text for one in visitors for text in one.complaints] == []


def violations(page: Page) -> list[tuple[str, Any]]:
    """What axe finds wrong with the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [(broken["id"], broken["nodes"][0]["target"]) for broken in found]


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
