import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from jiandi.base import heavy

WEB = """
import json, sys
from jiandi.config.wsgi import application
from django.urls import get_resolver
def load(patterns):
    for pattern in patterns:
        load(getattr(pattern, "url_patterns", []))
load(get_resolver().url_patterns)
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
import io
environ |= {"wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}
application(environ, lambda status, headers: None)
print(json.dumps(sorted(sys.modules)))
"""


def test_a_web_process_loads_no_heavy_library_and_no_job(tmp_path: Path) -> None:
    surroundings = os.environ | {"JIANDI_DATA": str(tmp_path), "JIANDI_DATABASE_URL": ""}
    done = subprocess.run([sys.executable, "-c", WEB], env=surroundings, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "jiandi.config.urls" in loaded
    assert not loaded & set(heavy.NEVER_IN_WEB)
    stages_jobs = [name for name in loaded if name.startswith("jiandi.") and name.endswith(".jobs") and name != "jiandi.base.jobs"]
    assert not stages_jobs


@pytest.mark.parametrize("load", [heavy.docx, heavy.docxtpl, heavy.openpyxl, heavy.xlsxwriter, heavy.calamine, heavy.pypdf, heavy.pdfium])
def test_each_loader_gives_its_library(load) -> None:
    assert isinstance(load(), ModuleType)
