"""Open a page whose official browser client sends events, and keep it open until ended.

Arguments: the client's folder, host, write key, how many, the first one's time. The page is of
another origin than the events' address, so that the browser asks before it sends.
"""

import functools
import os
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
modules, host, write_key, count, first_at = sys.argv[1:]


class Pages(SimpleHTTPRequestHandler):
    """The page, and the client as it was published."""

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0].lstrip("/")
        if name.startswith("analytics/"):
            name = f"{modules}/@segment/analytics-next/dist/umd/{name.removeprefix('analytics/')}"
        return str(HERE / name)

    def log_message(self, *_arguments: object) -> None:
        """Leave the standard error to errors."""


server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages))
threading.Thread(target=server.serve_forever, daemon=True).start()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=os.environ["CHROMIUM"],
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )
    page = browser.new_page()
    page.on("console", lambda message: print(message.text, flush=True))
    asked = {"host": host.removeprefix("http://"), "key": write_key, "count": count, "at": first_at}
    page.goto(
        f"http://127.0.0.1:{server.server_port}/page.html?{urlencode(asked)}", wait_until="commit"
    )
    page.wait_for_timeout(280_000)
