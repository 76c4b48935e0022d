"""Fuzzing of what meets other people's files: readers and extraction. `python3 dev.py fuzz`."""
