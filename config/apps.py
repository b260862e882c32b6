"""Config wires the four floors together and runs them."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Names the app to Django."""

    name = "config"
