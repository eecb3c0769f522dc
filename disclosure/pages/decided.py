"""What was decided at the publication desk, and what may follow from it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disclosure import permissions
from disclosure.choices import PublicationState
from disclosure.models import PublicationLink
from registry.rules.tones import OK, PLAIN, Tag

# Who may take it, its page, its name.
STEPS: dict[str, tuple[tuple[str, str, Any], ...]] = {
    PublicationState.PUBLISHED: (
        (permissions.PUBLISH_RESULT, "disclosure:correct", _("更正")),
        (permissions.WITHDRAW_RESULT, "disclosure:withdraw", _("撤回")),
    ),
    PublicationState.WITHDRAWN: (
        (permissions.WITHDRAW_RESULT, "disclosure:restore", _("恢复公示")),
    ),
    PublicationState.WITHHELD: ((permissions.WITHHOLD_RESULT, "disclosure:lift", _("解除并公示")),),
}


class Decided(NamedTuple):
    link: PublicationLink
    tag: Tag
    steps: list[tuple[str, Any]]


def decided_rows(links: Iterable[PublicationLink], *, user: Any) -> list[Decided]:
    """``steps``: address and name of each page that is open to ``user`` from here."""
    return [Decided(link, _tag(link), _steps(link, user)) for link in links]


def _tag(link: PublicationLink) -> Tag:
    published = link.state == PublicationState.PUBLISHED
    return Tag(link.get_state_display(), OK if published else PLAIN)


def _steps(link: PublicationLink, user: Any) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = []
    if link.result:
        steps.append((reverse("public:result", args=[link.result.public_id]), _("公开页")))
    steps += [
        (reverse(page, args=[link.pk]), name)
        for permission, page, name in STEPS.get(link.state, ())
        if user.has_perm(permission)
    ]
    return steps
