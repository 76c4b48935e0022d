"""What runs under the supervisor: web, worker, sealer. Each is a function that ends on SIGTERM."""

import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import FrameType

import django
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.urls import get_resolver
from django.utils.module_loading import import_string

from jiandi.base.jobs import worker
from jiandi.record.trail import sealer

log = logging.getLogger(__name__)
SEAL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


@dataclass(frozen=True)
class Options:
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    server: str = "granian"

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


def default_server() -> str:
    """Granian where a wheel fits, waitress where it is installed instead."""
    return "granian" if find_spec("granian") else "waitress"


def enter(part: Callable[[Options], None], options: Options, supervisor: int) -> None:
    """First steps of a child: a group of its own (Ctrl-C is the supervisor's), an end with the supervisor, Django."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != supervisor:
            return
    django.setup()
    part(options)


def until_told() -> threading.Event:
    """An event that SIGTERM and SIGINT set. From another thread: the handler may interrupt a wait that holds its lock."""
    stop = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stop.set).start()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    return stop


def web(options: Options) -> None:
    """Load the application once, before the server forks, so that its workers share the memory."""
    import_string(str(settings.WSGI_APPLICATION))
    _ = get_resolver().url_patterns
    import_module(f"jiandi.interfaces.cli.serve.with_{options.server}").run(options)


def work(_options: Options) -> None:
    worker.work(until_told())


def seal(_options: Options) -> None:
    """Seal about once a second, and a last time when told to end. An idle turn is one short read."""
    stop = until_told()
    pause = SEAL_SECONDS
    while True:
        is_last = stop.wait(pause)
        try:
            close_old_connections()
            sealer.seal_pending()
            pause = SEAL_SECONDS
        except DatabaseError:
            log.exception("the sealer cannot write; trying again in %s s", pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        if is_last:
            return
