"""make run: everything from a fresh clone to a serving bureau."""

import data_folder
import house


def main() -> None:
    house.require_python()
    data_folder.require_fitting()
    house.step(1, "运行环境")
    house.ensure_venv(development=False)
    house.ensure_embedded_env()
    data_folder.claim()
    house.become(str(house.PYTHON), "scripts/serve.py")


if __name__ == "__main__":
    main()
