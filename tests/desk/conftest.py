"""Browsers in which the coordinators of both sides are signed in."""

import pytest


@pytest.fixture
def canada(client_of, canada_coordinator):
    return client_of(canada_coordinator)


@pytest.fixture
def mexico(client_of, mexico_coordinator):
    return client_of(mexico_coordinator)
