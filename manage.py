#!/usr/bin/env python
"""Hymnsheet's command line: `manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from config.environment import BadSetting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except BadSetting as reason:
        sys.exit(f"Hymnsheet cannot start: {reason}")
