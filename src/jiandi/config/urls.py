"""Addresses: each stage and each interface under its own name."""

from django.urls import include, path

from jiandi.interfaces.cli import health
from jiandi.interfaces.setup import first
from jiandi.loop import STAGES
from jiandi.watch import PARTS

urlpatterns = [
    path("", include("jiandi.interfaces.desk.urls")),
    path("", include("jiandi.base.ui.urls")),
    path("healthz", health.healthz),
    path("setup/", include("jiandi.interfaces.setup.urls")),
    path("api/", include("jiandi.interfaces.api.urls")),
    path("account/login/", first.sign_in, name="account_login"),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    *[path(f"{stage.name}/", include(f"jiandi.loop.{stage.name}.urls")) for stage in STAGES],
    *[path(f"{name}/", include(f"jiandi.watch.{name}.urls")) for name in PARTS],
]
