"""The look of the page for one person, and the style page."""

from django.urls import path

from jiandi.base.ui import views

app_name = "ui"

urlpatterns = [
    path("look/large/", views.large, name="large"),
    path("style/", views.style, name="style"),
    path("style/panel/", views.style_panel, name="style_panel"),
]
