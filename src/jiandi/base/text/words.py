"""Marks a text as a message to be translated, in code that knows no Django."""


class Word(str):
    """A message id. As a value inside another message it is translated too; other strings stay as people wrote them."""

    __slots__ = ()


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text as a message; the mark lets the message collector find it."""
    return Word(text)
