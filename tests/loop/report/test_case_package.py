"""The whole case file leaves the house as one package; the command finds whatever was changed in it, without a database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from jiandi.base import clock, files
from jiandi.base.errors import NotAllowed, NotFound
from jiandi.base.jobs import worker
from jiandi.loop.report import actions
from jiandi.record.ledger import filing, write
from jiandi.record.ledger.models import Evidence, EvidenceUse, Report
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_measure
from tests.cast import Cast

BODY = b"%PDF-1.7\nproof"


def keep(cast: Cast, measure: Any, **fields: Any) -> Evidence:
    row = Evidence(title="转账凭证", kind="act", unit=cast.bureau, added_by="user:1", added_at=clock.now(), **fields)
    if not row.held_offline:
        filing.keep(row, [BODY], "凭证.pdf")
    write.create(row, actor=SYSTEM, verb="add")
    write.attach([EvidenceUse(evidence=row, measure=measure, used_at=clock.now())])
    return row


@pytest.fixture
def packed(cast: Cast, tmp_path: Path) -> Path:
    """A case with a cause, a measure, a file, a paper held offline and a locked file."""
    measure = make_measure(cast.finding)
    make_cause(cast.finding)
    keep(cast, measure)
    keep(cast, measure, held_offline="机要室")
    write.change(keep(cast, measure), {"state": "quarantined"}, actor=SYSTEM, verb="quarantine")
    report = actions.ask_case(actor=cast.actor("clerk"), finding_id=cast.finding.pk)
    worker.run_pending()
    report.refresh_from_db()
    assert (report.state, report.fault) == ("ready", "")
    path = tmp_path / report.file_name
    with files.open_file(report.digest) as source:
        path.write_bytes(source.read())
    return path


def verify(path: Path, *more: str) -> str:
    said = io.StringIO()
    try:
        call_command("archive", "verify", str(path), *more, stdout=said)
    except CommandError as error:
        return f"{said.getvalue()}\n{error}"
    return said.getvalue()


def test_it_holds_index_case_file_evidence_trail_and_digests(cast: Cast, packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        assert set(names) == {
            "evidence/0001/凭证.pdf",
            "trail.jsonl",
            "style.css",
            "case.html",
            "index.xlsx",
            "index.html",
            "manifest.json",
        }
        assert archive.read("evidence/0001/凭证.pdf") == BODY
        page, index = archive.read("case.html").decode(), archive.read("index.html").decode()
        trail = [json.loads(line) for line in archive.read("trail.jsonl").splitlines()]
        said = json.loads(archive.read("manifest.json"))
    assert cast.finding.verbatim in page
    assert "机要室" in index
    assert {line["thing"] for line in trail} == {"finding", "measure", "cause", "evidence"}
    assert (said["algorithm"], said["finding"]["number"]) == ("sha256", cast.finding.number)


def test_the_command_says_that_it_is_whole(packed: Path) -> None:
    assert "sha256:" in verify(packed)
    assert "sha256:" in verify(packed, "--digest", Report.objects.get().digest)
    assert "not the package" in verify(packed, "--digest", "0" * 64)


def test_the_command_names_the_file_that_differs(packed: Path) -> None:
    whole = packed.read_bytes()
    packed.write_bytes(whole.replace(BODY, BODY.replace(b"proof", b"Proof")))
    assert "evidence/0001/凭证.pdf: " in verify(packed)


def test_the_command_asks_no_database(packed: Path, tmp_path: Path) -> None:
    """A folder of its own, with a database that is not there."""
    surroundings = os.environ | {
        "JIANDI_DATA": str(tmp_path / "other"),
        "JIANDI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "jiandi", "archive", "verify", str(packed)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert (done.returncode, "sha256:" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"sha256:" + b"0" * 64])
def test_what_is_no_package_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert "a.zip: " in verify(tmp_path / "a.zip")


@pytest.mark.parametrize(("who", "error"), [("verifier", NotAllowed), ("outsider", NotFound), ("system", NotFound)])
def test_others_pack_nothing(cast: Cast, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        actions.ask_case(actor=cast.actor(who), finding_id=cast.finding.pk)


def test_who_leads_packs_and_fetches_its_own_case_and_nobody_else_does(cast: Cast, sign_in: Any) -> None:
    assert sign_in("head").post(f"/report/panel/{cast.finding.pk}/package/").status_code == 302
    report = Report.objects.get()
    worker.run_pending()
    assert b"".join(sign_in("head").get(f"/report/{report.pk}/download/").streaming_content)[:2] == b"PK"
    assert [sign_in(who).get(f"/report/{report.pk}/download/").status_code for who in ("verifier", "outsider", "auditor")] == [404] * 3
    assert "bi-archive" not in sign_in("verifier").get(f"/report/panel/{cast.finding.pk}/").content.decode()


def test_a_package_is_of_a_finding(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(round=cast.round, kind="case", title="案卷", asked_by_id=1, as_of=clock.today())
