"""make setup: the virtual environment and this machine's own secrets."""

import sys

import data_folder
import house

if __name__ == "__main__":
    house.ensure_venv(development="--dev" in sys.argv)
    house.ensure_embedded_env()
    data_folder.claim()
