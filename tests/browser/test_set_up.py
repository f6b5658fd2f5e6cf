"""A coordinator sets up and opens a three-group study from a CSV file, in Chromium, by visible labels."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

# Known by name, so that what the page queues is run at once.
import rating.tasks.imports  # noqa: F401
from annotation.models import Group, Invitation, Item, Slot, Study, User
from tests.browser.conftest import Visitor, assert_fits, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]
MOST_SCREENS, MOST_FIELDS = 12, 40


def small_file() -> FilePayload:
    """Six items under names of their own, one of which nobody can guess."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", "what they wrote", "reply", "topic"])
    for number in range(6):
        topic = "sleep" if number % 2 else "work"
        writer.writerow(
            [
                f"n{number}",
                f"I lie awake again, night {number}.",
                f"{number} nights: that sounds tiring.",
                topic,
            ]
        )
    return {"name": "night line.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode()}


class Walk:
    """Counts what a person has to do. A screen is every page that is shown; a field is whatever is filled,
    ticked or chosen. Controls are found by what stands beside them, as a reader finds them."""

    def __init__(self, page: Page) -> None:
        self.page, self.screens, self.n_fields = page, ["start page"], 0
        self._look()

    def _look(self) -> None:
        assert violations(self.page) == []
        assert_fits(self.page)

    def field(self, label: str) -> Locator:
        self.n_fields += 1
        return self.page.get_by_label(label, exact=True)

    def press(self, words: str, *, leads_to: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=words, exact=True).click()  # type: ignore[arg-type]
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(leads_to)
        self.screens.append(leads_to)
        self._look()


def begin(walk: Walk) -> None:
    walk.press("New study", role="link", leads_to="New study")
    walk.field("Title").fill("Night line")
    walk.field("What it is for (optional)").fill("How replies at night read to three groups.")
    for group in ("Peer supporters", "Clinicians", "Patients"):
        walk.field(group).check()
    walk.press("Make the study", leads_to="The rubric")
    walk.field("Core: authenticity, empathy, safety").check()
    walk.press("Use it as it is and go on", leads_to="The items")


def bring_items(walk: Walk) -> None:
    walk.field("Items (CSV, JSONL, JSON, Excel or Parquet)").set_input_files(small_file())
    walk.press("Check the file", leads_to="What the columns are")
    walk.field("what they wrote").select_option("One text by the person who seeks support")
    walk.press("Check the file so", leads_to="What was found")
    walk.press("Import and go on with the set-up", leads_to="The plan")


def care(walk: Walk) -> None:
    walk.field("Support: whom raters can turn to").fill("Ask Sam, weekdays, at the desk by the door.")
    walk.field("Safeguarding lead").fill("Sia Guard")
    walk.field("Hours").fill("weekdays, 9 to 17")
    walk.field("How to reach them").fill("Room 4")
    walk.field("How soon they answer").fill("within four hours")
    walk.press("Save and go on", leads_to="Invite raters")


def test_three_groups_from_a_file_to_an_open_study_within_twelve_screens_and_forty_fields(
    visitor: Arrive, owner: User
) -> None:
    walk = Walk(visitor(owner).page("/"))
    begin(walk)
    bring_items(walk)
    walk.press("Make this stage, start it and go on", leads_to="Write the consent text")
    walk.press("Publish this text", leads_to="Care and safeguarding")
    care(walk)
    for group in ("Peer supporters", "Clinicians", "Patients"):
        walk.field(f"{group}: how many people (optional)").fill("3")
    walk.press("Make the links and go on", leads_to="Check and open")
    assert walk.page.get_by_role("group", name="Invitation link").count() == 3
    walk.press("Open the study", leads_to="Night line")
    study = Study.objects.get()
    assert study.state == Study.State.OPEN
    assert Group.objects.filter(study=study).exclude(words="").count() == 3
    assert (Item.objects.count(), Invitation.objects.count(), Slot.objects.count()) == (6, 3, 36)
    assert len(walk.screens) <= MOST_SCREENS, walk.screens
    assert walk.n_fields <= MOST_FIELDS
