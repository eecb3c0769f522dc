"""make test: the whole suite on whatever DATABASE_URL and REDIS_URL name; default SQLite.

What is given in ARGS goes to pytest: ``make test ARGS="-k calendar"``.
"""

import os
import shlex

import house

if __name__ == "__main__":
    house.ensure_venv(development=True)
    # The tests prepare their own environment before the settings are loaded.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    arguments = shlex.split(os.environ.get("ARGS", ""))
    house.become(str(house.PYTHON), "-m", "pytest", "-n", "2", *arguments)
