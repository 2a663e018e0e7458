"""What is logged, and how: one line an event, no request bodies, no addresses with secrets.

Addresses can carry tokens (password reset, invitation), so a request is logged by its route,
never by its path or query.
"""

import logging
from typing import Any

import structlog


class HidePath(logging.Filter):
    """Take the address out of Django's own messages; the request id leads to the route."""

    def filter(self, record: logging.LogRecord) -> bool:
        # They read "Forbidden (%s): %s": a reason, then the path.
        if isinstance(record.args, tuple) and str(record.msg).endswith(": %s"):
            record.msg = str(record.msg).removesuffix(": %s")
            record.args = record.args[:-1]
        return True


def logging_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything goes to standard error, through structlog."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"hide_path": {"()": HidePath}},
        "formatters": {
            "structlog": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": _renderers(as_json=as_json),
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structlog"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Replaces Django's own handlers, which print addresses or mail tracebacks.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"filters": ["hide_path"], "level": "ERROR"},
            "django.security": {"level": "WARNING"},
            "django.security.csrf": {"filters": ["hide_path"]},
            "partnership": {"level": level},
            "tracker": {"level": level},
        },
    }


def _renderers(*, as_json: bool) -> list[Any]:
    """JSON for machines; for people a line in which every value is quoted, so that a line
    break in a value cannot pass for an event of its own."""
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        return [
            remove,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ]
    return [
        remove,
        structlog.dev.ConsoleRenderer(
            colors=False,
            repr_native_str=True,
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]
