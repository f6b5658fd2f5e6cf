"""What must not reach a log: an address that is itself a key."""

from __future__ import annotations

import logging
import re

# The token of an invitation link or an application, the key of a pass phrase reset, the code of a receipt.
KEYS = re.compile(r"(/join/|/applications/|/password/reset/key/|/receipts/)[^/\s]+")


class WithoutKeys(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if KEYS.search(text):
            record.msg, record.args = KEYS.sub(r"\1…", text), None
        return True
