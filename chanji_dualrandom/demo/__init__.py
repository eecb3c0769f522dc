"""A demonstration bureau, relative to today: fictitious names, real services."""
