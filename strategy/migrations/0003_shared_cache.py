"""The table of the cache that all web processes share (sign-in limits)."""

from django.core.management import call_command
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("strategy", "0002_standard_measures")]
    operations = [
        migrations.RunPython(
            lambda _apps, editor: call_command(
                "createcachetable", database=editor.connection.alias, verbosity=0
            ),
            migrations.RunPython.noop,
        )
    ]
