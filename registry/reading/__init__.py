"""Reading files strangers made: a process of its own, with bounded memory and time.

``program.py`` runs in the child and knows nothing of Django: ``guard`` stands at its door, ``workbooks`` and
``delimited`` give the sheets, ``fields`` says what the columns mean, ``units`` knows who was there before,
``lines`` is how it speaks. ``channel.py`` starts it and passes on what it says, line by line.
"""
