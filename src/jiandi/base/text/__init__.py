"""Text work without Django: message marks, normalisation, numbers, due dates."""
