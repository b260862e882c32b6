import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from pytest_django import DjangoDbBlocker

from strategy.models import Person
from tests.browser import company, database
from tests.factories.reports import NOW

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 15_000
"""Milliseconds for which a page may keep a test waiting."""

expect.set_options(timeout=PATIENCE)

type Visit = Callable[..., Page]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Have the tests' database made; pytest-django asks the marks for it."""
    item.add_marker(pytest.mark.django_db)


@pytest.fixture
def _django_db_helper() -> None:
    """Put nothing round a test that takes back what it wrote: the browser must see it."""


@pytest.fixture(scope="package")
def browser(django_db_setup: None) -> Iterator[Browser]:  # noqa: ARG001  the tests' database
    """Start the one browser of all these tests.

    While it runs, Playwright's loop is this thread's, and Django takes that for another place
    with connections of its own; so what uses the database comes after it and goes before it.
    """
    wanted = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ([wanted] if wanted else NAMES)]
    program = next(filter(None, found), None)
    if program is None:
        pytest.fail(
            "The browser tests need Chromium: install it (Debian: apt-get install chromium), "
            "or name its path in CHROMIUM.",
            pytrace=False,
        )
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Collect the static files under their hashed names, as `up` does."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


@pytest.fixture(scope="package")
def empty_database(
    browser: Browser,  # noqa: ARG001  first, see there
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """Make a database with nobody in it but an admin."""
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(
            ALLOWED_HOSTS=["localhost", "testserver"],
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # quick
        ),
        django_db_blocker.unblock(),
        database.copied(f"{connection.settings_dict['NAME']}_browser_empty") as empty,
    ):
        patch.setattr(timezone, "now", lambda: NOW)
        patch.setattr("customers.actions.work.ring", lambda _work_id: None)  # tests do the work
        with database.used(empty):
            company.admin()
        yield empty


@pytest.fixture(scope="package")
def server(empty_database: str, static_files: None) -> Iterator[str]:  # noqa: ARG001  for WhiteNoise
    """Serve the small company; return the server's address."""
    with (
        database.copied(empty_database.removesuffix("_empty")) as copy,
        database.used(copy),
    ):
        company.found()
        thread = LiveServerThread("localhost", static_handler=_as_it_is)  # type: ignore[arg-type]  # a function serves
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://localhost:{thread.port}"
        thread.terminate()


def _as_it_is(application: WSGIHandler) -> WSGIHandler:
    """Leave static files to WhiteNoise, as in earnest."""
    return application


class Windows:
    """Browser windows on the server, and what their pages complained of.

    A complaint is a script that fails, a thing that the policy refuses, a file that is missing;
    a page that answers with an error of its own is none.
    """

    def __init__(self, browser: Browser, server: str) -> None:
        self.complaints: list[str] = []
        self._browser = browser
        self._server = server
        self._opened: list[BrowserContext] = []

    def open(self, email: str | None = None, *, width: int = 1440, **how: Any) -> Page:
        """Open a window of somebody signed in, or of nobody.

        Other arguments are Playwright's for a new context, such as `color_scheme="dark"`.
        """
        context = self._browser.new_context(
            base_url=self._server,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": width, "height": 900},
            **how,
        )
        self._opened.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        if email:
            context.add_cookies([session_of(email, self._server)])
        return context.new_page()

    def close(self) -> None:
        for context in self._opened:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        page = message.page
        is_answer = page is not None and message.location["url"].split("#")[0] == page.url
        if message.type == "error" and not (is_answer and "status of" in message.text):
            self.complaints.append(f"{page.url if page else ''}: {message.text}")


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Open windows of the test's own; in the end no page may have complained."""
    windows = Windows(browser, server)
    yield windows.open
    windows.close()
    assert windows.complaints == []


def session_of(email: str, server: str) -> Any:
    """Sign somebody in past the form; return the cookie."""
    client = Client()
    client.force_login(Person.objects.get(email=email))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": server}
