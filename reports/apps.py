"""Reports: what came of it. Readings, results, verdicts, the overview."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app to Django."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"
