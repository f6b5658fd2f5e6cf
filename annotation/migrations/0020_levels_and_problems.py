from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0019_stage_summaries"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="itemfactor",
            index=models.Index(fields=["factor", "value"], name="levels_of_factor"),
        ),
        migrations.AddIndex(
            model_name="problemreport",
            index=models.Index(fields=["study", "-state", "-created_at", "id"], name="problems_in_order"),
        ),
    ]
