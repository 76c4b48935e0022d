"""First run, units, people and duties, rounds, regimes, keys, trail."""

from __future__ import annotations

from django.urls import path

from jiandi.interfaces.setup import first, people, seats, views

app_name = "setup"
urlpatterns = [
    path("", views.home, name="home"),
    path("first/", first.first, name="first"),
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
    path("regimes/", views.regimes, name="regimes"),
    path("regimes/<str:code>/", views.regime, name="regime"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:token_id>/end/", views.end_key, name="end_key"),
    path("trail/", views.trail, name="trail"),
]
