"""The frame and the pages across stages."""
