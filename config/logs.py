"""What must not reach a log: an address that is itself a key."""

from __future__ import annotations

import logging
import re

# The token of an invitation link, the key of a pass phrase reset.
KEYS = re.compile(r"(/join/|/password/reset/key/)[^/\s]+")


class WithoutKeys(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if KEYS.search(text):
            record.msg, record.args = KEYS.sub(r"\1…", text), None
        return True
