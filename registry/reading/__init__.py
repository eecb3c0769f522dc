"""Reading files strangers made: a process of its own, with bounded memory and time.

``program.py`` runs in the child and knows nothing of Django; ``channel.py`` starts it and passes on
what it says, line by line.
"""
