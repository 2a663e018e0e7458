"""Every noun that stands in the administration. Importing this page registers them."""

from tracker.admin import (
    commitments,
    institutions,
    ledger,
    meetings,
    people,
    periods,
    plans,
    record,
    reports,
    sources,
)

__all__ = [
    "commitments",
    "institutions",
    "ledger",
    "meetings",
    "people",
    "periods",
    "plans",
    "record",
    "reports",
    "sources",
]
