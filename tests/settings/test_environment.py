"""The environment is read loudly: what is unknown, malformed or missing stops the process."""

import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chanji_dualrandom.env import (
    BASE_DIR,
    DECLARED,
    Reader,
    _kept_secret,
    _read_file,
    seal_key,
)

GOOD = {
    "DJANGO_SECRET_KEY": "0123456789abcdef" * 3,
    "DJANGO_ALLOWED_HOSTS": "chanji.example.gov.cn",
    "SEAL_KEY": bytes(range(32)).hex(),
    # Present but empty, so that an .env file of this machine cannot fill them.
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "PORT": "",
    "DJANGO_DEBUG": "0",
    "DJANGO_HTTPS": "1",
    "CHANJI_BEHIND_PROXY": "0",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "",
    "SEAL_KEY_ID": "",
}
SHOW = (
    "import django; django.setup(); from django.conf import settings as s; "
    "print(s.DEBUG, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, "
    "s.SECURE_PROXY_SSL_HEADER is None)"
)


def start(
    tmp_path: Path, command: tuple[str, ...] = (sys.executable, "-c", SHOW), **changes: str
) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, on GOOD with ``changes``."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    environment.setdefault("CHANJI_VAR_DIR", str(tmp_path / "var"))
    environment["DJANGO_SETTINGS_MODULE"] = "chanji_dualrandom.settings"
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )


def test_a_production_process_starts_safe_by_default(tmp_path: Path) -> None:
    done = start(tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["False", "True", "True", "True", "True"]


@pytest.mark.parametrize("name", ["DJANGO_SECRET_KEY", "SEAL_KEY", "DJANGO_ALLOWED_HOSTS"])
def test_without_debug_the_process_refuses_to_start_when_missing(tmp_path: Path, name: str) -> None:
    done = start(tmp_path, **{name: ""})

    assert done.returncode != 0
    assert f"{name}：未设置" in done.stderr


def test_every_complaint_is_told_at_once(tmp_path: Path) -> None:
    done = start(tmp_path, DJANGO_DEBUGG="1", PORT="acht", SEAL_KEY="kurz", REDIS_URL="localhost")

    for name in ("DJANGO_DEBUGG", "PORT", "SEAL_KEY", "REDIS_URL"):
        assert f"- {name}：" in done.stderr


def test_debug_makes_missing_secrets_once_and_keeps_them_private(tmp_path: Path) -> None:
    changes = {"DJANGO_DEBUG": "1", "DJANGO_SECRET_KEY": "", "SEAL_KEY": ""}
    start(tmp_path, **changes)
    first = {path.name: path.read_text() for path in (tmp_path / "var").glob("*.key")}

    start(tmp_path, **changes)

    assert set(first) == {"secret.key", "seal.key"}
    for name, text in first.items():
        path = tmp_path / "var" / name
        assert path.read_text() == text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rival_processes_agree_on_the_secret_they_make(tmp_path: Path) -> None:
    turns = [f"{number}.key" for number in range(200) for _rival in range(8)]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda name: (name, _kept_secret(tmp_path / name, 32)), turns))

    assert {len(secret) for _name, secret in made} == {64}
    assert len(set(made)) == len(set(turns)) == len(list(tmp_path.iterdir()))


def test_data_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = start(tmp_path, CHANJI_VAR_DIR=str(tmp_path / "file" / "var"))

    assert done.returncode != 0
    assert "- CHANJI_VAR_DIR：" in done.stderr


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://:memory:"]
)
def test_database_in_memory_is_refused(tmp_path: Path, url: str) -> None:
    done = start(tmp_path, DATABASE_URL=url)

    assert done.returncode != 0
    assert "- DATABASE_URL：" in done.stderr


def test_command_line_tells_what_to_mend_without_a_traceback(tmp_path: Path) -> None:
    done = start(tmp_path, command=(sys.executable, "manage.py", "check"), PORT="acht")

    assert done.returncode == 1
    assert "- PORT：" in done.stderr
    assert "Traceback" not in done.stderr


