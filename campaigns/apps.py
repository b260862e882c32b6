"""Campaigns: what departments do to customers. Initiatives, plans, assignments, waivers."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Names the app to Django."""

    name = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"
