"""System check: every URL name stands in the access table, and nothing else does."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from chanji_dualrandom.access import ACCESS

NOT_OURS = frozenset({"admin"})


def url_names(patterns: Any = None, namespace: str = "") -> Iterator[str]:
    """``namespace:name`` of every view but the admin's own, which asks its own permissions."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace in NOT_OURS:
                continue
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


@register()
def every_url_stands_in_the_access_table(**kwargs: Any) -> list[CheckMessage]:
    names = set(url_names())
    messages: list[CheckMessage] = [
        Error(f"URL name {name} is missing from chanji_dualrandom/access.py", id="house.E001")
        for name in sorted(names - ACCESS.keys())
    ]
    messages += [
        Error(f"access.py names {name}, which is no URL", id="house.E002")
        for name in sorted(ACCESS.keys() - names)
    ]
    return messages
