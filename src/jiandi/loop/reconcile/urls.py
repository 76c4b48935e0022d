"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.reconcile import views
from jiandi.loop.reconcile.views import phase

app_name = "reconcile"
urlpatterns = [
    path("", views.index, name="index"),
    path("freeze/", views.freeze, name="freeze"),
    path("sheet/<int:sheet_id>/", views.sheet, name="sheet"),
    path("sheet/<int:sheet_id>/present/", views.present, name="present"),
    path("sheet/<int:sheet_id>/decide/<int:finding_id>/", views.decide, name="decide"),
    path("sheet/<int:sheet_id>/finish/", views.finish, name="finish"),
    path("decision/<int:decision_id>/met/", views.met, name="met"),
    path("phase/", phase.index, name="phase"),
    path("phase/close/", phase.close, name="close_phase"),
    path("phase/<int:change_id>/", phase.statement, name="statement"),
    path("phase/<int:change_id>/undo/", phase.undo, name="undo_phase"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
]
