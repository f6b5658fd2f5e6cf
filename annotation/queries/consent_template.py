"""A consent text to begin from, with what the study says of itself. In English, and the study's to change."""

from __future__ import annotations

from annotation.models import Study
from annotation.queries.care import care_of

PART = (
    "## What taking part means\n\nYou read conversations about mental health and rate the replies in them. "
    "There are no right or wrong answers: we ask for your own view, and you may differ from everybody else."
)
HARD = (
    "## What may be hard\n\nSome texts tell of distress, of self-harm or of suicide. You can skip any item "
    "without giving a reason, take a break at any time, and choose topics that you do not want to read. At "
    "the foot of every page stands whom you can turn to."
)
FREE = (
    "## You decide\n\nTaking part is voluntary. You can stop at any time, without a reason and without "
    "disadvantage."
)
STORED = (
    "## What is stored\n\nYour ratings and comments, when they were given and how long they took are stored "
    "under a pseudonym. Other raters do not see who gave them. How you say you are, breaks and reasons for "
    "skipping are deleted after {days} days."
)


def consent_template(study: Study) -> str:
    """True as it stands, whatever the study has filled in; a study adds what its board asks for."""
    purpose, contact = study.purpose.strip(), study.contact.strip()
    parts = [
        f"## What this study is about\n\n{purpose}" if purpose else "",
        PART,
        HARD,
        FREE,
        STORED.format(days=care_of(study).retention_days),
        f"## Whom to ask\n\n{contact}" if contact else "",
    ]
    return "\n\n".join(part for part in parts if part)
