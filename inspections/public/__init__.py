"""Pages for the person who holds a paper or stands at the gate: no account, an address nobody guesses."""
