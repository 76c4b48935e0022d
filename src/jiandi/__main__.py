"""`python -m jiandi` is the `jiandi` command."""

from jiandi.config.entry import main

main()
