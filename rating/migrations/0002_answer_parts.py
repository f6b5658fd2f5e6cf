from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0002_question_kinds"),
        ("rating", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="answer",
            name="answer_once_per_target",
        ),
        migrations.RemoveConstraint(
            model_name="answer",
            name="answer_value_or_reason",
        ),
        migrations.AddField(
            model_name="answer",
            name="confidence",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="answer",
            name="part",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="answer",
            name="text",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="label",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="evidence",
            name="severity",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="presentation",
            name="response_order",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="presentation",
            name="wording",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("rating", "question", "target", "perspective", "part"), name="answer_once_per_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("missing", ""), ("value__isnull", False)),
                    models.Q(("missing", ""), ("value__isnull", True), models.Q(("text", ""), _negated=True)),
                    models.Q(models.Q(("missing", ""), _negated=True), ("value__isnull", True)),
                    _connector="OR",
                ),
                name="answer_value_or_words_or_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confidence__isnull", True),
                    models.Q(("confidence__gte", 0), ("confidence__lte", 100)),
                    _connector="OR",
                ),
                name="answer_confidence_0_to_100",
            ),
        ),
    ]
