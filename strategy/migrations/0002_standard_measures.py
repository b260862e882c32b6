"""The measures that every installation begins with. Admins add further versions."""

from typing import Any

from django.db import migrations

STANDARD = [
    # key, name, fold, counted, per, per_events, scale, weekly, unit, better, says
    ("conversion_rate", "Conversion rate", "people", ["order"], "people", ["visit", "order"],
     1, False, "share", "more",
     "People who ordered, of the people who visited or ordered: who buys at a till has been to "
     "the shop. In a test: of all people assigned."),
    ("visit_rate", "Visit rate", "people", ["visit"], "customers", [],
     1, False, "share", "more",
     "Customers who visited, of all customers seen in the window or assigned to the test."),
    ("revenue_per_customer", "Revenue per customer", "amount", ["order"],
     "customers", [], 1, False, "money", "more",
     "Order amounts, including discounts, over all customers seen or assigned."),
    ("orders_per_customer", "Orders per customer", "events", ["order"], "customers", [],
     1, False, "count", "more",
     "Orders over all customers seen in the window or assigned to the test."),
    ("average_order_value", "Average order value", "amount", ["order"],
     "events", ["order"], 1, False, "money", "more",
     "Order amounts, including discounts, over orders."),
    ("opt_outs", "Opt-outs per 1,000 contacts", "people", ["opt_out"], "events", ["contact"],
     1000, False, "count", "fewer",
     "People who opted out, for every 1,000 marketing contacts delivered."),
    ("contacts_per_week", "Contacts per customer per week", "events", ["contact"],
     "people", ["contact"], 1, True, "count", "fewer",
     "Marketing contacts delivered, over the customers contacted and the weeks of the window. "
     "In a test: over all people assigned, contacted or not."),
    ("complaint_rate", "Complaints per 1,000 orders", "events", ["complaint"],
     "events", ["order"], 1000, False, "count", "fewer",
     "Service cases tagged as complaints, for every 1,000 orders."),
]  # fmt: skip


def add(apps: Any, _editor: Any) -> None:
    measure = apps.get_model("strategy", "Measure")
    fields = ("key", "name", "fold", "counted", "per", "per_events",
              "scale", "weekly", "unit", "better", "says")  # fmt: skip
    measure.objects.bulk_create(
        measure(version=1, **dict(zip(fields, row, strict=True))) for row in STANDARD
    )


def remove(apps: Any, _editor: Any) -> None:
    keys = [row[0] for row in STANDARD]
    apps.get_model("strategy", "Measure").objects.filter(version=1, key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
