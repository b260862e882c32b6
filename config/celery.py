"""Celery rings; the ledger (customers.models.Work) remembers. A lost ring costs one sweep."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
KEEPING = "keeping"
"""The queue of what keeps the ledger going; a small worker of its own hears it."""

app = Celery("hymnsheet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "unacked_restore_interval": 2,  # with the throttle: redelivery at once, not in 100 s
        "unacked_restore_throttle": 1,
        "visibility_timeout": 600,
        # A ring is given up at once, so that no page waits for a broker that is away.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
        "socket_connect_timeout": 2,
    },
    # What keeps the ledger going never stands behind the work itself: see config.servers.children.
    task_routes={
        task: {"queue": KEEPING}
        for task in (
            "customers.sweep",
            "customers.fold",
            "customers.tidy",
            "customers.retain",
            "customers.remember",
            "customers.resolve",
            "campaigns.freshen",
            "campaigns.draw",
            "reports.freshen",
            "reports.learn",
            "reports.forget",
            "campaigns.check_sent",
            "campaigns.tidy",
            "reports.week",
            "strategy.forget",
        )
    },
    # A beat that nobody has heard by the next one is forgotten, so that they cannot pile up.
    beat_schedule={
        name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
        for name, task, seconds in (
            ("sweep", "customers.sweep", 5.0),
            ("fold", "customers.fold", 60.0),
            ("freshen", "reports.freshen", 300.0),
            ("columns", "campaigns.freshen", 300.0),
            ("compare", "campaigns.compare", 60.0),
            ("tidy", "customers.tidy", 3600.0),
            ("remember", "customers.remember", 3600.0),
            ("forget", "reports.forget", 3600.0),
            ("answers", "strategy.forget", 3600.0),
            ("attachments", "campaigns.tidy", 3600.0),
        )
    }
    | {
        "resolve": {"task": "customers.resolve", "schedule": crontab(hour="2", minute="10")},
        "draw": {"task": "campaigns.draw", "schedule": crontab(hour="5", minute="10")},
        "overlaps": {"task": "campaigns.overlaps", "schedule": crontab(hour="2", minute="40")},
        "retain": {"task": "customers.retain", "schedule": crontab(hour="3", minute="10")},
        "breaches": {"task": "campaigns.check_sent", "schedule": crontab(hour="4", minute="10")},
        "learn": {"task": "reports.learn", "schedule": crontab(hour="5", minute="10")},
        "week": {
            "task": "reports.week",
            "schedule": crontab(day_of_week="mon", hour="6", minute="10"),
        },
    },
)


@worker_ready.connect
def sweep_at_once(**_sent: Any) -> None:
    """Sweep when a worker begins, so that work and readiness need not wait for the first beat."""
    app.send_task("customers.sweep", expires=5)
