"""A built wheel carries the front-end files and the compiled Chinese texts, so that users need neither Node nor Babel's tools."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles the translations; refuses a wheel without its front-end files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "src/jiandi/base/ui/static/vendor/.stamp").is_file():
            raise RuntimeError("The front-end files are not here yet. Build with: python3 dev.py wheel")
        sys.path.insert(0, self.root)
        from tools.dev import messages  # noqa: PLC0415 - found only now that the root is on the path

        messages.compile_all()
