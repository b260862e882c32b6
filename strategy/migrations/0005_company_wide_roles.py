from django.db import migrations, models


class Migration(migrations.Migration):
    """Roles that are for the whole company have no department."""

    dependencies = [("strategy", "0004_sentences")]

    operations = [
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("department", None),
                    models.Q(("role__in", ["executive", "analyst", "admin"]), _negated=True),
                    _connector="OR",
                ),
                name="membership_company_wide",
                violation_error_message=(
                    "Executives, analysts and admins work for the whole company: leave the "
                    "department empty."
                ),
            ),
        ),
    ]
