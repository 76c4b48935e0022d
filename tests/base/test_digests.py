import pytest

from jiandi.base import digests

# "abc": FIPS 180-4 and GB/T 32905-2016.
KNOWN = {
    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sm3": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
}


@pytest.mark.parametrize("algorithm", digests.ALGORITHMS)
def test_digest_agrees_with_the_published_vector(algorithm: str) -> None:
    assert digests.digest(algorithm, b"abc") == KNOWN[algorithm]


@pytest.mark.parametrize("algorithm", digests.ALGORITHMS)
def test_parts_are_joined_with_nothing_between(algorithm: str) -> None:
    assert digests.digest(algorithm, b"a", b"", b"bc") == KNOWN[algorithm]
    assert digests.digest_bytes(algorithm, b"abc").hex() == KNOWN[algorithm]


def test_hasher_may_be_asked_midway_and_goes_on() -> None:
    hasher = digests.Hasher("sm3")
    hasher.update(b"a")
    first = hasher.hexdigest()
    hasher.update(b"bc")
    assert first == digests.digest("sm3", b"a")
    assert hasher.hexdigest() == KNOWN["sm3"]
    assert hasher.size == 3


def test_unknown_algorithm_is_refused_by_name() -> None:
    with pytest.raises(digests.UnknownAlgorithm, match="md5"):
        digests.digest("md5", b"abc")
    assert not digests.is_known("md5")


def test_only_lower_case_hexadecimal_of_full_length_is_a_digest() -> None:
    assert digests.is_digest(KNOWN["sm3"])
    assert not digests.is_digest(KNOWN["sm3"].upper())
    assert not digests.is_digest(KNOWN["sm3"][:-1])
    assert not digests.is_digest("../" + KNOWN["sm3"][3:])
