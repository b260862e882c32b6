"""Customers: what every department's systems know. Sources, imports, records, links, events."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Names the app to Django."""

    name = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what can be imported, and the work that this floor does."""
        from customers.actions import (  # noqa: PLC0415  needs the models
            companions,
            imports,
            kept_files,
            kinds,
            live_events,
            work,
        )
        from customers.actions.events import land_events  # noqa: PLC0415
        from customers.actions.records import land_records  # noqa: PLC0415
        from customers.intake.fields import EVENTS, RECORDS  # noqa: PLC0415

        kinds.register(RECORDS, land_records)
        kinds.register(EVENTS, land_events)
        work.register("import", imports.load, failed=kept_files.forget_failed)
        work.register("link", live_events.link)
        work.register(companions.KIND, companions.count_companions)
