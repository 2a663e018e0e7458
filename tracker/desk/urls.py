"""Addresses of the desk, under /<lang>/desk/."""

from django.urls import path

from tracker.desk import (
    answers,
    board,
    files,
    home,
    queue,
    reports,
    review,
    review_acts,
    saves,
    short_acts,
    work,
)

urlpatterns = [
    path("", home.desk_home, name="desk-home"),
    path("reports/<int:pk>/", review.report_review, name="report-review"),
    path("reports/<int:pk>/withdraw/", review_acts.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/return/", review_acts.report_return, name="report-return"),
    path("reports/<int:pk>/publish/", review_acts.report_publish, name="report-publish"),
    path("reports/<int:pk>/schedule/", review_acts.report_schedule, name="report-schedule"),
    path("reports/<int:pk>/stop/", review_acts.report_stop, name="report-stop"),
    path("reports/<int:pk>/share/", review_acts.report_share, name="report-share"),
    path("reports/<int:pk>/comment/", review_acts.report_comment, name="report-comment"),
    path("reports/<int:pk>/saves/", saves.report_saves, name="report-saves"),
    path("reports/<int:pk>/files/<str:sha256>/", files.report_file, name="report-file"),
    path("reports/<int:pk>/concur/", answers.report_concur, name="report-concur"),
    path("reports/<int:pk>/confirm/", short_acts.report_confirm, name="report-confirm"),
    path(
        "reports/<int:pk>/translate/<str:language>/",
        short_acts.report_translate,
        name="report-translate",
    ),
    path("<slug:slug>/work/", work.desk_work, name="desk-work"),
    path("<slug:slug>/board/", board.desk_board, name="desk-board"),
    path("<slug:slug>/queue/", queue.desk_queue, name="desk-queue"),
    path(
        "<slug:slug>/<str:party_code>/<str:reference>/report/",
        reports.report_write,
        name="report-write",
    ),
    path(
        "<slug:slug>/<str:party_code>/<str:reference>/no-change/",
        short_acts.report_no_change,
        name="report-no-change",
    ),
    path(
        "<slug:slug>/<str:party_code>/<str:reference>/on-behalf/",
        reports.report_write,
        {"on_behalf": True},
        name="report-on-behalf",
    ),
]
