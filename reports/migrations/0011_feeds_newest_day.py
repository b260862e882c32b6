from django.conf import settings
from django.db import migrations, models


def find_newest(_apps, editor):
    """Feeds whose events are all gone feed nothing."""
    with editor.connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reports_feed f SET newest_on = (e.at AT TIME ZONE %s)::date
            FROM (
                SELECT source_id, kind, max(at) AS at FROM customers_event GROUP BY 1, 2
            ) e
            WHERE (f.source_id, f.kind) = (e.source_id, e.kind)
            """,
            [settings.TIME_ZONE],
        )
        cursor.execute("DELETE FROM reports_feed WHERE newest_on IS NULL")


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0010_several_measures_caps_and_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='feed',
            name='newest_on',
            field=models.DateField(null=True),
        ),
        migrations.RunPython(find_newest, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='feed',
            name='newest_on',
            field=models.DateField(help_text='Day of its newest event.'),
        ),
    ]
