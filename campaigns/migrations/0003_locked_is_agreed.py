from django.conf import settings
from django.db import migrations, models

AGREED = "UPDATE campaigns_initiative SET status = 'agreed' WHERE status = 'locked'"
LOCKED = "UPDATE campaigns_initiative SET status = 'locked' WHERE status = 'agreed'"

# What was decided on after its end is reviewed.
REVIEWED = """
    UPDATE campaigns_initiative i SET status = 'reviewed'
    WHERE status = 'ended' AND launched_at IS NOT NULL AND EXISTS (
        SELECT FROM campaigns_decision d WHERE d.initiative_id = i.id AND d.decided_at >= i.ended_at
    )
"""
ENDED = "UPDATE campaigns_initiative SET status = 'ended' WHERE status = 'reviewed'"

RETESTS = """
    INSERT INTO campaigns_retest (initiative_id, days, due_on, outcome)
    SELECT id, days, (ended_at AT TIME ZONE %s)::date + days, ''
    FROM campaigns_initiative CROSS JOIN (VALUES (30), (90), (180)) later (days)
    WHERE ended_at IS NOT NULL AND launched_at IS NOT NULL AND holdout_share > 0
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_life")]

    operations = [
        migrations.RunSQL(AGREED, LOCKED),
        migrations.RunSQL(REVIEWED, ENDED),
        migrations.RunSQL([(RETESTS, [settings.TIME_ZONE])], migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", True),
                        ("launched_at__isnull", True),
                        ("status__in", ["draft", "proposed", "agreed"]),
                    ),
                    models.Q(
                        ("ended_at__isnull", True),
                        ("launched_at__isnull", False),
                        ("status__in", ["live", "paused"]),
                    ),
                    models.Q(("ended_at__isnull", False), ("status", "ended")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("launched_at__isnull", False),
                        ("status", "reviewed"),
                    ),
                    _connector="OR",
                ),
                name="initiative_moments_fit_status",
            ),
        ),
    ]
