"""The product's settings without what surrounds a view."""

from __future__ import annotations

from pathlib import Path

from jiandi.config.settings import *  # noqa: F403
from jiandi.config.settings import TEMPLATES

ROOT_URLCONF = "benchmarks.bare.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
TEMPLATES[0]["OPTIONS"]["context_processors"] = ["django.template.context_processors.request"]
