"""Accessibility in every pair of language, theme and width."""

import pytest

from tests.browser.axe import PAIRWISE, PARTS, look_at, told


@pytest.mark.prove_axe
@pytest.mark.parametrize("look", PAIRWISE, ids=lambda look: look.name)
@pytest.mark.parametrize("part", PARTS)
def test_no_page_has_a_violation(visit, site, look, part):
    found = look_at(visit, site, look, part)
    assert not found, told(found)
