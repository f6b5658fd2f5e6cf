"""What can be asked of the broker, whichever it is: whether it answers, and how much waits in it."""

from __future__ import annotations

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

# Whoever asks waits no longer than this for a broker that is gone.
PATIENCE = 2


class NoBrokerError(Exception):
    """The broker does not answer; the message never holds its address."""


def n_waiting() -> int:
    """How many messages no worker has taken yet.

    Raises:
        NoBrokerError: the broker is not reached.
    """
    if settings.CELERY_BROKER_URL.startswith("memory://"):
        return 0
    try:
        with current_app.connection_for_read(connect_timeout=PATIENCE) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
            return _depth(connection)
    except (OperationalError, OSError) as error:
        raise NoBrokerError("The broker is not reached.") from error


def _depth(connection: object) -> int:
    channel = connection.default_channel  # type: ignore[attr-defined]
    try:
        return int(channel.queue_declare(current_app.conf.task_default_queue, passive=True).message_count)
    except connection.channel_errors:  # type: ignore[attr-defined]
        # A queue that nothing was ever put into does not exist yet.
        return 0
