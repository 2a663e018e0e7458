"""The browser of the journeys, for the proofs that need one."""

from tests.browser.conftest import (
    browser_type_launch_args,
    pytest_configure,
    signed_in,
    site,
    visit,
)

__all__ = ["browser_type_launch_args", "pytest_configure", "signed_in", "site", "visit"]
