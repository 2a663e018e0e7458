#!/usr/bin/env python
"""Run a management command of the tracker."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Start the tracker with bin/run, which installs it.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
