"""Personal names in public: an individual business's owner is not published in full."""


def masked_name(name: str) -> str:
    """``张小明`` → ``张**``; one character stays as it is."""
    return name if len(name) < 2 else name[0] + "*" * (len(name) - 1)
