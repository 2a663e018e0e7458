"""Requests a second, weights and memory of a running server. bin/bench starts it.

Asks with the standard library's http.client only, and only this machine.
"""

import argparse
import gzip
import http.client
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bin")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")

HEADERS = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.1",
    "Accept-Encoding": "br, gzip",
}
TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 2  # one keeps a worker busy, the second fills its pauses


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds

    import django

    django.setup()
    from _pages import BARE, public_pages

    pages = public_pages()
    with running_server() as (port, worker):
        pages = {name: page for name, page in pages.items() if get(port, page)[0] == 200}
        speeds(port, worker, BARE, pages, seconds)
        weights(port, pages)
        memory = status_of(worker, "VmRSS")
        print(f"\nMemory of the worker after all pages: {memory / 1024:.0f} MB")


def speeds(port: int, worker: int, bare: str, pages: dict[str, str], seconds: float) -> None:
    """Cached answers, measured between two measurements of the bare view."""
    reference = load(port, worker, bare, HEADERS, seconds)
    print(
        f"\nA bare view answers {reference[0]:.0f} requests a second here "
        f"({reference[1] * 1e6:.0f} microseconds of the worker's processor time each)."
    )
    print(f"\n{'page, cached':<20} {'200: rate':>10} {'CPU':>7} {'304: rate':>10} {'CPU':>7}")
    for name, page in pages.items():
        whole = load(port, worker, page, HEADERS, seconds)
        line = f"{name:<20} {whole[0] / reference[0]:>10.2f} {whole[1] / reference[1]:>7.1f}"
        etag = get(port, page)[1].get("ETag")
        if etag and get(port, page, {"If-None-Match": etag})[0] == 304:
            same = load(port, worker, page, {**HEADERS, "If-None-Match": etag}, seconds)
            line += f" {same[0] / reference[0]:>10.2f} {same[1] / reference[1]:>7.1f}"
        else:
            line += f" {'NO 304':>10}"
        print(line, flush=True)
    again = load(port, worker, bare, HEADERS, seconds)
    print(f"(the bare view once more: {again[0] / reference[0]:.2f} of its first rate)")


def weights(port: int, pages: dict[str, str]) -> None:
    """Compressed bytes of a first view (with CSS and JS) and of the next page."""
    print(f"\n{'page, compressed':<20} {'first view, kB':>15} {'next, kB':>10}")
    uncompressed = False
    for name, page in pages.items():
        _, headers, body = get(port, page)
        is_encoded = "Content-Encoding" in headers
        following = len(body) if is_encoded else len(gzip.compress(body, 6))
        uncompressed |= not is_encoded
        plain = get(port, page, {"Accept-Encoding": "identity"})[2].decode(errors="replace")
        first = following + sum(len(get(port, link)[2]) for link in linked_files(plain))
        print(f"{name:<20} {first / 1000:>15.1f} {following / 1000:>10.1f}")
    if uncompressed:
        print("(pages leave the server as they are; a proxy compresses them: gzip 6 is assumed)")


def linked_files(html: str) -> set[str]:
    """Style sheets and scripts of the page that come from this server."""
    found = re.findall(r"<link[^>]+stylesheet[^>]*>|<script[^>]+src=[^>]+>", html)
    links = {re.search(r"(?:href|src)=\"?([^\"\s>]+)", tag) for tag in found}
    return {link.group(1) for link in links if link and link.group(1).startswith("/static/")}


# The server -------------------------------------------------------------------------------------


@contextmanager
def running_server() -> Iterator[tuple[int, int]]:
    """One worker with four threads, as bin/run starts it; its port and process number."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}"),
                *("--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
                *("--log-level", "warning", "partnership.wsgi"),
            ],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,  # a line for each request would fill the screen
        )
        try:
            get(port, "/healthz")  # answered when the worker is up
            yield port, worker_of(server.pid)
        finally:
            server.terminate()
            server.wait()


def worker_of(parent: int) -> int:
    return int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])


def status_of(process: int, name: str) -> int:
    """A figure from /proc, in kB."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE).group(1))


def processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


# The clients ------------------------------------------------------------------------------------


def get(
    port: int, page: str, more: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", page, headers={**HEADERS, **(more or {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def load(
    port: int, worker: int, page: str, headers: dict[str, str], seconds: float
) -> tuple[float, float]:
    """Requests a second, and the worker's processor seconds for each."""
    before = processor_seconds(worker)
    with multiprocessing.Pool(CLIENTS) as pool:
        counts = pool.starmap(keep_asking, [(port, page, headers, seconds)] * CLIENTS)
    total = sum(counts)
    return total / seconds, (processor_seconds(worker) - before) / total


def keep_asking(port: int, page: str, headers: dict[str, str], seconds: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    answered, end = 0, time.monotonic() + seconds
    while time.monotonic() < end or not answered:
        connection.request("GET", page, headers=headers)
        connection.getresponse().read()
        answered += 1
    connection.close()
    return answered


if __name__ == "__main__":
    main()
