"""Django's own sessions in the database, looked up by a statement that is written and planned once."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from annotation.kept import Kept


def _of_key(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key).order_by()


_SESSION = Kept(_of_key, key="stand-in")


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.first(key=self.session_key)
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None
