"""Reads settings from the environment and refuses nonsense with one sentence. Plain Python."""

import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from customers.intake import platforms
from customers.intake.sealing import key_id

SHORTEST_KEY = 32


class BadSetting(ValueError):  # noqa: N818  named for what is wrong, not that it is an error
    """An environment variable holds a value that cannot be used."""


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable. Raises BadSetting for anything but 1/0, true/false, yes/no."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} is “{value}”; it must be 1 or 0.")


def whole(name: str, *, default: int, least: int = 0) -> int:
    """Return a whole number of `least` or more. Raises BadSetting."""
    value = os.environ.get(name, "").strip()
    if value == "":
        return default
    if not value.isdecimal():
        raise BadSetting(f"{name} is “{value}”; it must be a whole number.")
    if int(value) < least:
        raise BadSetting(f"{name} is {value}; it must be {least} or more.")
    return int(value)


def choice(name: str, *, default: str, choices: Collection[str]) -> str:
    """Return one of these words. Raises BadSetting for any other."""
    value = os.environ.get(name, "").strip() or default
    if value not in choices:
        raise BadSetting(f"{name} is “{value}”; it must be one of {', '.join(choices)}.")
    return value


def words(name: str, *, default: list[str]) -> list[str]:
    """Return a comma-separated list."""
    value = os.environ.get(name, "").strip()
    return [part.strip() for part in value.split(",") if part.strip()] or default


def address(name: str, *, default: str) -> str:
    """Return `https://host[:port]`, without a slash at its end. Raises BadSetting."""
    value = os.environ.get(name, "").strip().rstrip("/") or default
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or value != f"{parts.scheme}://{parts.netloc}":
        raise BadSetting(f"{name} is “{value}”; it must be https://host, with a port if need be.")
    return value


def webhook_secrets(name: str) -> platforms.Secrets:
    """Return the secrets of webhooks, `<source>/<provider>=<secret>` with blanks between.

    Raises BadSetting, which never repeats a secret.
    """
    try:
        return platforms.webhook_secrets(os.environ.get(name, "").split())
    except ValueError as error:
        raise BadSetting(f"{name}: {error}.") from None


def secret(name: str, *, keep_in: Path | None, random_bytes: int = 48) -> str:
    """Return a secret from the environment, or for a local installation one kept in a file.

    `keep_in` is the file for a local installation (made whole and with mode 0600 when absent), or
    None where the environment must give the secret. Raises BadSetting when neither has one.
    """
    if value := os.environ.get(name, "").strip():
        return value
    if keep_in is None:
        raise BadSetting(f"{name} is not set; a server with its own DATABASE_URL must give it.")
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=keep_in.parent) as made:
            made.write(secrets.token_urlsafe(random_bytes))
            made.flush()
            with suppress(FileExistsError):  # another process made it meanwhile
                keep_in.hardlink_to(made.name)
    value = keep_in.read_text().strip()
    if not value:
        raise BadSetting(f"{keep_in} is empty; it must hold a secret. Put the old one back there.")
    return value


def keys(name: str, *, keep_in: Path | None) -> list[str]:
    """Return a comma-separated list of secrets that seal, as `secret` finds it.

    Raises BadSetting for a key of fewer than 32 characters, and for two that cannot be told
    apart in what they sealed (customers.intake.sealing), which happens once in 256.
    """
    found = [part.strip() for part in secret(name, keep_in=keep_in).split(",") if part.strip()]
    if not found or min(map(len, found)) < SHORTEST_KEY:
        raise BadSetting(f"{name} must hold keys of {SHORTEST_KEY} characters or more.")
    if len({key_id(key) for key in found}) < len(found):
        raise BadSetting(f"Two keys of {name} cannot be told apart; make the newest anew.")
    return found


def database(url: str) -> dict[str, Any]:
    """Return Django's connection settings for a `postgresql://` address.

    A `host` in the query (a socket's folder) wins over the one before the path, and other query
    parts become driver options. Raises BadSetting for another kind of database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"DATABASE_URL is no address: {error}.") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(
            f"DATABASE_URL begins with “{parts.scheme}”; Hymnsheet needs postgresql://…"
        )
    if not parts.path.strip("/"):
        raise BadSetting("DATABASE_URL names no database; it must end as in …/hymnsheet.")
    options: dict[str, Any] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or port or "",
        "OPTIONS": options,
    }


def mailer(url: str) -> dict[str, Any]:
    """Return Django's mail settings for `smtp://` (which then turns to TLS) or `smtps://`.

    Without an address mail is printed to the log. Raises BadSetting for another scheme.
    """
    if not url.strip():
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url.strip())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting("EMAIL_URL must be smtp://user:password@host:port, or smtps://….")
    secure = parts.scheme == "smtps"
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if secure else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": secure,
            "use_tls": not secure,
            "timeout": 10,
        },
    }
