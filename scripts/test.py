"""make test: all but browsers and real processes; make test-all (--all): these too.

On whatever DATABASE_URL and REDIS_URL name; default SQLite and the embedded queue. What is given
in ARGS goes to pytest: ``make test ARGS="-k calendar"``.
"""

import os
import shlex
import sys

import house

# The processes of a run take tests from each other, so that none of them ends early.
AT_ONCE = ["-n", "2", "--dist", "worksteal"]
WITHIN_ONE_PROCESS = ["-m", "not browser and not processes"]

if __name__ == "__main__":
    house.ensure_venv(development=True)
    # The tests prepare their own environment before the settings are loaded.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    chosen = [] if "--all" in sys.argv[1:] else WITHIN_ONE_PROCESS
    arguments = shlex.split(os.environ.get("ARGS", ""))
    house.become(str(house.PYTHON), "-m", "pytest", *AT_ONCE, *chosen, *arguments)
