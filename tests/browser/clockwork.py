"""The product under a clock set to the tests' `now`: to prepare a folder, and to serve it.

Loaded by processes of their own (tests/browser/site.py), never inside the tests.
"""

from __future__ import annotations

import datetime as dt
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import time_machine

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)


def application() -> Any:
    """What gunicorn serves. Prepared some hours before, so that time never goes back."""
    time_machine.travel(NOW, tick=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")
    from partnership.wsgi import application as served

    return served


def prepare(arguments: list[str]) -> None:
    time_machine.travel(NOW - dt.timedelta(hours=6), tick=True).start()
    sys.argv = ["_prepare.py", *arguments]
    runpy.run_path(str(ROOT / "bin" / "_prepare.py"), run_name="__main__")
    from tests.browser.site import STRANGER
    from tracker.models import User

    if not User.objects.filter(email=STRANGER["email"]).exists():
        User.objects.create_user(
            STRANGER["email"], STRANGER["password"], name=STRANGER["label"], is_demonstration=True
        )


if __name__ == "__main__" and sys.argv[1:2] == ["prepare"]:
    prepare(sys.argv[2:])
