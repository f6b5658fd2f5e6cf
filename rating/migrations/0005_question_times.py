from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rating", "0004_snapshot_reductions"),
    ]

    operations = [
        migrations.AddField(
            model_name="rating",
            name="question_ms",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
