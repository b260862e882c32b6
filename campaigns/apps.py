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
        from campaigns.actions import (  # noqa: PLC0415  needs the models
            assignments,
            breaches,
            company_holdout,
            contact_counts,
            holdout,
            initiative_files,
            mail,
            overlaps,
            plans,
            sent_counts,
            traits,
        )
        from campaigns.queries.copies import reserved_of, tests_of  # noqa: PLC0415  needs the models
        from campaigns.rulebook.rules import explained, keys, mistake  # noqa: PLC0415  likewise
        from customers.actions import erasure, kinds, linking, work  # noqa: PLC0415  likewise
        from customers.queries import copies  # noqa: PLC0415  likewise
        from strategy.queries import checks, sheets  # noqa: PLC0415  likewise

        work.register(overlaps.KIND, overlaps.count_overlaps)
        work.register(contact_counts.KIND, contact_counts.count_contacts)
        work.register(sent_counts.KIND, sent_counts.count)
        kinds.register(assignments.KIND, assignments.land)
        kinds.register(initiative_files.KIND, initiative_files.land)
        linking.FOLLOWERS.append(assignments.follow_moved)
        erasure.FOLLOWERS.append(assignments.follow_forgotten)
        erasure.FOLLOWERS.append(breaches.follow_forgotten)
        work.register(breaches.KIND, breaches.check_sent)
        copies.SECTIONS += [tests_of, reserved_of]
        erasure.FOLLOWERS.append(traits.follow_forgotten)
        erasure.FOLLOWERS.append(overlaps.follow_forgotten)
        work.register(traits.KIND, traits.refresh_traits)
        work.register(holdout.KIND, plans.draw_then_launch)
        work.register(company_holdout.KIND, company_holdout.hold_company)
        work.register(mail.KIND, mail.send)
        sheets.EXPLAINERS.append(explained)
        checks.KEYS.append(keys)
        checks.MISTAKES.append(mistake)
