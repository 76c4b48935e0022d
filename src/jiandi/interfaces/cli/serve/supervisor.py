"""Starts the parts, starts a part again when it falls, stops all of them together."""

import http.client
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import connection as waiting
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import connections

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import schema
from jiandi.interfaces.cli.serve import lock, parts

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
FIRST_LOOK_SECONDS = 0.03
STOP_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
FALLS_BEFORE_FIRST_ANSWER = 4
PATIENCE_SECONDS = 20.0


class Part:
    """One child program and its falls."""

    def __init__(self, name: str, run: Callable[[parts.Options], None], options: parts.Options) -> None:
        self.name = name
        self.falls = 0
        self._run, self._options = run, options
        self._child: BaseProcess | None = None
        self._started_at = self._start_again_at = 0.0

    @property
    def sentinel(self) -> int | None:
        return self._child.sentinel if self._child else None

    def start(self) -> None:
        context = _context()
        self._started_at = time.monotonic()
        self._child = context.Process(target=parts.enter, args=(self._run, self._options, os.getpid()), name=f"jiandi-{self.name}")
        self._child.start()

    def look(self) -> None:
        """Notice a fall; start again when its pause is over."""
        moment = time.monotonic()
        if self._child is not None and not self._child.is_alive():
            if moment - self._started_at > STEADY_SECONDS:
                self.falls = 0
            pause = min(FIRST_PAUSE_SECONDS * 2**self.falls, LONGEST_PAUSE_SECONDS)
            log.error("%s ended with code %s; starting it again in %s s", self.name, self._child.exitcode, pause)
            self.falls += 1
            self._start_again_at = moment + pause
            self._sweep()
        if self._child is None and moment >= self._start_again_at:
            self.start()

    def ask_to_stop(self) -> None:
        if self._child is not None:
            self._child.terminate()

    def wait_for_end(self, seconds: float) -> None:
        if self._child is not None:
            self._child.join(max(0.0, seconds))
            self._sweep()

    def _sweep(self) -> None:
        """Nothing of the child's group may live on: an orphaned web worker would keep the port."""
        if self._child is None:
            return
        if sys.platform == "win32":
            self._child.kill()
        elif self._child.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
        self._child.join(1.0)
        self._child = None


def _context() -> ForkContext | SpawnContext:
    """On Linux a fork shares the loaded program: a child costs a few MB and no second start of Django."""
    return multiprocessing.get_context("fork") if sys.platform == "linux" else multiprocessing.get_context("spawn")


class Supervisor:
    """`run` returns when a signal asked for the end and every part has ended."""

    def __init__(self, options: parts.Options, say: Callable[[str], None]) -> None:
        self._options, self._say = options, say
        self._web = Part("web", parts.web, options)
        self._others = [Part("worker", parts.work, options), Part("sealer", parts.seal, options)]
        self._is_told = self._has_answered = self._has_complained = False
        self._began = time.monotonic()

    def run(self) -> None:
        folder = Path(settings.JIANDI_DATA)
        with lock.only_one(folder, self._options.address):
            _require_free_port(self._options)
            schema.require_equal()
            connections.close_all()
            signal.signal(signal.SIGTERM, self._tell)
            signal.signal(signal.SIGINT, self._tell)
            try:
                self._watch()
            finally:
                self._stop()

    def _tell(self, _number: int, _frame: FrameType | None) -> None:
        self._is_told = True

    def _watch(self) -> None:
        everything = [self._web, *self._others]
        for part in everything:
            part.start()
        while not self._is_told:
            sentinels = [part.sentinel for part in everything if part.sentinel is not None]
            waiting.wait(sentinels, timeout=LOOK_SECONDS if self._has_answered else FIRST_LOOK_SECONDS)
            for part in everything:
                part.look()
            self._announce()

    def _announce(self) -> None:
        if self._has_answered:
            return
        if is_answering(self._options):
            self._has_answered = True
            self._say(self._options.address)
        elif not self._has_complained and time.monotonic() - self._began > PATIENCE_SECONDS:
            self._has_complained = True
            log.error("no good answer from %shealthz after %s s", self._options.address, PATIENCE_SECONDS)
        elif self._web.falls >= FALLS_BEFORE_FIRST_ANSWER:
            raise RuleBroken(
                "serve.no_start",
                N_("The web server ended {times} times before its first answer. The log above says why."),
                times=self._web.falls,
            )

    def _stop(self) -> None:
        """Web and worker first; the sealer last, so that it seals what they still wrote."""
        end = time.monotonic() + STOP_SECONDS
        first, last = [self._web, self._others[0]], self._others[1:]
        for group in (first, last):
            for part in group:
                part.ask_to_stop()
            for part in group:
                part.wait_for_end(end - time.monotonic())


def is_answering(options: parts.Options) -> bool:
    """Whether `/healthz` says that pages are served."""
    host = options.address.removeprefix("http://").rstrip("/").rsplit(":", 1)[0].strip("[]")
    asking = http.client.HTTPConnection(host, options.port, timeout=2)
    try:
        asking.request("GET", "/healthz", headers={"Host": f"localhost:{options.port}"})
        return asking.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def _require_free_port(options: parts.Options) -> None:
    """Web workers share their port, so a second server would not fail by itself: it would take half of the requests."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError:
            raise RuleBroken(
                "serve.port_taken",
                N_("Port {port} is taken by another program. Choose another: jiandi serve --port {other}"),
                port=options.port,
                other=options.port + 1,
            ) from None
