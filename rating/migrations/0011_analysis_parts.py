import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rating", "0010_study_archives"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalysisPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(blank=True, max_length=60)),
                ("name", models.CharField(max_length=300)),
                ("position", models.PositiveIntegerField()),
                ("weight", models.PositiveIntegerField(default=1)),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                ("source", models.CharField(max_length=64)),
                ("claim", models.CharField(blank=True, max_length=16)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("n_attempts", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.BinaryField(blank=True, null=True)),
                ("log", models.JSONField(blank=True, default=list)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="rating.analysis",
                    ),
                ),
            ],
            options={
                "ordering": ["analysis_id", "position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["analysis", "position"],
                        name="analysis_part_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("analysis", "question", "name"), name="analysis_part_once"
                    )
                ],
            },
        ),
    ]
