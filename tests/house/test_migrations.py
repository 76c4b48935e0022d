"""The migrations say what the models say."""

import io

import pytest
from django.core.management import call_command

from tests.house import shape


@pytest.mark.django_db
def test_no_migration_is_missing():
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_migrations_have_names_given_by_people():
    """0003_auto_… and 0003_finding_x_and_more say nothing to the person who upgrades."""
    files = list(shape.PACKAGE.rglob("migrations/0*.py"))
    assert files
    wrong = [shape.name(p) for p in files if "_auto_" in p.stem or p.stem.endswith("_and_more")]
    assert not wrong, shape.report(wrong)
