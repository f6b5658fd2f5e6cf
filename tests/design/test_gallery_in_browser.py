"""The gallery in Chromium under the project's content security policy: axe-core, width, dialog, menu."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.design.gallery_pages import PAGES, ROOT, render_page

pytestmark = [pytest.mark.browser, pytest.mark.looks]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SIZES = {"desktop": (1280, 900), "phone": (390, 844), "zoomed": (320, 256)}


def static_file(name: str) -> Path:
    """A file of ours, or one that comes with the htmx package."""
    ours = ROOT / "static" / name
    packaged = find_spec("django_htmx")
    assert packaged is not None
    assert packaged.origin is not None
    return ours if ours.is_file() else Path(packaged.origin).parent / "static" / name


def answer(route: Route, theme: str) -> None:
    path = urlparse(route.request.url).path
    name = path.strip("/")
    if path.startswith("/static/"):
        file = static_file(path.removeprefix("/static/"))
        route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
    elif name in PAGES:
        request = RequestFactory().get(path)
        request.COOKIES["attune_theme"] = theme
        request.user = AnonymousUser()
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
        route.fulfill(body=render_page(name, request), headers=headers)
    else:
        route.fulfill(status=204)


@pytest.fixture(scope="module")
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


def opened(
    browser: Browser, name: str, *, theme: str = "light", size: str = "desktop"
) -> tuple[Page, list[str]]:
    """The page and, as they come, the errors its console shows (a broken policy is one)."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", lambda route: answer(route, theme))
    page.goto(f"http://localhost/{name}/")
    page.wait_for_load_state("networkidle")
    return page, complaints


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_with_everything_open_finds_nothing(chromium: Browser, name: str, theme: str) -> None:
    page, complaints = opened(chromium, name, theme=theme)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [(broken["id"], broken["nodes"][0]["target"]) for broken in violations] == []
    assert complaints == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_page_at_any_width_does_not_scroll_sideways(chromium: Browser, name: str, size: str) -> None:
    page, _ = opened(chromium, name, size=size)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= SIZES[size][0]


def test_dialog_opened_by_its_link_closes_on_escape_and_gives_the_focus_back(chromium: Browser) -> None:
    page, _ = opened(chromium, "workbench")
    page.focus("a[data-key=g]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#guidelines').open")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('#guidelines').open")
    assert page.evaluate("document.activeElement.dataset.key") == "g"
    page.close()


def test_copy_button_puts_the_link_on_the_clipboard_and_says_so(chromium: Browser) -> None:
    page, _ = opened(chromium, "components")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button[data-copy]")
    page.wait_for_function("document.querySelector('[data-copy-status]').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == "https://attune.example/join/8fK2-qP7w-Zr4M"
    page.close()


def test_reply_to_rate_stays_in_sight_while_answering_on_a_desktop(chromium: Browser) -> None:
    page, _ = opened(chromium, "workbench")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    box = page.locator("#judged").bounding_box()
    page.close()
    assert box is not None
    assert 0 <= box["y"] < SIZES["desktop"][1] - 100


def test_submit_on_a_phone_is_always_in_reach(chromium: Browser) -> None:
    page, _ = opened(chromium, "workbench", size="phone")
    box = page.get_by_role("button", name="Submit and next").bounding_box()
    page.close()
    assert box is not None
    assert box["y"] + box["height"] <= SIZES["phone"][1]
