"""The trail's guards are set again after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from jiandi.record.trail import guards


class TrailConfig(AppConfig):
    name = "jiandi.record.trail"

    def ready(self) -> None:
        post_migrate.connect(guards.after_migrate, sender=self)
