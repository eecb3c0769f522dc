"""No page opens the sealed list, those that name units for other reasons neither.

In a file of its own: clues send people to units that may be drawn as well, and where the desks are
full the hunt of test_sealed_list.py would find such a unit's name on its own pages.
"""

import pytest

from chanji_dualrandom.access import ACCESS
from registry.models import PollutionSource
from sampling.services import sealing
from tests.access.leaks import ROLES, client_of, crawl
from tests.access.test_roles import POST_ONLY, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was unsealed while the test ran."""
    found: list[str] = []
    real = sealing.unseal

    def watched(sealed: str, *, context: str) -> bytes:
        found.append(context)
        return real(sealed, context=context)

    monkeypatch.setattr(sealing, "unseal", watched)
    return found


def test_no_page_opens_the_sealed_list_so_none_can_be_timed(
    sealed_units: list[PollutionSource], desks: None, opened: list[str]
) -> None:
    """Without the nonce nothing depends on who was drawn: neither text, nor count, nor order, nor
    time. That holds for the pages that name units for other reasons as well: registers, risk,
    clues, positive list."""
    urls = [address(name) for name in ACCESS.keys() - POST_ONLY - {"logout"}]
    for username in ROLES:
        client = client_of(username)
        for url in urls:
            client.get(url)
    for username in ("director1", "planner1"):  # who see most
        seen = [url for url, _text in crawl(client_of(username), registers=True)]
        assert len(seen) > 100

    assert opened == []
