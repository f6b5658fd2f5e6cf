from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from annotation.models.base import new_code


def demo_pass_phrase() -> str:
    """The pass phrase of all demo logins, drawn once for each data folder: a published one opens no demo."""
    path = Path(settings.DATA_DIR) / "demo_pass_phrase"
    if not path.exists():
        code = new_code()
        path.touch(mode=0o600)
        path.write_text("-".join([code[:4], code[4:8], code[8:]]))
    return path.read_text().strip()


class Command(BaseCommand):
    help = "Load the invented demo studies and queue the report; a second load changes nothing."

    def handle(self, *args: object, verbosity: int, **options: object) -> None:
        # With it come pandas and the planted model: who asks for the pass phrase alone does not need them.
        from rating.services.demo_study import load_demo_study, start_demo_report

        del args, options
        study = load_demo_study(pass_phrase=demo_pass_phrase())
        start_demo_report(study)
        if verbosity:
            self.stdout.write(f"The demo study is loaded: {study.title}")
            self.stdout.write(f"Pass phrase of all its logins: {demo_pass_phrase()}")
