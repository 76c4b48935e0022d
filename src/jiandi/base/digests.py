"""Digests: SHA-256 and SM3, always named beside the digest they made."""

import hashlib
from typing import Final, Literal, Protocol, TypeGuard

from cryptography.hazmat.primitives import hashes

Algorithm = Literal["sha256", "sm3"]

DEFAULT: Final[Algorithm] = "sha256"
ALGORITHMS: Final[tuple[Algorithm, ...]] = ("sha256", "sm3")
HEX_LENGTH: Final = 64


class UnknownAlgorithm(ValueError):
    """The record names an algorithm this version does not know."""


class _Context(Protocol):
    def update(self, data: bytes) -> None: ...
    def copy(self) -> "_Context": ...
    def finalize(self) -> bytes: ...


def _context(algorithm: str) -> _Context:
    if algorithm == "sha256":
        return hashes.Hash(hashes.SHA256())
    if algorithm == "sm3":
        return hashes.Hash(hashes.SM3())
    raise UnknownAlgorithm(algorithm)


class Hasher:
    """Takes bytes as they come; `hexdigest` may be asked for at any time."""

    __slots__ = ("_state", "algorithm", "size")

    def __init__(self, algorithm: str = DEFAULT) -> None:
        self._state = _context(algorithm)
        self.algorithm = algorithm
        self.size = 0

    def update(self, part: bytes) -> None:
        self._state.update(part)
        self.size += len(part)

    def digest(self) -> bytes:
        return self._state.copy().finalize()

    def hexdigest(self) -> str:
        return self.digest().hex()


def digest_bytes(algorithm: str, *parts: bytes) -> bytes:
    """H(part1 || part2 || …). Parts are joined with nothing between: fix their widths or separate them yourself."""
    if algorithm == "sha256":  # asked for once for each entry and leaf: the standard library's costs a fraction
        return hashlib.sha256(b"".join(parts)).digest()
    state = _context(algorithm)
    for part in parts:
        state.update(part)
    return state.finalize()


def digest(algorithm: str, *parts: bytes) -> str:
    """The same as `digest_bytes`, in lower-case hexadecimal."""
    return digest_bytes(algorithm, *parts).hex()


def is_known(algorithm: str) -> TypeGuard[Algorithm]:
    return algorithm in ALGORITHMS


def is_digest(text: str) -> bool:
    """Whether `text` has the one form a digest is written in: 64 lower-case hexadecimal digits."""
    return len(text) == HEX_LENGTH and all(letter in "0123456789abcdef" for letter in text)
