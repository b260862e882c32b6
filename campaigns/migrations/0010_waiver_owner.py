"""Who answers for a waiver; of earlier ones it is who gave it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def own(apps, _editor):
    apps.get_model("campaigns", "Waiver").objects.update(owner=F("granted_by"))


def owner(**how):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="waivers",
        to=settings.AUTH_USER_MODEL,
        **how,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_launch_after_the_draw"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("waiver", "owner", owner(null=True)),
        migrations.RunPython(own, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("waiver", "owner", owner()),
    ]
