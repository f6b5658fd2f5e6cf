"""Prove that the stages of a study hold what their plans promise."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.models import Plan, Study
from annotation.queries.plan_checks import check_stage


class Command(BaseCommand):
    help = (
        "Check every stage of a study against its plan: each planned rating has a slot and none two, seats "
        "have equal loads, common items link the raters, rules can be met. Ends with 1 where not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="code of the study")
        parser.add_argument("--stage", choices=["pilot", "main"], help="this stage only")

    def handle(self, *args: Any, **options: Any) -> None:
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']}.")
        plans = Plan.objects.of_work().filter(study=study, batch__isnull=True).select_related("study")
        if options["stage"]:
            plans = plans.filter(stage=options["stage"])
        if not plans:
            raise CommandError("There is no stage to check.")
        n_errors = sum(self._check(plan) for plan in plans)
        if n_errors:
            raise CommandError(f"{n_errors} promise(s) of the plan do not hold.", returncode=1)

    def _check(self, plan: Plan) -> int:
        checked = check_stage(plan)
        name = f"{plan.get_stage_display()} ({plan.code}, {plan.design}, seed {plan.seed})"
        errors = [finding for finding in checked.findings if finding.is_error]
        for finding in checked.findings:
            if finding.is_error:
                self.stderr.write(self.style.ERROR(f"{name}: {finding.words}"))
            else:
                self.stdout.write(f"{name}: {finding.words} (to know)")
        if not errors:
            self.stdout.write(
                self.style.SUCCESS(f"{name}: {checked.n_planned:,} planned ratings, all as planned.")
            )
        return len(errors)
