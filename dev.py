#!/usr/bin/env python3
"""Everything a developer starts. Needs Python 3.11 or newer, nothing else.

python3 dev.py run      the product with a sample city
python3 dev.py test     the tests
python3 dev.py check    exactly what CI runs
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where the sentence comes from
    sys.exit("Jiandi needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: python3.11 dev.py")

from tools.dev import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
