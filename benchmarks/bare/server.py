"""The same server as the product's, with the same number of threads, around one bare view."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces

THREADS = 4


def serve(port: int, workers: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare.settings"
    Granian(
        "benchmarks.bare.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
