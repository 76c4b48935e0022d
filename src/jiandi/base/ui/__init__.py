"""The frame, the shared pieces of a page, and how they look."""
