"""Fetch the browser files we serve ourselves, or check them against their lock.

``vendor_assets.py`` fetches with the npm client and writes the lock;
``vendor_assets.py --verify`` works offline: every locked file is there, unchanged, and no other.

The lock keeps npm's integrity of each package and the SHA-256 of each file as it lies here. The
``sourceMappingURL`` line is taken off: the maps are not shipped, and the hashing of static files
refuses a reference to a file that is missing.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import house

LOCK = house.BASE_DIR / "scripts" / "vendor.lock.json"
ROOTS = ("static/vendor", "tests/vendor", "assets/vendor")
# package, version, folder, files inside the package
ASSETS = (
    (
        "bootstrap",
        "5.3.9",
        "static/vendor",
        ("LICENSE", "dist/css/bootstrap.min.css"),
    ),
    ("idb", "8.0.4", "static/vendor", ("LICENSE", "build/umd.js")),
    ("exifreader", "4.46.0", "static/vendor", ("LICENSE", "dist/exif-reader.js")),
    ("signature_pad", "5.1.4", "static/vendor", ("LICENSE", "dist/signature_pad.umd.min.js")),
    (
        "@noble/hashes",
        "2.4.0",
        "static/vendor",
        ("LICENSE", "sha2.js", "_md.js", "_u64.js", "utils.js"),
    ),
    (
        "@expo-google-fonts/noto-sans-sc",
        "0.4.3",
        "assets/vendor",
        ("LICENSE_FONT", "400Regular/NotoSansSC_400Regular.ttf"),
    ),
    ("axe-core", "4.14.1", "tests/vendor", ("LICENSE", "LICENSE-3RD-PARTY.txt", "axe.min.js")),
)
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def folder_of(package: str, version: str, root: str) -> Path:
    return house.BASE_DIR / root / f"{package.removeprefix('@').replace('/', '-')}-{version}"


def fetch() -> None:
    lock: dict[str, dict[str, str]] = {"packages": {}, "files": {}}
    with tempfile.TemporaryDirectory() as scratch:
        for package, version, root, files in ASSETS:
            command = ["npm", "pack", f"{package}@{version}", "--json"]
            answer = subprocess.run(command, cwd=scratch, check=True, capture_output=True)
            packed = json.loads(answer.stdout)[0]
            lock["packages"][f"{package}@{version}"] = packed["integrity"]
            target = folder_of(package, version, root)
            target.mkdir(parents=True, exist_ok=True)
            with tarfile.open(Path(scratch) / packed["filename"]) as archive:
                for name in files:
                    _unpack(archive, name, target, lock["files"])
    LOCK.write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n")


def _unpack(archive: tarfile.TarFile, name: str, target: Path, hashes: dict[str, str]) -> None:
    member = archive.extractfile(f"package/{name}")
    if member is None:
        house.stop(f"{name} is no file of the package")
        return
    content = SOURCE_MAP.sub(b"\n", member.read())
    path = target / Path(name).name
    path.write_bytes(content)
    hashes[path.relative_to(house.BASE_DIR).as_posix()] = hashlib.sha256(content).hexdigest()


def differences() -> list[str]:
    """What is missing, changed, or not in the lock; empty when all is well."""
    locked: dict[str, str] = json.loads(LOCK.read_text())["files"]
    present = {
        path.relative_to(house.BASE_DIR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for root in ROOTS
        for path in (house.BASE_DIR / root).rglob("*")
        if path.is_file()
    }
    return [
        *(f"missing: {name}" for name in sorted(locked.keys() - present.keys())),
        *(f"not in the lock: {name}" for name in sorted(present.keys() - locked.keys())),
        *(
            f"changed: {name}"
            for name in sorted(locked.keys() & present.keys())
            if locked[name] != present[name]
        ),
    ]


if __name__ == "__main__":
    if "--verify" not in sys.argv:
        fetch()
    problems = differences()
    if problems:
        house.stop("\n".join(problems))
