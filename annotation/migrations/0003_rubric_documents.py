from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0002_question_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="needs_passage",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="rubricversion",
            name="document",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="rubricversion",
            name="signed_off_by",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
