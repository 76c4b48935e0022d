"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.execute.views import changes, papers, register, uploading
from jiandi.loop.execute.views import measures as views

app_name = "execute"
urlpatterns = [
    path("", views.index, name="index"),
    path("filing/", views.filing, name="filing"),
    path("changes/", changes.changes, name="changes"),
    path("finding/<int:finding_id>/dates/", changes.dates, name="dates"),
    path("finding/<int:finding_id>/duty/", changes.duty, name="duty"),
    path("finding/<int:finding_id>/supports/", changes.supports, name="supports"),
    path("file/<int:evidence_id>/", papers.file, name="file"),
    path("evidence/<int:evidence_id>/", papers.paper, name="paper"),
    path("evidence/<int:evidence_id>/picture/<str:kind>/", papers.preview, name="preview"),
    path("evidence/<int:evidence_id>/replace/", papers.replace, name="replace"),
    path("evidence/<int:evidence_id>/share/", papers.share, name="share"),
    path("evidence/<int:evidence_id>/seen/", papers.seen, name="seen"),
    path("evidence/<int:evidence_id>/review/", papers.review, name="review"),
    path("upload/<str:token>/", uploading.piece, name="piece"),
    path("upload/<str:token>/finish/", uploading.finish, name="finish_upload"),
    path("panel/<int:finding_id>/measure/<int:measure_id>/upload/", uploading.begin, name="begin_upload"),
    path("rules/", register.index, name="register"),
    path("rules/new/", register.new, name="register_new"),
    path("rules/import/", register.take, name="register_import"),
    path("rules/<int:rule_id>/", register.rule, name="register_rule"),
    path("rules/<int:rule_id>/file/", register.text, name="register_text"),
    path("rules/<int:rule_id>/<str:verb>/", register.turn, name="register_turn"),
    path("rules/question/<int:question_id>/", register.question, name="rule_question"),
    path("panel/<int:finding_id>/rules/", register.of_finding, name="rules_of"),
    path("panel/<int:finding_id>/rules/not-followed/", register.not_followed, name="not_followed"),
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
