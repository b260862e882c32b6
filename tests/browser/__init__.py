"""Journeys through a real Chromium, on a live server with a small company of its own."""
