"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.report import views
from jiandi.loop.report.views import prescribed

app_name = "report"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("plan/<int:plan_id>/<slug:kind>/", views.ask_plan, name="ask_plan"),
    path("<int:report_id>/progress/", views.progress, name="progress"),
    path("<int:report_id>/download/", views.download, name="download"),
    path("chase/", views.chase, name="chase"),
    path("<int:report_id>/rates/", prescribed.rates, name="rates"),
    path("forms/keep/", prescribed.keep, name="keep"),
    path("forms/<int:form_id>/", prescribed.form, name="form"),
    path("forms/<int:form_id>/point/", prescribed.point, name="point"),
    path("forms/<int:form_id>/clear/", prescribed.clear, name="clear"),
    path("forms/<int:form_id>/schedule/", prescribed.schedule, name="schedule"),
    path("forms/<int:form_id>/fill/", prescribed.fill, name="fill"),
    path("forms/<int:form_id>/put-aside/", prescribed.put_aside, name="put_aside"),
    path("figures/", views.definitions, name="definitions"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("panel/<int:finding_id>/package/", views.package, name="package"),
]
