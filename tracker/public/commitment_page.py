from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from tracker.public.pages import Asked, public_page


@public_page()
def commitment_detail(request: HttpRequest, asked: Asked, **kwargs: str) -> HttpResponse:
    raise Http404
