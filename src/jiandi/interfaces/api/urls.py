"""The API's addresses; keys instead of sessions, so no cookie and no CSRF."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path

from jiandi.interfaces.api.root import api


def _open(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """The session guard steps aside; the key guard stands inside."""
    if isinstance(pattern, URLPattern):
        login_not_required(pattern.callback)
    return pattern


_routes, _app, _namespace = api.urls
urlpatterns = [path("v1/", ([_open(p) for p in _routes], _app, _namespace))]
