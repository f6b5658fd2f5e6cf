from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0007_wellbeing"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="text_direction",
            field=models.CharField(
                choices=[
                    ("auto", "By each text's first letter"),
                    ("ltr", "Left to right"),
                    ("rtl", "Right to left"),
                ],
                default="auto",
                max_length=4,
            ),
        ),
    ]
