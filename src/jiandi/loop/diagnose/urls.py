"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.diagnose import views

app_name = "diagnose"
urlpatterns = [
    path("", views.index, name="index"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("finding/<int:finding_id>/cause/", views.add_cause, name="add_cause"),
    path("finding/<int:finding_id>/cause/<int:cause_id>/", views.change_cause, name="change_cause"),
    path("finding/<int:finding_id>/cause/<int:cause_id>/drop/", views.drop_cause, name="drop_cause"),
    path("finding/<int:finding_id>/ask/", views.ask, name="ask"),
    path("campaign/<int:campaign_id>/", views.campaign, name="campaign"),
    path("campaign/<int:campaign_id>/close/", views.close_campaign, name="close_campaign"),
    path("answer/<int:answer_id>/", views.answer, name="answer"),
    path("answer/<int:answer_id>/open/", views.open_answer, name="open_answer"),
    path("answer/<int:answer_id>/excuse/", views.excuse_answer, name="excuse_answer"),
]
