from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0015_ethics_logs_and_stewardship"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="content_hash",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
