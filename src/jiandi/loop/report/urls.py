"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.report import views

app_name = "report"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("<int:report_id>/progress/", views.progress, name="progress"),
    path("<int:report_id>/download/", views.download, name="download"),
    path("figures/", views.definitions, name="definitions"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
]
