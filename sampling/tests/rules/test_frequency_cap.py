import pytest

from registry.rules.cap_exemptions import Exemption
from sampling.rules.frequency_cap import at_cap


@pytest.mark.parametrize(
    ("visits", "cap", "capped"), [(0, 2, False), (1, 2, False), (2, 2, True), (3, 2, True)]
)
def test_unit_is_at_its_cap_once_another_visit_would_exceed_it(visits: int, cap: int, capped: bool):
    assert at_cap(visits, cap) is capped


@pytest.mark.parametrize("exemption", Exemption)
def test_any_exemption_lifts_the_cap(exemption: Exemption):
    assert not at_cap(9, 2, {exemption})
