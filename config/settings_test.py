"""Settings of the test run: a database of its own, fast hashing, work done at once."""

from __future__ import annotations

import os
import tempfile

# Before the real settings are read: tests never touch the data of an embedded run.
os.environ.setdefault("ATTUNE_DATA_DIR", tempfile.mkdtemp(prefix="attune-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")

from config.settings import *  # noqa: F403
from config.settings import CACHES, DATA_DIR, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# The live server's threads would keep their connections, and the test database could not be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and the live server need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # A Redis database for each test process: one that empties its cache must not empty another's.
    server, _, number = CACHES["default"]["LOCATION"].rpartition("/")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = f"{server}/{(int(number) + worker) % 16}"
# Tests that are about it switch it on: elsewhere it would add a query to the first look at a page.
ACCESS_LOG_DAYS = 0
# Counted by primary key, which tests share; those that try the limits set them.
API_TOKEN_PER_MINUTE = API_LOGIN_PER_MINUTE = 0
