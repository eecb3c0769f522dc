"""The one way up: lower floors announce what was committed, upper floors may listen.

Rows come first: every listener must also be reachable by a periodic sweep, because a signal
is lost when the process dies between the commit and the call.
"""

from django.dispatch import Signal

# Sent after the transaction that wrote an AuditEvent has committed, once for each of its actions; kwargs:
# action (str), and commit (set[str]), the same for all of them: a listener for which one is as good as
# another leaves its name there.
committed = Signal()
