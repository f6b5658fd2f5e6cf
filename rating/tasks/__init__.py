"""Background tasks: fetch by id, call a service, return. Celery finds them through this package."""

from rating.tasks import (
    alerts,
    analyses,
    archives,
    exports,
    imports,
    planning,
    reductions,
    restores,
    watching,
)

__all__ = [
    "alerts",
    "analyses",
    "archives",
    "exports",
    "imports",
    "planning",
    "reductions",
    "restores",
    "watching",
]
