from django.db import migrations, models
from django.db.models import F, Q

# Those launched or ended before the moments were kept: as the log says, else as was planned.
FILL = """
    UPDATE campaigns_initiative i SET
        launched_at = coalesce(
            (SELECT max(e.at) FROM strategy_auditentry e WHERE e.act = 'initiative.launch'
             AND e.subject_kind = 'campaigns.initiative' AND e.subject_id = i.id),
            CASE WHEN status = 'live' THEN starts_on END
        ),
        ended_at = CASE WHEN status = 'ended' THEN coalesce(
            (SELECT max(e.at) FROM strategy_auditentry e WHERE e.act = 'initiative.end'
             AND e.subject_kind = 'campaigns.initiative' AND e.subject_id = i.id),
            ends_on
        ) END
    WHERE status IN ('live', 'ended')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_decision"),
        ("strategy", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="plan", name="plan_reads"),
        migrations.RemoveField(model_name="plan", name="planned_reads"),
        migrations.RemoveField(model_name="plan", name="unit"),
        migrations.AddField(
            model_name="initiative",
            name="launched_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="initiative",
            name="ended_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Without a launch before it, it was called off.",
                null=True,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "locked"], launched_at__isnull=True, ended_at__isnull=True
                )
                | Q(status="live", launched_at__isnull=False, ended_at__isnull=True)
                | Q(status="ended", ended_at__isnull=False),
                name="initiative_moments_fit_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=Q(ended_at__gte=F("launched_at")), name="initiative_ends_after_launch"
            ),
        ),
    ]
