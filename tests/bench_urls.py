"""The site's addresses and one more: a bare view to compare with. Only bin/bench uses it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from partnership import urls

handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500

PAGE = b"<!doctype html><html lang=en><title>Bare</title><p>" + b"x" * 1950


def bare(request: HttpRequest) -> HttpResponse:
    """The least a view can do, 2 kB of it, under the same settings as every page."""
    return HttpResponse(PAGE)


urlpatterns = [path("bench/bare", bare), *urls.urlpatterns]
