"""Make the database and files ready to serve. bin/run starts it inside the environment.

One process for all steps, since loading Django takes longer than most of them.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--sample", action="store_true")
    options = parser.parse_args()

    from partnership.catalogues import compile_catalogues

    compile_catalogues(ROOT / "locale")

    import django

    django.setup()
    make_tables()
    collect_static()
    open_plans(sample=options.sample)
    name_signing_key()
    if not options.no_demo:
        make_demo_accounts()


def make_tables() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Collect and compress the static files, unless none has changed."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.HASHED_STATIC:
        return
    stamp = Path(settings.STATIC_ROOT) / "collected"
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Collecting static files ...", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def name_signing_key() -> None:
    """Before the first checkpoint its key must stand in the ledger."""
    from django.core.management import call_command

    call_command("rotate_key", keep=True)


def static_fingerprint() -> str:
    """Changes when a file of ours, or the version of any package, changes."""
    digest = hashlib.sha256((ROOT / "requirements" / "run.txt").read_bytes())
    folders = [ROOT / "static", ROOT / "tracker" / "static"]
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_file():
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def open_plans(*, sample: bool) -> None:
    from django.core.management import call_command

    from tracker.models import Plan

    call_command("open_plan", if_empty=True)
    if sample and not Plan.objects.filter(is_sample=True).exists():
        call_command("open_sample")


def make_demo_accounts() -> None:
    from django.conf import settings
    from django.core.management import call_command

    if settings.PRODUCTION:
        print("No demonstration accounts are made in production.")
        return
    call_command("make_demo_accounts")


def sentence(error: BaseException) -> str:
    """What to tell the person who started this."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import DatabaseError, InterfaceError

    said = " ".join(str(error).split())
    if isinstance(error, ImproperlyConfigured | CommandError):
        return said
    if isinstance(error, DatabaseError | InterfaceError):
        where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "the data folder"
        return f"the database does not answer or refuses. Check {where}. It said: {said}"
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'} cannot be used ({error.strerror or said})."
    kind = type(error).__name__
    return (
        f"something unforeseen happened ({kind}: {said}). "
        "Start again with TRACKER_DEBUG=1 to see where."
    )


try:
    main()
except KeyboardInterrupt:
    sys.exit("bin/run: stopped.")
except Exception as error:
    if os.environ.get("TRACKER_DEBUG") == "1":
        raise
    sys.exit(f"bin/run: {sentence(error)}")
