"""First run, units, people and duties, rounds, regimes, keys, trail."""

from __future__ import annotations

from django.urls import path

from jiandi.interfaces.setup import begin, calendar, first, people, regime_views, seats, views

app_name = "setup"
urlpatterns = [
    path("", views.home, name="home"),
    path("first/", first.first, name="first"),
    path("begin/", begin.begin, name="begin"),
    path("begin/round/", begin.begin_round, name="begin_round"),
    path("begin/ledger/", begin.begin_ledger, name="begin_ledger"),
    path("begin/units/<int:batch_id>/", begin.begin_units, name="begin_units"),
    path("begin/letter/", begin.begin_letter, name="begin_letter"),
    path("begin/results/", begin.begin_results, name="begin_results"),
    path("invitation/<str:secret>/", first.invitation, name="invitation"),
    path("formal-use/", views.formal_use, name="formal_use"),
    path("units/", views.units, name="units"),
    path("seats/", seats.seats, name="seats"),
    path("people/", people.people, name="people"),
    path("people/duty/", people.duty, name="duty"),
    path("people/duty/<int:duty_id>/confirm/", people.confirm, name="confirm_duty"),
    path("people/duty/<int:duty_id>/end/", people.end, name="end_duty"),
    path("people/<int:user_id>/link/", people.link, name="link"),
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/<int:round_id>/", views.round_, name="round"),
    path("rounds/<int:round_id>/regime/", regime_views.move_round, name="move_round"),
    path("regimes/", regime_views.regimes, name="regimes"),
    path("regimes/draft/<int:draft_id>/", regime_views.draft, name="draft"),
    path("regimes/draft/<int:draft_id>/text/", regime_views.draft_text, name="draft_text"),
    path("regimes/draft/<int:draft_id>/take/", regime_views.take_text, name="take_text"),
    path("regimes/draft/<int:draft_id>/freeze/", regime_views.freeze, name="freeze_draft"),
    path("regimes/draft/<int:draft_id>/discard/", regime_views.discard, name="discard_draft"),
    path("regimes/draft/<int:draft_id>/<str:page>/", regime_views.part, name="part"),
    path("regimes/<str:code>/", regime_views.regime, name="regime"),
    path("regimes/<str:code>/copy/", regime_views.copy, name="copy_regime"),
    path("regimes/<str:code>/text/", regime_views.text, name="regime_text"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/publish/", calendar.publish, name="publish_year"),
    path("calendar/<int:year>/<int:month>/", calendar.month, name="month"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:token_id>/end/", views.end_key, name="end_key"),
    path("trail/", views.trail, name="trail"),
]
