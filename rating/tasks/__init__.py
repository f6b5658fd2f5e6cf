"""Background tasks: fetch by id, call a service, return. Celery finds them through this package."""

from rating.tasks import analyses, archives, exports, imports, planning, reductions, restores, watching

__all__ = ["analyses", "archives", "exports", "imports", "planning", "reductions", "restores", "watching"]
