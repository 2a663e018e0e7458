"""Which pages bin/bench measures."""

BARE = "/bench/bare"


def public_pages() -> dict[str, str]:
    """Name and address of each kind of public page, for the first plan in the database."""
    from tracker.models import Commitment, Institution, Plan

    plan = Plan.objects.order_by("pk").first()
    if plan is None:
        return {}
    base = f"/en/plans/{plan.slug}/"
    pages = {"overview": base, "overview as of": f"{base}?as_of=2026-06-30"}
    for name in (
        "pillars",
        "commitments",
        "institutions",
        "meetings",
        "timeline",
        "changes",
        "announcement",
        "sources",
        "method",
        "ledger",
    ):
        pages[name] = f"{base}{name}/"
    commitment = Commitment.objects.filter(plan=plan).order_by("reference").first()
    if commitment:
        pages["a commitment"] = f"{base}commitments/{commitment.reference}/"
    institution = Institution.objects.order_by("pk").first()
    if institution:
        pages["an institution"] = f"{base}institutions/{institution.slug}/"
    return pages
