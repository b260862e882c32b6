from django.db import migrations

# Comments were entries of the audit log; they stay there, and each gets its row.
COMMENTS = """
    INSERT INTO campaigns_comment (initiative_id, by_id, at, text)
    SELECT e.subject_id, e.by_id, e.at, e.sentence
    FROM strategy_auditentry e JOIN campaigns_initiative i ON i.id = e.subject_id
    WHERE e.act = 'initiative.comment' AND e.subject_kind = 'campaigns.initiative'
        AND e.by_id IS NOT NULL AND e.sentence <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_talk"), ("strategy", "0006_tokens_and_check_ins")]

    operations = [migrations.RunSQL(COMMENTS, migrations.RunSQL.noop)]
