"""How much may be kept: by one unit, by the installation, and as far as the disk reaches."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db.models import Sum

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import Evidence

BYTES_PER_MB = 1024 * 1024


def expect_room(unit_id: int | None, more: int) -> None:
    """Refuse ``more`` bytes that do not fit; 0 as a limit means none is set. A paper kept twice counts twice."""
    free = shutil.disk_usage(settings.JIANDI_DATA).free
    if free - more < settings.JIANDI_KEEP_FREE_MB * BYTES_PER_MB:
        text = N_("The disk is nearly full. Nothing was kept. Tell the administrator.")
        raise RuleBroken("evidence.disk_full", text)
    if (limit := settings.JIANDI_EVIDENCE_TOTAL_MB) and used() + more > limit * BYTES_PER_MB:
        text = N_("This installation keeps at most {limit} MB of evidence. Ask the administrator to raise the limit.")
        raise RuleBroken("evidence.quota", text, limit=limit)
    if unit_id and (limit := settings.JIANDI_EVIDENCE_UNIT_MB) and used(unit_id) + more > limit * BYTES_PER_MB:
        text = N_("Your unit may keep {limit} MB of evidence, and {used} MB are used. Hand in smaller files, or ask the administrator.")
        raise RuleBroken("evidence.unit_quota", text, limit=limit, used=used(unit_id) // BYTES_PER_MB)


def used(unit_id: int | None = None) -> int:
    """Bytes of all evidence, or of one unit's."""
    rows = Evidence.objects.filter(unit_id=unit_id) if unit_id else Evidence.objects.all()
    return int(rows.aggregate(n=Sum("size_bytes"))["n"] or 0)
