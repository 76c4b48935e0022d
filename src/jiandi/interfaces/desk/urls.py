"""Pages across stages."""

from __future__ import annotations

from django.urls import path

from jiandi.interfaces.desk import disputes, turns, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("ledger/", views.ledger, name="ledger"),
    path("finding/<int:finding_id>/", views.finding, name="finding"),
    path("finding/<int:finding_id>/head/", views.finding_head, name="finding_head"),
    path("finding/<int:finding_id>/turn/<str:verb>/", turns.turn, name="turn"),
    path("finding/<int:finding_id>/dispute/", disputes.dispute, name="dispute"),
    path("unit/<int:unit_id>/", views.unit, name="unit"),
    path("search/", views.search, name="search"),
    path("round/", views.round_, name="round"),
    path("as-post/", views.as_post, name="as_post"),
]
