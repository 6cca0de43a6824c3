"""Parts that take long to start and are shared by all tests of a process."""

from collections.abc import Iterator

import pytest

from political_monitoring.testing.small_llm import small_llm


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """Base address of a real, very small language model."""
    with small_llm() as url:
        yield url
