"""make check: every static check, side by side, all of them even when one fails."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import house

# A fixed environment: what is checked must not depend on this machine's .env or data.
ENVIRONMENT = {
    "DJANGO_SECRET_KEY": "check-only-" + "x" * 40,
    "SEAL_KEY": bytes(range(32)).hex(),
    "DJANGO_ALLOWED_HOSTS": "localhost",
    "DATABASE_URL": "",
    "REDIS_URL": "",
}


def commands() -> list[list[str]]:
    rules = sorted(
        str(p.relative_to(house.BASE_DIR))
        for pattern in ("*/rules", "*/*/rules")
        for p in house.BASE_DIR.glob(pattern)
        if "tests" not in p.parts
    )
    return [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy", *rules],
        ["lint-imports", "--no-cache"],
        ["python", "manage.py", "check", "--fail-level", "WARNING"],
        ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        ["python", "scripts/check_texts.py"],
        ["python", "scripts/check_templates.py"],
        ["python", "scripts/vendor_assets.py", "--verify"],
    ]


def main() -> int:
    house.ensure_venv(development=True)
    failed = []
    with tempfile.TemporaryDirectory(prefix="chanji-check-") as scratch:
        bin_dir = house.VENV / "bin"
        environment = {**os.environ, **ENVIRONMENT, "CHANJI_VAR_DIR": scratch}
        environment["PATH"] = os.pathsep.join([str(bin_dir), os.environ.get("PATH", "")])

        def run(command: list[str]) -> subprocess.CompletedProcess[str]:
            program, *arguments = command
            return subprocess.run(
                [str(bin_dir / program), *arguments],
                cwd=house.BASE_DIR,
                env=environment,
                check=False,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )

        # They wait for nobody but the processor; what they say comes in the order of the list.
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            for command, ended in zip(commands(), pool.map(run, commands()), strict=True):
                program, *arguments = command
                house.say(f"\n$ {' '.join(command)}")
                house.say(ended.stdout.rstrip())
                if ended.returncode:
                    failed.append(" ".join([Path(program).name, *arguments[:2]]))
    house.say("\n检查未通过：" + "；".join(failed) if failed else "\n检查全部通过。")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
