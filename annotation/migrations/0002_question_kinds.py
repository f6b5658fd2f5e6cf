import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="allows_not_applicable",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="question",
            name="allows_ties",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="question",
            name="asked_of",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="question",
            name="asks_confidence",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="question",
            name="condition",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="question",
            name="options",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="question",
            name="perspectives",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="question",
            name="severities",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    ("scale", "Scale"),
                    ("flag", "Flag"),
                    ("slider", "Slider"),
                    ("multi", "Several may apply"),
                    ("checklist", "Checklist"),
                    ("pair", "Choice between two responses"),
                    ("ranking", "Ranking of responses"),
                    ("best_worst", "Best and worst response"),
                    ("spans", "Codes on passages"),
                    ("text", "Free text"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="scale",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="annotation.scale",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="target",
            field=models.CharField(
                choices=[
                    ("item", "The conversation"),
                    ("response", "The response"),
                    ("pair", "Two responses"),
                    ("turn", "Every turn"),
                    ("supporter", "Every turn of the supporter"),
                    ("seeker", "Every turn of the person"),
                ],
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("group", models.SlugField(blank=True, max_length=40)),
                ("text", models.CharField(blank=True, max_length=500)),
                ("help", models.TextField(blank=True)),
                ("labels", models.JSONField(blank=True, default=dict)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wordings",
                        to="annotation.question",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("question", "language", "group"), name="wording_once")
                ],
            },
        ),
    ]
