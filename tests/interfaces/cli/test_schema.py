import pytest
from django.db.migrations.recorder import MigrationRecorder

from jiandi.base.errors import RuleBroken
from jiandi.interfaces.cli import schema

pytestmark = pytest.mark.django_db
JOBS = {"app": "jobs", "name": "0001_jobs"}


def test_a_migrated_database_fits() -> None:
    assert schema.read().word == "equal"
    schema.require_equal()


def test_an_older_database_is_refused_and_the_remedy_named() -> None:
    MigrationRecorder.Migration.objects.filter(**JOBS).delete()
    assert schema.read().missing == (("jobs", "0001_jobs"),)
    with pytest.raises(RuleBroken, match="jiandi upgrade"):
        schema.require_equal()


def test_a_newer_database_is_refused() -> None:
    MigrationRecorder.Migration.objects.create(app="jobs", name="0099_from_the_future")
    with pytest.raises(RuleBroken, match=r"schema\.newer"):
        schema.require_equal()


def test_steps_of_an_app_that_is_not_installed_do_not_count() -> None:
    MigrationRecorder.Migration.objects.create(app="gone", name="0001_initial")
    assert schema.read().word == "equal"
