"""make run: everything from a fresh clone to a serving bureau."""

import house

if __name__ == "__main__":
    house.ensure_venv(development=False)
    house.ensure_embedded_env()
    house.become(str(house.PYTHON), "scripts/serve.py")
