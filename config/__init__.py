"""Wires the four floors together and runs them."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
