from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_feed")]

    operations = [
        migrations.AlterField(
            model_name="outcome",
            name="limit",
            field=models.FloatField(
                help_text="Rates per event only; other readings speak of other people.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="outcome",
            name="status",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ok", "Safe"),
                    ("near", "Not shown safe"),
                    ("over", "Over the limit"),
                    ("breach", "Harmed"),
                    ("none", "Not measured"),
                ],
                max_length=6,
            ),
        ),
    ]
