"""Pages across stages."""

from __future__ import annotations

from django.urls import path

from jiandi.interfaces.desk import disputes, links, sources, turns, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("ledger/", views.ledger, name="ledger"),
    path("finding/<int:finding_id>/", views.finding, name="finding"),
    path("finding/<int:finding_id>/head/", views.finding_head, name="finding_head"),
    path("finding/<int:finding_id>/turn/<str:verb>/", turns.turn, name="turn"),
    path("finding/<int:finding_id>/dispute/", disputes.dispute, name="dispute"),
    path("finding/<int:finding_id>/links/", links.of_finding, name="links"),
    path("finding/<int:finding_id>/links/<int:link_id>/<slug:verb>/", links.step, name="link_step"),
    path("finding/<int:finding_id>/other/<int:other_id>/decline/", links.decline, name="decline"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/<slug:verb>/", links.serve, name="serve"),
    path("joint/", links.in_round, name="joint"),
    path("sources/", sources.by_source, name="sources"),
    path("unit/<int:unit_id>/", views.unit, name="unit"),
    path("search/", views.search, name="search"),
    path("round/", views.round_, name="round"),
    path("as-post/", views.as_post, name="as_post"),
]
