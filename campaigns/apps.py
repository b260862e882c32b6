"""Campaigns: what departments do to customers. Initiatives, plans, assignments, waivers."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Names the app to Django."""

    name = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add assignments to what can be imported, and follow their people.

        Tests are judged again when links change and when somebody is forgotten. The sheet learns
        what the checks of its rules test.
        """
        from campaigns.actions import assignments, overlaps  # noqa: PLC0415  needs the models
        from campaigns.queries.copies import tests_of  # noqa: PLC0415  needs the models
        from campaigns.rulebook.rules import explained  # noqa: PLC0415  likewise
        from customers.actions import erasure, kinds, linking, work  # noqa: PLC0415  likewise
        from customers.queries import copies  # noqa: PLC0415  likewise
        from strategy.queries import sheets  # noqa: PLC0415  likewise

        work.register(overlaps.KIND, overlaps.count_overlaps)
        kinds.register(assignments.KIND, assignments.land)
        linking.FOLLOWERS.append(assignments.follow_moved)
        erasure.FOLLOWERS.append(assignments.follow_forgotten)
        copies.SECTIONS.append(tests_of)
        sheets.EXPLAINERS.append(explained)
