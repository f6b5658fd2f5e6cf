import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotation", "0012_scopes_of_earlier_tokens")]

    operations = [
        migrations.AddField(
            model_name="rubricversion",
            name="equivalence_reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="DraftStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField()),
                ("deed", models.CharField(max_length=20)),
                ("about", models.CharField(blank=True, max_length=60)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="annotation.rubricversion",
                    ),
                ),
            ],
            options={"ordering": ["version_id", "-id"]},
        ),
    ]
