"""Sum up past weeks of wellbeing data and delete what retention no longer keeps. For a daily timer."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from annotation.services.care_weeks import tend_wellbeing


class Command(BaseCommand):
    help = "Delete wellbeing data past their days, after summing up weeks. The scheduler does it hourly."

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        tend_wellbeing(now=timezone.now())
        self.stdout.write("Wellbeing data are in order.")
