"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.plan import views
from jiandi.loop.plan.views import documents, programmes, reviewing

app_name = "plan"
urlpatterns = [
    path("", views.index, name="index"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("finding/<int:finding_id>/measure/", views.add_measure, name="add_measure"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/", views.change_measure, name="change_measure"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/drop/", views.drop_measure, name="drop_measure"),
    path("finding/<int:finding_id>/whole/", views.set_whole, name="set_whole"),
    path("finding/<int:finding_id>/lint/", views.lint, name="lint"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/goal/", views.set_goal, name="set_goal"),
    path("finding/<int:finding_id>/goal/<int:goal_id>/drop/", views.drop_goal, name="drop_goal"),
    path("finding/<int:finding_id>/goal/<int:goal_id>/met/", views.meet_goal, name="meet_goal"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/cycle/", views.keep_cycle, name="keep_cycle"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/paid/", views.pay_funds, name="pay_funds"),
    path("panel/<int:finding_id>/programmes/", programmes.of_finding, name="programmes_of"),
    path("panel/<int:finding_id>/programmes/link/", programmes.link, name="link_programme"),
    path("programmes/", programmes.index, name="programmes"),
    path("programmes/new/", programmes.new, name="programme_new"),
    path("programmes/themes/", programmes.theme, name="theme"),
    path("programmes/<int:programme_id>/", programmes.programme, name="programme"),
    path("programmes/<int:programme_id>/<str:verb>/", programmes.turn, name="programme_turn"),
    path("programmes/<int:programme_id>/indicator/<int:indicator_id>/", programmes.value, name="indicator_value"),
    path("unit/<int:unit_id>/submit/", views.submit, name="submit"),
    path("round/submit/", views.submit_round, name="submit_round"),
    path("version/<int:plan_id>/", views.version, name="version"),
    path("version/<int:plan_id>/approve/", views.approve, name="approve"),
    path("version/<int:plan_id>/return/", views.return_, name="return"),
    path("version/<int:plan_id>/take-back/", views.take_back, name="take_back"),
    path("version/<int:plan_id>/send/", reviewing.send, name="send"),
    path("review/<int:review_id>/", reviewing.review, name="review"),
    path("remark/<int:remark_id>/", reviewing.answer_remark, name="answer_remark"),
    path("finding/<int:finding_id>/measure/<int:measure_id>/change/", reviewing.ask_change, name="ask_change"),
    path("change/<int:asked_change_id>/take-back/", reviewing.take_back_change, name="take_back_change"),
    path("version/<int:plan_id>/compare/", documents.compare, name="compare"),
    path("version/<int:plan_id>/pledge/", documents.pledge, name="pledge"),
    path("version/<int:plan_id>/pledge/file/", documents.pledge_file, name="pledge_file"),
    path("meetings/", documents.meetings, name="meetings"),
    path("meetings/<int:meeting_id>/strike/", documents.strike_meeting, name="strike_meeting"),
    path("meetings/<int:meeting_id>/file/", documents.meeting_file, name="meeting_file"),
    path("schedule/", documents.schedule, name="schedule"),
    path("measure/<int:measure_id>/milestone/", documents.milestone, name="milestone"),
    path("weakened/", documents.weakened, name="weakened"),
]
