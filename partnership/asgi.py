"""Where a ASGI server finds the tracker."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")

application = get_asgi_application()

from partnership.checks import refuse_unsafe_start  # noqa: E402  (needs the applications)

refuse_unsafe_start()
