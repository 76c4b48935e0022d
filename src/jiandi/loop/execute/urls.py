"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.execute import views
from jiandi.loop.execute.views import register

app_name = "execute"
urlpatterns = [
    path("", views.index, name="index"),
    path("filing/", views.filing, name="filing"),
    path("rules/", register.index, name="register"),
    path("rules/new/", register.new, name="register_new"),
    path("rules/import/", register.take, name="register_import"),
    path("rules/<int:rule_id>/", register.rule, name="register_rule"),
    path("rules/<int:rule_id>/file/", register.text, name="register_text"),
    path("rules/<int:rule_id>/<str:verb>/", register.turn, name="register_turn"),
    path("rules/question/<int:question_id>/", register.question, name="rule_question"),
    path("panel/<int:finding_id>/rules/", register.of_finding, name="rules_of"),
    path("panel/<int:finding_id>/rules/not-followed/", register.not_followed, name="not_followed"),
    path("file/<int:evidence_id>/", views.file, name="file"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("panel/<int:finding_id>/submit/", views.submit, name="submit"),
    path("panel/<int:finding_id>/take-back/", views.take_back, name="take_back"),
    path("panel/<int:finding_id>/measure/<int:measure_id>/note/", views.note, name="note"),
    path("panel/<int:finding_id>/measure/<int:measure_id>/evidence/", views.evidence, name="evidence"),
    path("panel/<int:finding_id>/measure/<int:measure_id>/said/", views.said, name="said"),
    path("panel/<int:finding_id>/measure/<int:measure_id>/claim/", views.claim, name="claim"),
    path("panel/<int:finding_id>/measure/<int:measure_id>/rule/", views.rule, name="rule"),
    path("panel/<int:finding_id>/rule/<int:rule_id>/in-force/", views.in_force, name="in_force"),
    path("panel/<int:finding_id>/claim/<int:claim_id>/take-back/", views.take_back_claim, name="take_back_claim"),
    path("panel/<int:finding_id>/claim/<int:claim_id>/strike/", views.strike, name="strike"),
]