def test_embedded_file_fills_what_the_real_environment_leaves_open(tmp_path: Path) -> None:
    if (BASE_DIR / ".env").exists():
        pytest.fail("an .env of this machine outranks var/embedded.env: move it away to test")
    var = tmp_path / "var"
    var.mkdir()
    (var / "embedded.env").write_text("# here\nDJANGO_HTTPS=0\nDJANGO_DEBUG=1\n")

    command = [sys.executable, "-c", SHOW]
    environment = {name: value for name, value in GOOD.items() if name != "DJANGO_HTTPS"} | {
        "PATH": os.environ["PATH"],
        "CHANJI_VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "chanji_dualrandom.settings",
    }
    done = subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )

    debug, https, *_rest = done.stdout.split()
    assert (debug, https) == ("False", "False")  # DEBUG=0 of the environment outranks the file


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        pytest.param("DJANGO_DEBUG", "bool", "vielleicht", id="no yes or no"),
        pytest.param("PORT", "port", "0", id="port below 1"),
        pytest.param("PORT", "port", "65536", id="port above 65535"),
        pytest.param("DATABASE_URL", "database", "mysql://h/db", id="a third database"),
        pytest.param("REDIS_URL", "redis", "http://h", id="no Redis address"),
        pytest.param("DJANGO_CSRF_TRUSTED_ORIGINS", "origins", "a.cn", id="origin without scheme"),
        pytest.param(
            "DJANGO_CSRF_TRUSTED_ORIGINS", "origins", "https://", id="origin without host"
        ),
        pytest.param("DATABASE_URL", "database", "postgres://", id="no host, no database"),
        pytest.param("DATABASE_URL", "database", "postgres://u:p@h/", id="no database"),
        pytest.param("DATABASE_URL", "database", "postgres://h:abc/db", id="port of letters"),
        pytest.param("REDIS_URL", "redis", "redis://", id="Redis without host"),
        pytest.param("REDIS_URL", "redis", "redis://h:abc/0", id="Redis port of letters"),
        pytest.param("DJANGO_ALLOWED_HOSTS", "hosts", "https://x.y/", id="host with scheme"),
        pytest.param("DJANGO_ALLOWED_HOSTS", "hosts", "x.y:8000", id="host with port"),
        pytest.param("SEAL_KEY_ID", "key_id", "k" * 100, id="key id too long"),
        pytest.param("SEAL_KEY_ID", "key_id", "k:1", id="key id with colon"),
    ],
)
def test_malformed_value_is_refused_by_name(name: str, kind: str, value: str) -> None:
    reader = Reader({name: value})

    reader.read(kind, name, None)

    assert [problem.split("：")[0] for problem in reader.problems] == [name]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("database", "DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
        ("database", "DATABASE_URL", "postgres://u:p@%2Fvar%2Frun%2Fpostgresql/db"),
        ("redis", "REDIS_URL", "redis://127.0.0.1:6379/15"),
        ("redis", "REDIS_URL", "unix:///run/redis.sock?db=1"),
        ("hosts", "DJANGO_ALLOWED_HOSTS", "*"),
        ("hosts", "DJANGO_ALLOWED_HOSTS", ".example.gov.cn,127.0.0.1,[::1]"),
        ("origins", "DJANGO_CSRF_TRUSTED_ORIGINS", "https://a.gov.cn:8443,https://*.b.cn"),
    ],
)
def test_usual_values_are_taken(kind: str, name: str, value: str) -> None:
    reader = Reader({name: value})

    assert reader.read(kind, name, None)
    assert reader.problems == []


def test_a_secret_of_one_character_is_refused(tmp_path: Path) -> None:
    reader = Reader({"DJANGO_SECRET_KEY": "a" * 50})

    reader.secret("DJANGO_SECRET_KEY", debug=False, fallback=tmp_path / "k", size=40)

    assert "单一" in reader.problems[0]
    with pytest.raises(ValueError, match="单一"):
        seal_key("00" * 32)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"DATABSE_URL=sqlite:////x\n", "DATABSE_URL", id="misspelt name"),
        pytest.param("# 密码\n".encode("gb18030"), "UTF-8", id="other encoding"),
        pytest.param(b'PORT="8000"\n', "引号", id="quoted"),
        pytest.param(b"PORT\n", "第 1 行", id="no value"),
    ],
)
def test_a_bad_line_in_the_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "embedded.env"
    path.write_bytes(content)

    with pytest.raises(ImproperlyConfigured, match=words):
        _read_file(path)


def test_refusal_of_an_address_never_repeats_its_password() -> None:
    reader = Reader({"DATABASE_URL": "mysql://u:geheim@h/db"})

    reader.read("database", "DATABASE_URL", None)

    assert reader.problems
    assert "geheim" not in "".join(reader.problems)


@pytest.mark.parametrize("name", ["DJANGO_SECRET", "CHANJI_VAR", "SEAL_KEYS"])
def test_unknown_name_with_our_prefix_is_refused(name: str) -> None:
    assert any(name in problem for problem in Reader({name: "1"}).problems)


def test_short_secret_key_is_refused(tmp_path: Path) -> None:
    reader = Reader({"DJANGO_SECRET_KEY": "short"})

    reader.secret("DJANGO_SECRET_KEY", debug=False, fallback=tmp_path / "k", size=40)

    assert "太短" in reader.problems[0]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(bytes(range(32)).hex(), id="hexadecimal"),
        pytest.param("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", id="base64"),
    ],
)
def test_seal_key_is_thirty_two_bytes_in_either_spelling(text: str) -> None:
    assert seal_key(text) == bytes(range(32))


@pytest.mark.parametrize("text", ["", "AAAA", "zz" * 32, "00" * 31])
def test_seal_key_of_another_length_or_alphabet_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="应为"):
        seal_key(text)


def test_documentation_lists_exactly_the_declared_settings() -> None:
    table = (BASE_DIR / "docs" / "settings.md").read_text(encoding="utf-8")
    example = (BASE_DIR / ".env.example").read_text(encoding="utf-8")

    documented = re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)
    exemplified = re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE)

    assert sorted(documented) == sorted(DECLARED)
    # POSTGRES_PASSWORD is compose's own: it fills DATABASE_URL there.
    assert set(exemplified) == set(DECLARED) - {"CHANJI_REQUIRE_BROWSER"} | {"POSTGRES_PASSWORD"}


def test_example_file_answers_everything_compose_insists_on() -> None:
    compose = (BASE_DIR / "compose.yaml").read_text(encoding="utf-8")
    example = (BASE_DIR / ".env.example").read_text(encoding="utf-8")

    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", compose))

    assert demanded
    assert demanded <= set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
