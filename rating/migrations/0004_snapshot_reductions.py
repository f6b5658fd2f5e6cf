import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rating", "0003_analysis_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="SnapshotReduction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reduced_at", models.DateTimeField()),
                ("n_ratings", models.PositiveIntegerField()),
                ("digest_before", models.CharField(max_length=64)),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reductions",
                        to="rating.snapshot",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
