"""Accessibility in the two combinations most unlike each other; bin/prove takes all pairs."""

import pytest

from tests.browser.axe import PARTS, SAMPLED, look_at, told


@pytest.mark.parametrize("look", SAMPLED, ids=lambda look: look.name)
@pytest.mark.parametrize("part", PARTS)
def test_no_page_has_a_violation(visit, site, look, part):
    found = look_at(visit, site, look, part)
    assert not found, told(found)
