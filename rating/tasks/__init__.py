"""Background tasks: fetch by id, call a service, return. Celery finds them through this package."""

from rating.tasks import analyses, imports

__all__ = ["analyses", "imports"]
