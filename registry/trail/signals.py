"""The one way up: lower floors announce what was committed, upper floors may listen.

Rows come first: every listener must also be reachable by a periodic sweep, because a signal
is lost when the process dies between the commit and the call.
"""

from django.dispatch import Signal

# Sent after the transaction that wrote an AuditEvent has committed; kwargs: action (str).
committed = Signal()
