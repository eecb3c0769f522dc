"""Asked of the upper floors, which stand on what an import wrote."""

from django.dispatch import Signal

# Asked before an import is undone; kwargs: job (ImportedFile). A receiver of an upper floor answers
# with the reason why not, or with nothing.
undoing = Signal()
