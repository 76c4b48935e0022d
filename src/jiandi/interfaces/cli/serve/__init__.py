"""`jiandi serve`: one supervisor over the web server, the worker with its schedule, and the sealer."""
