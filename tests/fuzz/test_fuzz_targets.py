"""The targets of ``make fuzz`` on few examples: seeds are read, damage is an error of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.samples import FOUND
from fuzz.targets import TARGETS, Target
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = st.binary(max_size=8) | st.sampled_from(
    [
        b"[" * 5000, b"{" * 5000, b"9" * 5000, b"1e999", b"NaN", b"\x00", b"\xed\xa0\x80",
        b"<" * 50,
        b"\xe2\x80\xae", b"null", b"-1", b'"', b"\\ud800", b"&a;", b"]]>", b"%", b"\n- ", b"\n\n",
    ]
)  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_samples_are_read(name: str) -> None:
    """A seed that is refused would be no seed."""
    seeds = list(TARGETS[name].seeds())
    assert seeds
    for seed in seeds:
        try:
            TARGETS[name].run(seed)
        except Exception as error:
            raise AssertionError(f"{name}: {error}: {seed[:200]!r}") from error


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_damage_is_an_error_of_ours(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(list(TARGETS[name].seeds())))
    for _ in range(data.draw(st.integers(1, 4))):
        at, cut = data.draw(st.integers(0, len(seed))), data.draw(st.integers(0, 12))
        seed = seed[:at] + data.draw(PIECES) + seed[at + cut :]
    TARGETS[name](seed)


@pytest.mark.parametrize("path", sorted(FOUND.glob("*")), ids=lambda path: path.name)
def test_what_was_found_once_is_not_found_again(path: Path) -> None:
    TARGETS[path.name.rpartition(".")[0]](path.read_bytes())


def test_a_target_lets_a_finding_through() -> None:
    """The tests above can fail: what is not an error of ours comes out of a target."""

    def broken(data: bytes) -> None:
        raise KeyError(data)

    with pytest.raises(KeyError):
        Target(broken, tuple)(b"x")
