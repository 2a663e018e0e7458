"""All addresses. Pages stand under a language; machines and administrators do not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from partnership import health
from tracker.accounts import SignInView

handler400 = "partnership.errors.bad_request"
handler403 = "partnership.errors.permission_denied"
handler404 = "partnership.errors.page_not_found"
handler500 = "partnership.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("accounts/login/", SignInView.as_view(), name="account_login"),
        path("accounts/", include("allauth.urls")),
        path("", include("tracker.urls")),
        prefix_default_language=True,
    ),
]
