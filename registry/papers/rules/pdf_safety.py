"""What a PDF may not contain where people open it: anything that runs, or brings another file."""

import re

# The short name counts with its value only: in a compressed stream of 9 MB three given bytes stand
# by chance in every second file.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia|XFA|JS[\s\0]*(?:[(<]|\d+[\s\0]+\d+[\s\0]+R))"
)


def is_active(content: bytes) -> bool:
    """Whether this PDF holds a script, a start of a program or a file inside it."""
    return _ACTIVE.search(content) is not None
