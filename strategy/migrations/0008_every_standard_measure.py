"""The rest of the measures that every installation begins with; each says itself what it counts."""

from typing import Any

from django.db import migrations

NOTES = {
    "conversion_rate": "Who buys at a till has been to the shop.",
    "visit_rate": "",
    "revenue_per_customer": "",
    "orders_per_customer": "",
    "average_order_value": "",
    "opt_outs": "",
    "contacts_per_week": "",
    "complaint_rate": "",
}
BOUGHT = ["order", "order_line"]
SURVEY = {"fold": "events", "counted": ["survey_answer"], "per": "events",
          "per_events": ["survey_answer"]}  # fmt: skip
STANDARD: list[dict[str, Any]] = [
    {"key": "repeat_purchase_rate", "name": "Repeat purchase rate", "fold": "people",
     "counted": ["order"], "at_least": 2, "per": "people", "per_events": ["order"],
     "unit": "share", "better": "more",
     "note": "Both orders lie in the window; the returning customer rate counts all ever made."},
    {"key": "returning_customer_rate", "name": "Returning customer rate", "fold": "people",
     "counted": ["order"], "at_least": 2, "per": "people", "per_events": ["order"],
     "shape": "returning", "unit": "share", "better": "more"},
    {"key": "retention", "name": "Retention after 13 weeks", "fold": "people",
     "counted": ["order"], "per": "people", "per_events": ["order"], "shape": "retention",
     "days": 91, "unit": "share", "better": "more"},
    {"key": "category_breadth", "name": "Category breadth", "fold": "categories",
     "counted": BOUGHT, "per": "people", "per_events": BOUGHT, "window_days": 365,
     "unit": "count", "better": "more"},
    {"key": "active_exposure", "name": "Purchases outside the usual", "fold": "events",
     "counted": BOUGHT, "per": "events", "per_events": BOUGHT, "shape": "exposure", "days": 728,
     "unit": "share", "better": "more"},
    {"key": "active_contacts", "name": "Contacts outside the usual", "fold": "events",
     "counted": ["contact"], "per": "events", "per_events": ["contact"], "shape": "exposure",
     "days": 728, "unit": "share", "better": "more"},
    {"key": "recency", "name": "Days since the last order", "fold": "events",
     "counted": ["order"], "per": "people", "per_events": ["order"], "shape": "recency",
     "window_days": 365, "unit": "count", "better": "fewer",
     "note": "The R of RFM, whose scores run from 1 to 5, 5 the most recent."},
    {"key": "frequency", "name": "Orders per buyer a year", "fold": "events",
     "counted": ["order"], "per": "people", "per_events": ["order"], "window_days": 365,
     "unit": "count", "better": "more", "note": "The F of RFM."},
    {"key": "spend_per_buyer", "name": "Spend per buyer a year", "fold": "amount",
     "counted": ["order"], "per": "people", "per_events": ["order"], "window_days": 365,
     "unit": "money", "better": "more", "note": "The M of RFM."},
    {"key": "return_rate", "name": "Return rate", "fold": "events", "counted": ["return"],
     "per": "events", "per_events": ["order"], "shape": "returned", "days": 30,
     "unit": "share", "better": "fewer"},
    {"key": "spam_complaints", "name": "Spam complaints", "fold": "events",
     "counted": ["spam_report"], "per": "events", "per_events": ["contact"], "unit": "share",
     "better": "fewer",
     "note": "Gmail asks for less than 0.1% and never 0.3%, Yahoo for less than 0.3%."},
    {"key": "contact_pressure", "name": "Contact pressure", "fold": "events",
     "counted": ["contact"], "per": "people", "per_events": ["contact"], "shape": "peak",
     "days": 7, "unit": "count", "better": "fewer"},
    {"key": "over_contacted", "name": "Customers contacted more than three times in a week",
     "fold": "people", "counted": ["contact"], "at_least": 4, "per": "people",
     "per_events": ["contact"], "shape": "peak", "days": 7, "unit": "share", "better": "fewer"},
    {"key": "clash_rate", "name": "Clash rate", "fold": "people", "counted": ["contact"],
     "per": "people", "per_events": ["contact"], "shape": "clash", "days": 1, "unit": "share",
     "better": "fewer"},
    {"key": "mistargeting", "name": "Mis-targeting", "fold": "events", "counted": ["contact"],
     "per": "events", "per_events": ["contact"], "shape": "mistargeted", "days": 728,
     "unit": "share", "better": "fewer"},
    {"key": "nps", "name": "Net promoter score", **SURVEY, "categories": ["nps"],
     "scores": [9, 10], "against": [0, 1, 2, 3, 4, 5, 6], "answers": list(range(11)),
     "scale": 100, "unit": "count", "better": "more",
     "note": "From −100 to 100."},
    {"key": "nps_response_rate", "name": "Response rate of the NPS", "fold": "events",
     "counted": ["survey_answer"], "per": "events", "per_events": ["contact"],
     "contacts": "all", "categories": ["nps"], "unit": "share", "better": "more",
     "note": "Known where asking is sent as a contact of the survey’s category."},
    {"key": "csat", "name": "Customer satisfaction", **SURVEY, "categories": ["csat"],
     "scores": [4, 5], "answers": [1, 2, 3, 4, 5], "unit": "share", "better": "more"},
    {"key": "ces", "name": "Customer effort score", **SURVEY, "categories": ["ces"],
     "scores": [5, 6, 7], "answers": [1, 2, 3, 4, 5, 6, 7], "unit": "share", "better": "more",
     "note": "CES 2.0: how far people agree that it was made easy."},
    {"key": "on_time", "name": "Delivered on time", "fold": "events", "counted": ["other"],
     "per": "events", "per_events": ["other"], "categories": ["delivery"], "scores": [1],
     "answers": [0, 1], "unit": "share", "better": "more",
     "note": "A delivery is an event “other” of category “delivery”; its score is 1 if it came by "
             "the promised day, 0 if it came later."},
]  # fmt: skip


def add(apps: Any, _editor: Any) -> None:
    measure = apps.get_model("strategy", "Measure")
    for key, note in NOTES.items():
        measure.objects.filter(key=key, version=1).update(note=note)
    measure.objects.bulk_create(measure(version=1, **row) for row in STANDARD)


def remove(apps: Any, _editor: Any) -> None:
    keys = [row["key"] for row in STANDARD]
    apps.get_model("strategy", "Measure").objects.filter(version=1, key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("strategy", "0007_measures_in_full")]
    operations = [migrations.RunPython(add, remove)]
