import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0017_stage_targets"),
        ("rating", "0008_adjudication"),
    ]

    operations = [
        migrations.CreateModel(
            name="PayTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("hour", "By the hour"),
                            ("item", "By the item opened"),
                            ("flat", "The same for everybody who opened an item"),
                        ],
                        max_length=4,
                    ),
                ),
                ("rate", models.DecimalField(decimal_places=2, max_digits=9)),
                ("currency", models.CharField(max_length=3)),
                ("words", models.TextField(blank=True)),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.study"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "pay terms",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate__gte", 0)), name="pay_rate_not_negative")
                ],
            },
        ),
    ]
