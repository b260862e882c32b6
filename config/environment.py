"""Reads settings from the environment and refuses nonsense with one sentence. Plain Python."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class BadSetting(ValueError):
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


def whole(name: str, *, default: int) -> int:
    """Return a whole number of 0 or more. Raises BadSetting."""
    value = os.environ.get(name, "").strip()
    if value == "":
        return default
    if not value.isdigit():
        raise BadSetting(f"{name} is “{value}”; it must be a whole number.")
    return int(value)


def words(name: str, *, default: list[str]) -> list[str]:
    """Return a comma-separated list."""
    value = os.environ.get(name, "").strip()
    return [part.strip() for part in value.split(",") if part.strip()] or default


def secret(name: str, *, keep_in: Path | None) -> str:
    """Return a secret from the environment, or for a local installation one kept in a file.

    `keep_in` is the file for a local installation (made with mode 0600 when absent), or None
    where the environment must give the secret. Raises BadSetting when it does not.
    """
    if value := os.environ.get(name, "").strip():
        return value
    if keep_in is None:
        raise BadSetting(f"{name} is not set; a server with its own DATABASE_URL must give it.")
    keep_in.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return keep_in.read_text()


def database(url: str) -> dict[str, Any]:
    """Return Django's connection settings for a `postgresql://` address.

    A `host` in the query (a socket's folder) wins over the one before the path, and other query
    parts become driver options. Raises BadSetting for another kind of database.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(
            f"DATABASE_URL begins with “{parts.scheme}”; Hymnsheet needs postgresql://…"
        )
    options: dict[str, Any] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or parts.port or "",
        "OPTIONS": options,
    }
