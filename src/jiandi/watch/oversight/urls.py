"""Addresses of this part."""

from __future__ import annotations

from django.urls import path

from jiandi.watch.oversight.views import assessments, polls

app_name = "oversight"
urlpatterns = [
    path("", polls.home, name="home"),
    path("poll/plan/", polls.plan_poll, name="plan_poll"),
    path("poll/<int:poll_id>/", polls.poll, name="poll"),
    path("poll/<int:poll_id>/group/", polls.add_group, name="add_group"),
    path("poll/<int:poll_id>/<str:verb>/", polls.move_poll, name="move_poll"),
    path("group/<int:poll_group_id>/links/", polls.print_links, name="print_links"),
    path("group/<int:poll_group_id>/sheet/", polls.count_sheet, name="count_sheet"),
    path("sheet/<int:poll_sheet_id>/strike/", polls.strike_sheet, name="strike_sheet"),
    path("assessment/", assessments.index, name="assessments"),
    path("assessment/start/", assessments.start, name="start_assessment"),
    path("assessment/<int:assessment_id>/", assessments.assessment, name="assessment"),
    path("assessment/<int:assessment_id>/<str:step>/", assessments.take, name="assess"),
    path("vote/", polls.enter_code, name="enter_code"),
    path("vote/<str:code>/", polls.vote, name="vote"),
]
