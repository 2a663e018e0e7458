"""Addresses of the desk, under /<lang>/desk/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
