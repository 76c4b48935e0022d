"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.lookback import views

app_name = "lookback"
urlpatterns = [
    path("", views.index, name="index"),
    path("plan/", views.plan, name="plan"),
    path("<int:lookback_id>/", views.look_back, name="look_back"),
    path("<int:lookback_id>/list/", views.frozen_list, name="frozen_list"),
    path("<int:lookback_id>/commit/", views.commit, name="commit"),
    path("<int:lookback_id>/freeze/", views.freeze, name="freeze"),
    path("<int:lookback_id>/open/", views.open_secret, name="open"),
    path("<int:lookback_id>/draw/", views.draw, name="draw"),
    path("<int:lookback_id>/finish/", views.finish, name="finish"),
    path("result/<int:draw_id>/", views.result, name="result"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
]
