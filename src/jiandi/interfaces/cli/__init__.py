"""The jiandi command."""
