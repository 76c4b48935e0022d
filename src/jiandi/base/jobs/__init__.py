"""Work that outlives a page: read a letter, write a workbook, sweep for overdue dates.

A job is a row in the same database, so it appears or vanishes with the action that asked for it. Actions say
`jobs.enqueue("intake.read_letter", {...}, actor_id=…)`; a stage's `jobs.py` says `@job("intake.read_letter")` and is
imported by the worker alone. A job may run again after a crash: write it so that it goes on from `run.saved`.
"""

from jiandi.base.jobs.queue import enqueue, request_stop, retry
from jiandi.base.jobs.registry import Run, job

__all__ = ["Run", "enqueue", "job", "request_stop", "retry"]
