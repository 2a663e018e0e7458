"""SQL queries and processor time of each page, uncached, in one process. bin/bench starts it."""

import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")

Serve = Callable[[str], tuple[str, int]]


def main() -> None:
    import logging

    import django

    django.setup()
    logging.disable(logging.WARNING)

    from _pages import BARE, public_pages
    from django.core.wsgi import get_wsgi_application

    serve = server(get_wsgi_application())
    bare = processor_time(serve, BARE)
    print(f"\nA bare view takes {bare * 1e6:.0f} microseconds of processor time here.")
    print(f"\n{'page, not cached':<20} {'queries':>8} {'CPU, times bare':>16} {'kB of HTML':>11}")
    for name, address in public_pages().items():
        print(f"{name:<20} {row(serve, address, bare)}", flush=True)


def row(serve: Serve, address: str, bare: float) -> str:
    status, size = serve(address)
    if not status.startswith("200"):
        return f"NOT MEASURED: {status.upper()} AT {address}"
    queries = count_queries(serve, address)
    ratio = processor_time(serve, address) / bare
    return f"{queries:>8} {ratio:>16.1f} {size / 1000:>11.1f}"


def server(application: Any) -> Serve:
    """Ask the application itself: no socket, no second process."""

    def serve(address: str) -> tuple[str, int]:
        from django.core.cache import caches

        caches["pages"].clear()
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_FORWARDED_FOR": "192.0.2.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        seen = []
        body = application(environ, lambda status, headers, *rest: seen.append(status))
        try:
            return seen[0], sum(len(chunk) for chunk in body)
        finally:
            if hasattr(body, "close"):
                body.close()

    return serve


def count_queries(serve: Serve, address: str) -> int:
    """Queries of one request. Counted by hand: Django forgets them between requests."""
    from django.db import connection

    counted = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        counted.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        serve(address)
    return len(counted)


def processor_time(serve: Serve, address: str) -> float:
    """Seconds of processor time of one request: the best of five rounds, after warming up."""
    for _ in range(3):
        serve(address)
    return min(one_round(serve, address) for _ in range(5))


def one_round(serve: Serve, address: str) -> float:
    started, served = time.process_time(), 0
    while served < 3 or time.process_time() - started < 0.2:
        serve(address)
        served += 1
    return (time.process_time() - started) / served


main()
