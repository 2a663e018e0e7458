"""Addresses of the desk, under /<lang>/desk/."""

from django.urls import path

from tracker.desk import answers, board, home, reports, review, work

urlpatterns = [
    path("", home.desk_home, name="desk-home"),
    path("reports/<int:pk>/", review.report_review, name="report-review"),
    path("reports/<int:pk>/withdraw/", review.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/return/", review.report_return, name="report-return"),
    path("reports/<int:pk>/publish/", review.report_publish, name="report-publish"),
    path("reports/<int:pk>/concur/", answers.report_concur, name="report-concur"),
    path("<slug:slug>/work/", work.desk_work, name="desk-work"),
    path("<slug:slug>/board/", board.desk_board, name="desk-board"),
    path("<slug:slug>/queue/", review.desk_queue, name="desk-queue"),
    path(
        "<slug:slug>/<str:party_code>/<str:reference>/report/",
        reports.report_write,
        name="report-write",
    ),
]
