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
            erasure,
            imports,
            kept_files,
            kinds,
            linking,
            resolving,
            retention,
            work,
        )
        from customers.actions.answers import land_answers, refuse_others  # noqa: PLC0415  needs the models
        from customers.actions.events import land_events  # noqa: PLC0415  needs the models
        from customers.actions.rates import land_rates  # noqa: PLC0415  needs the models
        from customers.actions.records import land_records  # noqa: PLC0415  needs the models
        from customers.intake.fields import (  # noqa: PLC0415  needs the models
            CONSENTS,
            EVENTS,
            RATES,
            RECORDS,
        )

        kinds.register(RECORDS, land_records)
        kinds.register(EVENTS, land_events)
        kinds.register(RATES, land_rates)
        kinds.register(CONSENTS, land_answers, refuse_others)
        work.register("import", imports.load, failed=kept_files.forget_failed)
        work.register("link", linking.link)
        work.register("resolve", resolving.resolve)
        work.register(erasure.KIND, erasure.erase)
        work.register(retention.KIND, retention.retain)
        work.register(companions.KIND, companions.count_companions)
