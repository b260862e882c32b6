"""Have tests with a holdout judged again, so that each says what one more contact did."""

from typing import Any

from django.db import migrations


def mark(apps: Any, _editor: Any) -> None:
    initiatives = apps.get_model("campaigns", "Initiative").objects
    initiatives.filter(plans__holdout_share__gt=0).update(is_stale=True)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_doses"),
        ("campaigns", "0009_launch_after_the_draw"),
    ]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
