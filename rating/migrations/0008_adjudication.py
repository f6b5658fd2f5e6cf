import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0017_stage_targets"),
        ("rating", "0007_second_looks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjudication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "adjudicator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.member",
                    ),
                ),
                (
                    "as_group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.group"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.item"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.plan"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=annotation.models.base.new_code, editable=False, max_length=12, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "step",
                    models.CharField(choices=[("own", "Own rating"), ("decision", "Decision")], max_length=8),
                ),
                ("comment", models.TextField(blank=True)),
                ("passages", models.JSONField(blank=True, default=list)),
                ("judged_at", models.DateTimeField()),
                (
                    "adjudication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="rating.adjudication",
                    ),
                ),
                (
                    "rubric_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.rubricversion",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="JudgementAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.CharField(default="item", max_length=40)),
                ("part", models.CharField(blank=True, max_length=60)),
                ("perspective", models.CharField(default="self", max_length=40)),
                ("value", models.FloatField(blank=True, null=True)),
                (
                    "missing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cannot_judge", "Cannot judge"),
                            ("not_applicable", "Not applicable"),
                            ("declined", "Declined"),
                            ("not_asked", "Not asked"),
                        ],
                        max_length=14,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("confidence", models.FloatField(blank=True, null=True)),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="rating.judgement",
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.level",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotation.question",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="adjudication",
            constraint=models.UniqueConstraint(fields=("plan", "item"), name="adjudicated_once_per_stage"),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(fields=("adjudication", "step"), name="judged_once_per_step"),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("step", "decision"), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="decision_says_what_it_rests_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgementanswer",
            constraint=models.UniqueConstraint(
                fields=("judgement", "question", "target", "perspective", "part"),
                name="judgement_answer_once_per_part",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgementanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("missing", ""), ("value__isnull", False)),
                    models.Q(("missing", ""), ("value__isnull", True), models.Q(("text", ""), _negated=True)),
                    models.Q(models.Q(("missing", ""), _negated=True), ("value__isnull", True)),
                    _connector="OR",
                ),
                name="judgement_answer_value_or_words_or_reason",
            ),
        ),
    ]
