"""Sending webhooks in the background."""

from __future__ import annotations

from celery import shared_task

from annotation.services.webhooks import SENDER, send_due


@shared_task(name=SENDER)  # type: ignore[untyped-decorator]
def send_webhooks() -> int:
    """Send what is due, until nothing is."""
    n = 0
    while tried := send_due():
        n += tried
    return n
