"""The web part on waitress: pure Python, one process, for machines granian has no wheel for."""

import signal
from types import FrameType
from typing import NoReturn

import waitress
from django.conf import settings
from django.utils.module_loading import import_string

from jiandi.interfaces.cli.serve.parts import Options

THREADS = 8


def run(options: Options) -> None:
    signal.signal(signal.SIGTERM, _leave)
    application = import_string(str(settings.WSGI_APPLICATION))
    waitress.serve(application, host=options.host, port=options.port, threads=THREADS, ident=None)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
