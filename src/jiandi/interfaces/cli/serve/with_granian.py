"""The web part on granian: one Rust front, `workers` processes, a few threads each (one database connection a thread)."""

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from jiandi.interfaces.cli.serve.parts import Options

THREADS = 4


def run(options: Options) -> None:
    own_log = {"loggers": {"_granian": {"handlers": ["out"], "propagate": False}}}
    Granian(
        ":".join(str(settings.WSGI_APPLICATION).rsplit(".", 1)),
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig={**settings.LOGGING, **own_log},
    ).serve()
