"""What SQL constraints cannot say about campaigns is refused by triggers; they rest while tables are changed."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from jiandi.record.ledger import triggers


class LedgerConfig(AppConfig):
    name = "jiandi.record.ledger"

    def ready(self) -> None:
        pre_migrate.connect(triggers.before_migrate, sender=self)
        post_migrate.connect(triggers.after_migrate, sender=self)
