"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.index, name="index"),
    path("letter/", views.letter, name="letter"),
    path("without-text/", views.without_text, name="without_text"),
    path("ledger/", views.ledger, name="ledger"),
    path("<int:letter_id>/review/", views.review, name="review"),
    path("<int:letter_id>/review/since/", views.since, name="since"),
    path("<int:letter_id>/review/<slug:verb>/", views.letter_step, name="letter_step"),
    path("<int:letter_id>/item/<int:item_id>/<slug:verb>/", views.item_step, name="item_step"),
    path("batch/<int:batch_id>/", views.batch, name="batch"),
    path("batch/<int:batch_id>/<slug:verb>/", views.batch_step, name="batch_step"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("source/<int:finding_id>/", views.panel, name="source"),
]
