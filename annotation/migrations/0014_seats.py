import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import annotation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0013_rubric_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Withheld",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "withheld",
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="options",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="plan",
            name="rules",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="slot",
            name="is_shared",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="slot",
            name="needs",
            field=models.CharField(
                blank=True,
                choices=[("", "Nothing"), ("practised", "Practice"), ("cleared", "Qualification")],
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="position",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="slot",
            name="side",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Seat",
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
                ("filled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.group"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="annotation.plan",
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="seats",
                        to="annotation.rater",
                    ),
                ),
            ],
            options={
                "ordering": ["plan_id", "group_id", "number"],
            },
        ),
        migrations.AddField(
            model_name="slot",
            name="seat",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="slots",
                to="annotation.seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("seat__isnull", False)),
                fields=("seat", "item"),
                name="slot_item_once_per_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("seat__isnull", False)),
                fields=("seat", "position"),
                name="slot_place_once_per_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_shared", True), ("position__isnull", True), ("seat__isnull", True)),
                    models.Q(("position__isnull", False), ("seat__isnull", False)),
                    _connector="OR",
                ),
                name="slot_in_sequence_or_shared",
            ),
        ),
        migrations.AddField(
            model_name="withheld",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="withheld",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.item"
            ),
        ),
        migrations.AddField(
            model_name="withheld",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="withheld", to="annotation.plan"
            ),
        ),
        migrations.AddField(
            model_name="withheld",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotation.rater"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("plan", "group", "number"), name="seat_number_once"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rater__isnull", False)),
                fields=("plan", "rater"),
                name="seat_once_per_rater",
            ),
        ),
        migrations.AddConstraint(
            model_name="withheld",
            constraint=models.UniqueConstraint(fields=("plan", "rater", "item"), name="withheld_once"),
        ),
    ]
