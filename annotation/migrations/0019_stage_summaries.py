import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0018_leases"),
    ]

    operations = [
        migrations.CreateModel(
            name="StagePace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("is_behind", models.BooleanField()),
                ("last_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["plan_id", "position"],
            },
        ),
        migrations.CreateModel(
            name="StageSummary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
                ("numbers", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name_plural": "stage summaries",
            },
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["study", "kind", "-id"], name="audit_kind"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["object_code"], name="audit_about"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["study", "-created_at", "-id"], name="audit_days"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "slot.claimed",
                            "slot.released",
                            "item.passed",
                            "rating.submitted",
                            "rating.revised",
                            "rubric.edited",
                        ),
                    ),
                    _negated=True,
                ),
                fields=["study", "-id"],
                name="audit_told",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["study", "position", "id"], name="item_in_order"),
        ),
        migrations.AddField(
            model_name="stagepace",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.plan"
            ),
        ),
        migrations.AddField(
            model_name="stagepace",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
            ),
        ),
        migrations.AddField(
            model_name="stagesummary",
            name="plan",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="summary", to="annotation.plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="stagepace",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="pace_has_its_place"),
        ),
    ]
