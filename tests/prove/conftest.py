"""The browser of the journeys, for the proofs that need one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import (
    browser_type_launch_args,
    signed_in,
    site,
    visit,
)

__all__ = ["browser_type_launch_args", "signed_in", "site", "visit"]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Say a figure aloud, whatever the outcome."""

    def said(sentence: str) -> None:
        with capsys.disabled():
            print(f"\n{sentence}", flush=True)  # noqa: T201

    return said
