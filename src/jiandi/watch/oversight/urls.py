"""Addresses of this part."""

from __future__ import annotations

from django.urls import path

from jiandi.watch.oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.home, name="home"),
    path("poll/plan/", views.plan_poll, name="plan_poll"),
    path("poll/<int:poll_id>/", views.poll, name="poll"),
    path("poll/<int:poll_id>/group/", views.add_group, name="add_group"),
    path("poll/<int:poll_id>/<str:verb>/", views.move_poll, name="move_poll"),
    path("group/<int:poll_group_id>/links/", views.print_links, name="print_links"),
    path("group/<int:poll_group_id>/sheet/", views.count_sheet, name="count_sheet"),
    path("sheet/<int:poll_sheet_id>/strike/", views.strike_sheet, name="strike_sheet"),
    path("vote/", views.enter_code, name="enter_code"),
    path("vote/<str:code>/", views.vote, name="vote"),
]
