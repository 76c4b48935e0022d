"""What dev.py does. Standard library only; messages.py alone runs under the environment's Python, for Babel."""
