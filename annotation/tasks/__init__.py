"""Background tasks: fetch by id, call a service, return. Celery finds them through this package."""

from annotation.tasks import alerts, joining, webhooks

__all__ = ["alerts", "joining", "webhooks"]
