"""Shoot every page as every role sees it: light and dark, 1280 and 390 px wide, into screenshots/.

`python -m tests.screenshots` starts the demo in a scratch folder, signs in as each role, follows every
link of ours once per kind of page, and prints what it shot. Ends with 1 when a page's console shows an
error (a broken content security policy is one), a page scrolls sideways, or a page cannot be reached.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag, urlparse

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running import ROOT, environment, run_attune

FOLDER = ROOT / "screenshots"
SIZES = {1280: 900, 390: 844}
THEMES = ("light", "dark")
ROLES = ("", "owner", "coordinator", "researcher", "peer1", "guest")
# Left out: it would sign the role out.
SKIPPED = {"account_logout"}


@dataclass
class Album:
    """What was shot, and what was wrong with it."""

    shots: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Visitor:
    """One role with a browser of its own; `name` is empty for somebody without a login."""

    name: str
    url: str
    context: BrowserContext
    album: Album

    @property
    def label(self) -> str:
        return self.name or "anybody"

    def page(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda line: self._complain(page, line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self._complain(page, str(error)))
        return page

    def _complain(self, page: Page, text: str) -> None:
        self.album.faults.append(f"{self.label} {urlparse(page.url).path}: {text}")

    def sign_in(self, pass_phrase: str) -> None:
        page = self.page()
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login]", self.name)
        page.fill("input[name=password]", pass_phrase)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        page.close()

    def walk(self, page: Page, start: str) -> None:
        """Shoot the first page of each kind that links lead to from `start`, and `start` itself."""
        seen: set[str] = set()
        waiting = deque([start])
        while waiting:
            path = waiting.popleft()
            kind = kind_of(path)
            if kind is None or kind in seen or kind in SKIPPED:
                continue
            seen.add(kind)
            if self._is_page(path):
                self.shoot(page, path, kind)
                waiting.extend(links_of(page, self.url))

    def _is_page(self, path: str) -> bool:
        """Whether an address is an HTML page (not a download) and in order."""
        response = self.context.request.get(self.url + path)
        if response.status >= 400:
            self.album.faults.append(f"{self.label} {path}: status {response.status}")
            return False
        return "text/html" in response.headers.get("content-type", "")

    def shoot(self, page: Page, path: str, kind: str) -> None:
        for theme in THEMES:
            self.context.add_cookies([{"name": "attune_theme", "value": theme, "url": self.url}])
            page.goto(self.url + path)
            for width, height in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                self._keep(page, path, f"{kind}--{theme}-{width}.png")

    def _keep(self, page: Page, path: str, name: str) -> None:
        file = FOLDER / self.label / name
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.album.faults.append(f"{self.label} {path}: scrolls sideways by {wide} px in {name}")
        self.album.shots.append((self.label, path, str(file.relative_to(ROOT))))


def kind_of(path: str) -> str | None:
    """The name of the route behind an address; None when it is not one of ours."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(path.split("?", maxsplit=1)[0]).url_name
    except Resolver404:
        return None


def links_of(page: Page, url: str) -> list[str]:
    addresses = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    ours = (urldefrag(address)[0] for address in addresses if address.startswith(url + "/"))
    return [address.removeprefix(url) for address in ours]


def rate_as_guest(visitor: Visitor, page: Page) -> None:
    """What a new rater sees: consent, the first item, then their own list; each is behind a form."""
    from django.urls import reverse

    page.goto(visitor.url)
    study = next(path for path in links_of(page, visitor.url) if path.startswith("/studies/"))
    code = study.split("/")[2]
    rating = reverse("rate_home", args=[code])
    page.goto(visitor.url + reverse("rate_consent", args=[code]))
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    page.locator("main form button[type=submit]").first.click()
    page.goto(visitor.url + rating)
    page.locator(f"form[action='{reverse('rate_claim', args=[code])}'] button").first.click()
    page.wait_for_load_state("networkidle")
    visitor.walk(page, urlparse(page.url).path)


@contextmanager
def visitors(browser: Browser, url: str, pass_phrase: str, album: Album) -> Iterator[list[Visitor]]:
    made = [Visitor(name, url, browser.new_context(), album) for name in ROLES]
    for visitor in made:
        if visitor.name:
            visitor.sign_in(pass_phrase)
    yield made
    for visitor in made:
        visitor.context.close()


def shoot_all(url: str, pass_phrase: str) -> Album:
    album = Album()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        with visitors(browser, url, pass_phrase, album) as everybody:
            for visitor in everybody:
                page = visitor.page()
                visitor.walk(page, "/" if visitor.name else "/accounts/login/")
                if visitor.name == "guest":
                    rate_as_guest(visitor, page)
                say(f"{visitor.label}: {sum(shot[0] == visitor.label for shot in album.shots)} pictures")
        browser.close()
    return album


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="attune-screenshots-") as scratch:
        os.environ["ATTUNE_DATA_DIR"] = scratch
        django.setup()
        say("==> Starting the demo in a scratch folder")
        with run_attune("--demo", env=environment(Path(scratch)), seconds=3600) as running:
            running.read_until("The report is ready")
            pass_phrase = (Path(scratch) / "demo" / "demo_pass_phrase").read_text().strip()
            album = shoot_all(running.url, pass_phrase)
            running.interrupt()
    for shot in album.shots:
        say("{:12} {:60} {}".format(*shot))
    for fault in sorted(set(album.faults)):
        say(f"FAULT {fault}")
    say(f"{len(album.shots)} pictures in {FOLDER.name}/, {len(set(album.faults))} faults")
    return 1 if album.faults else 0


if __name__ == "__main__":
    sys.exit(main())
