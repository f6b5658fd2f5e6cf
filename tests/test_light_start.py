"""What a process loads before anybody asks for a number."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

STARTED = """
import sys
from config.wsgi import application
from config.celery import app
from django.urls import get_resolver
get_resolver().url_patterns
app.loader.import_default_modules()
heavy = {"scipy", "pandas", "pyarrow", "altair", "vl_convert", "typst", "openpyxl", "pyreadstat"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_pages_and_tasks_are_there_without_the_libraries_of_statistics_and_files() -> None:
    done = subprocess.run(  # noqa: S603 (our own words)
        [sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
