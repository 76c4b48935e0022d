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
    path("finding/<int:finding_id>/cause/look/", views.look_cause, name="look_cause"),
    path("finding/<int:finding_id>/cause/<int:cause_id>/proof/", views.show_cause, name="show_cause"),
    path("finding/<int:finding_id>/cause/<int:cause_id>/higher/", views.propose_cause, name="propose_cause"),
    path("finding/<int:finding_id>/flag/", views.flag, name="flag"),
    path("finding/<int:finding_id>/tree/", views.tree, name="tree"),
    path("higher/", views.raised, name="raised"),
    path("higher/<int:raised_id>/", views.raised_one, name="raised_one"),
    path("higher/<int:raised_id>/register/", views.register_raised, name="register_raised"),
    path("higher/<int:raised_id>/<slug:verb>/", views.raised_step, name="raised_step"),
    path("matters/", views.matters, name="matters"),
    path("dimensions/", views.dimensions, name="dimensions"),
    path("dimensions/rows/", views.dimension_rows, name="dimension_rows"),
    path("kinds/", views.kinds, name="kinds"),
    path("kinds/word/", views.put_word, name="put_word"),
    path("ask/", views.ask, name="ask"),
    path("load/", views.load, name="load"),
    path("campaign/<int:campaign_id>/", views.campaign, name="campaign"),
    path("campaign/<int:campaign_id>/hints/", views.hints, name="hints"),
    path("campaign/<int:campaign_id>/remind/", views.remind, name="remind"),
    path("campaign/<int:campaign_id>/close/", views.close_campaign, name="close_campaign"),
    path("sheet/<int:asked_id>/", views.sheet, name="sheet"),
    path("sheet/<int:asked_id>/open/", views.open_sheet, name="open_sheet"),
    path("sheet/<int:asked_id>/send-on/", views.send_on, name="send_on"),
    path("sheet/<int:asked_id>/proof/", views.add_proof, name="add_proof"),
    path("sheet/<int:asked_id>/excuse/", views.excuse_unit, name="excuse_unit"),
    path("answer/<int:answer_id>/excuse/", views.excuse_answer, name="excuse_answer"),
]
