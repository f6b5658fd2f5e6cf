import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("rating", "0002_answer_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalysisPlan",
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
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("note", models.TextField(blank=True)),
                ("options", models.JSONField(default=dict)),
                ("seed", models.PositiveBigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("locked", "Locked")], default="draft", max_length=6
                    ),
                ),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("n_ratings_before", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.study"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("study", "number"), name="analysis_plan_number_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("study",),
                        name="analysis_plan_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("locked_at__isnull", True),
                                ("n_ratings_before__isnull", True),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("locked_at__isnull", False),
                                ("n_ratings_before__isnull", False),
                                ("state", "locked"),
                            ),
                            _connector="OR",
                        ),
                        name="analysis_plan_locked_at_a_time",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="analysis",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="analyses",
                to="rating.analysisplan",
            ),
        ),
    ]
