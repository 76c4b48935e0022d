"""The bare application: nothing stands around the view. (The apps want their middleware named while they load.)"""

from __future__ import annotations

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

django.setup(set_prefix=False)
settings.MIDDLEWARE = []
application = WSGIHandler()
