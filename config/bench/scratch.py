"""A database that is made for the measurements, on the server of the settings, and dropped."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from django.conf import settings
from django.db import connection

from config.servers import postgres
from customers.models import Source
from strategy.models import Department


@contextmanager
def scratch_database() -> Iterator[None]:
    """Work on a migrated database of our own until the end, however it ends.

    The embedded PostgreSQL is started for it where it is wanted and does not run. Rings for the
    worker go nowhere.
    """
    os.environ["CELERY_BROKER_URL"] = "memory://nobody"
    is_ours_to_start = "DATABASE_URL" not in os.environ and not postgres.answers(settings.BASE_DIR)
    if is_ours_to_start:
        postgres.start(settings.BASE_DIR)
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"hymnsheet_bench_{os.getpid()}"
    try:
        with redirect_stdout(sys.stderr):  # ours is for the figures
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
        if is_ours_to_start:
            postgres.stop(settings.BASE_DIR)


def new_source(name: str) -> Source:
    """Make a source of the measurements' own department."""
    department, _ = Department.objects.get_or_create(name="Measurements")
    return Source.objects.create(key=name, name=name, department=department)


@contextmanager
def emptied() -> Iterator[None]:
    """Leave nothing of what comes in here to the next measurement."""
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE customers_source RESTART IDENTITY CASCADE")
            cursor.execute("TRUNCATE customers_event, customers_customer, customers_work CASCADE")
            cursor.execute("TRUNCATE customers_linkmodel CASCADE")
