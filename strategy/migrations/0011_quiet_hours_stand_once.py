from datetime import time

from django.db import migrations

USUAL = {"from": 21, "until": 8}
NO_MORE = {"quiet_hours": USUAL, "service_before_selling": {"days": 14}}


def say_it_once(apps, schema_editor):
    """In drafts, move quiet hours from the rule to the contact policy, which had none.

    What is published stays as it was signed; its parameters are read no more.
    """
    rules = apps.get_model("strategy", "Rule").objects.filter(sheet__published_at=None)
    policies = apps.get_model("strategy", "ContactPolicy").objects
    for rule in rules.filter(check_key="quiet_hours"):
        said = USUAL | rule.parameters
        starts, ends = time(int(said["from"])), time(int(said["until"]))
        policy, _ = policies.get_or_create(sheet=rule.sheet)
        if policy.quiet_from is None and starts != ends:
            policy.quiet_from, policy.quiet_until = starts, ends
            policy.save()
    for rule in rules.filter(check_key__in=NO_MORE):
        gone = NO_MORE[rule.check_key]
        rule.parameters = {name: at for name, at in rule.parameters.items() if name not in gone}
        rule.save()


class Migration(migrations.Migration):

    dependencies = [
        ('strategy', '0010_household_cap'),
    ]

    operations = [
        migrations.RunPython(say_it_once, migrations.RunPython.noop, elidable=True),
    ]
