"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.verify import views
from jiandi.loop.verify.views import proofs

app_name = "verify"
urlpatterns = [
    path("", views.index, name="index"),
    path("claim/<int:claim_id>/", views.claim, name="claim"),
    path("sheet/<int:finding_id>/", views.sheet, name="sheet"),
    path("sheet/<int:finding_id>/open/", views.open_check, name="open_check"),
    path("finding/<int:finding_id>/above/", views.above, name="above"),
    path("proofs/", proofs.index, name="proofs"),
    path("proofs/of/<int:rule_id>/", proofs.panel, name="proofs_of"),
    path("proofs/<int:proof_id>/", proofs.proof, name="proof"),
    path("proofs/<int:proof_id>/<str:verb>/", proofs.turn, name="proof_turn"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("panel/<int:finding_id>/return/", views.return_finding, name="return"),
    path("panel/<int:finding_id>/schedule/", views.schedule, name="schedule"),
    path("panel/<int:finding_id>/effect/", views.effect, name="effect"),
    path("panel/<int:finding_id>/review/", views.review, name="review"),
    path("panel/<int:finding_id>/leader/", views.leader, name="leader"),
    path("panel/<int:finding_id>/refuse/<int:closing_id>/", views.refuse, name="refuse"),
    path("panel/<int:finding_id>/sign/<int:closing_id>/", views.sign, name="sign"),
]
