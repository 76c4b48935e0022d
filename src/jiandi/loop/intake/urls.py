"""Addresses of this stage."""

from __future__ import annotations

from django.urls import path

from jiandi.loop.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.index, name="index"),
    path("letter/", views.letter, name="letter"),
    path("without-text/", views.without_text, name="without_text"),
    path("ledger/", views.ledger, name="ledger"),
    path("<int:letter_id>/review/", views.review, name="review"),
    path("<int:letter_id>/review/since/", views.since, name="since"),
    path("<int:letter_id>/review/sheet/<int:number>/", views.sheet, name="sheet"),
    path("<int:letter_id>/review/pages/", views.print_pages, name="print_pages"),
    path("<int:letter_id>/page/<int:number>.png", views.page_picture, name="page_picture"),
    path("<int:letter_id>/review/<slug:verb>/", views.letter_step, name="letter_step"),
    path("<int:letter_id>/item/<int:item_id>/<slug:verb>/", views.item_step, name="item_step"),
    path("<int:letter_id>/item/<int:item_id>/<slug:verb>/draft/", views.draft, name="draft"),
    path("batch/<int:batch_id>/", views.batch, name="batch"),
    path("batch/<int:batch_id>/mapping/", views.mapping, name="mapping"),
    path("batch/<int:batch_id>/marked.xlsx", views.marked, name="marked"),
    path("batch/<int:batch_id>/differences/", views.differences, name="differences"),
    path("batch/<int:batch_id>/differences/file/", views.differences_file, name="differences_file"),
    path("left-out/", views.left_out, name="left_out"),
    path("fix-now/", views.fix_now, name="fix_now"),
    path("problem/", views.problem, name="problem"),
    path("problem/<int:proposal_id>/<slug:verb>/", views.proposal_step, name="proposal_step"),
    path("carry/", views.carry, name="carry"),
    path("carry/<int:carried_id>/off/", views.take_off, name="take_off"),
    path("gaps/", views.gaps, name="gaps"),
    path("batch/<int:batch_id>/<slug:verb>/", views.batch_step, name="batch_step"),
    path("returned/", views.returned, name="returned"),
    path("returned/<int:returned_id>/", views.returned_one, name="returned_one"),
    path("returned/<int:returned_id>/<slug:verb>/", views.returned_step, name="returned_step"),
    path("panel/<int:finding_id>/", views.panel, name="panel"),
    path("source/<int:finding_id>/", views.panel, name="source"),
]
