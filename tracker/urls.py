"""Addresses under /<lang>/. Fixed from the first day: they are cited."""

from django.urls import include, path

from tracker.public import (
    announcement,
    changes,
    commitment_page,
    commitments,
    compare,
    evidence_files,
    home,
    institutions,
    ledger,
    meetings,
    method,
    overview,
    periods,
    pillars,
    sources,
    timeline,
)

plan_pages = [
    path("", overview.overview, name="plan-overview"),
    path("pillars/", pillars.pillar_list, name="pillar-list"),
    path("commitments/", commitments.commitment_list, name="commitment-list"),
    path(
        "commitments/<str:reference>/", commitment_page.commitment_detail, name="commitment-detail"
    ),
    path("institutions/", institutions.institution_list, name="institution-list"),
    path(
        "institutions/<slug:institution>/",
        institutions.institution_detail,
        name="institution-detail",
    ),
    path("meetings/", meetings.meeting_list, name="meeting-list"),
    path("meetings/<slug:meeting>/", meetings.meeting_detail, name="meeting-detail"),
    path("timeline/", timeline.timeline, name="plan-timeline"),
    path("changes/", changes.changes, name="plan-changes"),
    path("compare/", compare.compare, name="plan-compare"),
    path("periods/", periods.period_list, name="period-list"),
    path("periods/<slug:key>/", periods.period_detail, name="period-detail"),
    path("ledger/", ledger.ledger_list, name="ledger-list"),
    path("ledger/<int:sequence>/", ledger.ledger_entry, name="ledger-entry"),
    path("ledger.jsonl", ledger.ledger_file, name="ledger-file"),
    path("checkpoint.json", ledger.checkpoint, name="ledger-checkpoint"),
    path("announcement/", announcement.announcement, name="plan-announcement"),
    path("evidence/<str:sha256>/", evidence_files.evidence_file, name="evidence-file"),
    path("sources/", sources.source_list, name="source-list"),
    path("method/", method.method, name="plan-method"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("plans/<slug:slug>/", include(plan_pages)),
    path("desk/", include("tracker.desk.urls")),
]
