"""What an API token may be made for. A scope never gives more than the login behind the token may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    READ_STUDIES = "read:studies", _("See studies, groups and background work")
    WRITE_STUDIES = "write:studies", _("Make studies, change, open and close them, groups, consent texts")
    READ_ITEMS = "read:items", _("Read items, rubrics and plans")
    WRITE_ITEMS = "write:items", _("Add items")
    WRITE_RUBRICS = "write:rubrics", _("Upload and publish rubrics")
    WRITE_PLANS = "write:plans", _("Make, start and close stages")
    READ_PEOPLE = "read:people", _("See raters by pseudonym, invitations and reported problems")
    WRITE_PEOPLE = "write:people", _("Invite people, answer reported problems")
    READ_RATINGS = "read:ratings", _("Read ratings")
    READ_ANALYSES = "read:analyses", _("Read snapshots, analysis plans and results")
    WRITE_ANALYSES = "write:analyses", _("Write analysis plans, start analyses")
    EXPORT = "export", _("Take snapshots and exports away as files")
    ADJUDICATE = "adjudicate", _("Adjudicate in your name")
    ETHICS = "ethics", _("Read and write approvals, logs and who may take part")
    INCIDENTS = "incidents", _("Read and write the log of incidents")
    PAY = "pay", _("See hours and pay, set the rate")
    CHECKS = "checks", _("Known answers, practice, qualification and hidden checks")
    ARCHIVE = "archive", _("Take the whole study away, or bring one back")
    AUDIT = "audit", _("Read the audit trail, and who looked at what")
    WEBHOOKS = "webhooks", _("Set webhooks up")
    SIGN = "sign", _("Sign and lock data sets in your name")
    RATE = "rate", _("Rate in your name")
    ALL = "all", _("Everything that you may do, also what is added later")


def unknown_scopes(given: Iterable[str]) -> list[str]:
    return sorted(set(given) - set(Scope.values))


def includes(given: Iterable[str], needed: str) -> bool:
    """Whether a token with the scopes `given` covers `needed`.

    >>> includes(["read:items"], "read:items"), includes(["all"], "rate"), includes([], "rate")
    (True, True, False)
    """
    return not {Scope.ALL, needed}.isdisjoint(given)
