"""Strategy: what the company agreed. Departments, people, sheets, measures, goals, guardrails."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """Names the app to Django."""

    name = "strategy"
    default_auto_field = "django.db.models.BigAutoField"
