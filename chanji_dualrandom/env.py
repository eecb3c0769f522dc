"""Settings come from the environment only; what is unknown or malformed is refused loudly.

An env file (``.env``, else ``var/embedded.env`` written by ``make run``) fills what the real
environment leaves open, so that every command works in a fresh shell.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent
SEAL_KEY_BYTES = 32
SECRET_KEY_CHARACTERS = 40  # below, Django itself calls a key weak (security.W009 asks for 50)
SCRATCH = "_SETTING_BEING_READ"

# name: what it means; docs/settings.md lists the same names (a test compares them).
DECLARED: dict[str, str] = {
    "DJANGO_SECRET_KEY": "签名密钥，至少 40 个字符",
    "DJANGO_DEBUG": "调试开关，默认关",
    "DJANGO_ALLOWED_HOSTS": "允许的主机名，逗号分隔",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "受信任来源，逗号分隔，含 https://",
    "DJANGO_HTTPS": "是否经 HTTPS 提供服务，默认是",
    "CHANJI_BEHIND_PROXY": "是否在设置 X-Forwarded-Proto 的反向代理之后，默认否",
    "CHANJI_VAR_DIR": "数据目录，默认 var",
    "CHANJI_REQUIRE_BROWSER": "测试专用：没有 Chromium 时判为失败",
    "DATABASE_URL": "数据库地址，默认 SQLite",
    "REDIS_URL": "Redis 地址，留空则用内置文件队列",
    "SEAL_KEY": "密封密钥，32 字节（base64 或十六进制）",
    "SEAL_KEY_ID": "密封密钥编号，默认 k1",
    "PORT": "网页端口，默认 8000",
    "CHANJI_SITE_URL": "对外网址，写入邮件、日历和文书二维码，如 https://主机名",
    "CHANJI_MAIL_URL": "发信服务器地址，留空则不发邮件",
    "CHANJI_MAIL_FROM": "发件人邮箱",
}
KINDS = {
    "bool": "是或否（1 或 0）",
    "port": "1 到 65535 的端口号",
    "hosts": "逗号分隔的主机名，不带 https:// 和端口",
    "origins": "逗号分隔、形如 https://主机名 的来源",
    "database": "sqlite:////绝对路径，或 postgres://用户:密码@主机:端口/库名",
    "redis": "redis://主机:端口/编号、rediss:// 或 unix:// 开头的地址",
    "origin": "https://主机名 的形式",
    "mail": "smtp://用户:密码@主机:端口、submission://（STARTTLS）或 smtps:// 开头的地址",
    "address": "邮箱地址",
    "key_id": "1 到 20 个字母、数字、点、横线或下划线",
    "str": "文字",
}
SECRET_VARIETY = 8  # different characters or bytes; fewer is a placeholder, not a secret
# For compose.yaml alone; it stands in the same file.
OTHER_NAMES_IN_THE_FILE = {"POSTGRES_PASSWORD"}
ALLOWED_BY_DJANGO = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
OUR_PREFIXES = ("DJANGO_", "CHANJI_", "SEAL_")


@dataclass
class Reader:
    """Collects every complaint, so that a person mends all of them in one go."""

    values: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = DECLARED.keys() | ALLOWED_BY_DJANGO
        for name in sorted(self.values):
            if name.startswith(OUR_PREFIXES) and name not in known:
                self.problems.append(f"{name}：没有这个设置，请检查拼写（见 docs/settings.md）")

    def read(self, kind: str, name: str, default: Any) -> Any:
        """One value parsed by environs; a malformed one becomes a complaint."""
        if self.values.get(name, "") == "":
            return default
        try:
            return _parse(kind, self.values[name])
        except (ValueError, TypeError) as error:
            self.problems.append(f"{name}：取值不合要求（{error}）。用途：{DECLARED[name]}")
            return default

    def secret(self, name: str, *, debug: bool, fallback: Path, size: int) -> str:
        """A secret from the environment; with DEBUG one is made once and kept in ``fallback``."""
        value = self.values.get(name, "")
        if value:
            if name == "DJANGO_SECRET_KEY" and (weakness := _weakness(value)):
                self.problems.append(f"{name}：{weakness}")
            return value
        if debug:
            return _kept_secret(fallback, size)
        self.problems.append(
            f"{name}：未设置。没有它不能在非调试方式下启动。用途：{DECLARED[name]}"
        )
        return ""

    def folder(self, name: str, default: str) -> Path:
        """A folder this process may write in, made for it alone when it is not there."""
        path = (BASE_DIR / self.read("str", name, default)).resolve()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            self.problems.append(f"{name}：无法建立目录 {path}（{error.strerror}）")
        else:
            if not os.access(path, os.W_OK | os.X_OK):
                self.problems.append(f"{name}：目录 {path} 不可写")
        return path

    @contextmanager
    def collecting(self, name: str) -> Iterator[None]:
        """Whatever the block refuses becomes a complaint about ``name``; its value is not told."""
        try:
            yield
        except ValueError as error:
            self.problems.append(f"{name}：无法识别（{error}）。用途：{DECLARED[name]}")

    def finish(self) -> None:
        if self.problems:
            raise ImproperlyConfigured("环境设置有误：\n- " + "\n- ".join(self.problems))


def _parts(url: str) -> SplitResult | None:
    """The address in its parts, None where a host or port in it cannot be one."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return None
    return parts


def _is_origin(url: str) -> bool:
    parts = _parts(url)
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_redis(url: str) -> bool:
    parts = _parts(url)
    if parts is None:
        return False
    if parts.scheme == "unix":
        return len(parts.path) > 1
    return parts.scheme in ("redis", "rediss") and bool(parts.hostname)


def _is_mail_server(url: str) -> bool:
    parts = _parts(url)
    known = ("smtp", "submission", "smtps")
    return parts is not None and parts.scheme in known and bool(parts.hostname)


def _is_database(url: str) -> bool:
    """A server, or a file: a database in memory would be another one in each process."""
    path = url.removeprefix("sqlite:///")
    if path != url:
        return path not in ("", ":memory:")
    parts = _parts(url)
    return (
        parts is not None
        and parts.scheme in ("postgres", "postgresql")
        and bool(parts.hostname)
        and len(parts.path) > 1
    )


# kind: how environs parses it, and what must hold of the value (of each one in a list).
PARSERS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "bool": ("bool", lambda value: True),
    "port": ("int", lambda value: 1 <= value <= 65535),
    "hosts": ("list", re.compile(r"\*|\.?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]").fullmatch),
    "origins": ("list", _is_origin),
    "database": ("str", _is_database),
    "redis": ("str", _is_redis),
    "origin": ("str", _is_origin),
    "mail": ("str", _is_mail_server),
    "address": ("str", re.compile(r"[^@\s]+@[A-Za-z0-9.-]+").fullmatch),
    "key_id": ("str", re.compile(r"[\w.-]{1,20}", re.ASCII).fullmatch),
    "str": ("str", lambda value: True),
}


def _parse(kind: str, text: str) -> Any:
    """``text`` as environs understands it; environs reads a process variable, so lend it one."""
    method, holds = PARSERS[kind]
    # An address may hold a password: it is never repeated in a message.
    shown = "取值" if "://" in text else f"“{text}”"
    os.environ[SCRATCH] = text
    try:
        value = getattr(Env(), method)(SCRATCH)
    except EnvError as error:
        raise ValueError(f"{shown}不是{KINDS[kind]}") from error
    finally:
        del os.environ[SCRATCH]
    if isinstance(value, list):
        value = [part.strip() for part in value if part.strip()]
    if not all(holds(part) for part in (value if isinstance(value, list) else [value])):
        raise ValueError(f"{shown}不是{KINDS[kind]}")
    return value


def _weakness(secret: str) -> str:
    if len(secret) < SECRET_KEY_CHARACTERS:
        return f"太短，至少 {SECRET_KEY_CHARACTERS} 个字符"
    if len(set(secret)) < SECRET_VARIETY:
        return "字符过于单一，容易被猜到，请按 .env.example 的方法生成"
    return ""


def _kept_secret(path: Path, size: int) -> str:
    if not path.exists():
        # Written aside and linked: web, worker and beat start together, and none of them may
        # read a file that another has made but not filled yet.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(size))
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        except OSError:
            return ""  # the folder's own complaint says why
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text().strip()


def seal_key(text: str) -> bytes:
    """32 bytes from 64 hexadecimal digits or from base64; ValueError otherwise."""
    try:
        key = bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise ValueError("应为 64 位十六进制或 base64") from error
    if len(key) != SEAL_KEY_BYTES:
        raise ValueError(f"应为 {SEAL_KEY_BYTES} 字节，实为 {len(key)} 字节")
    if len(set(key)) < SECRET_VARIETY:
        raise ValueError("字节过于单一，请按 .env.example 的方法生成")
    return key


def environment() -> dict[str, str]:
    """The real environment over the env file."""
    values: dict[str, str] = {}
    var = BASE_DIR / (os.environ.get("CHANJI_VAR_DIR") or "var")
    for path in (BASE_DIR / ".env", var / "embedded.env"):
        if path.is_file():
            values.update(_read_file(path))
            break
    values.update(os.environ)
    return values


def _read_file(path: Path) -> dict[str, str]:
    values = {}
    known = DECLARED.keys() | ALLOWED_BY_DJANGO | OTHER_NAMES_IN_THE_FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{path.name} 不是 UTF-8 编码，请另存为 UTF-8") from error
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator:
            raise ImproperlyConfigured(f"{path.name} 第 {number} 行不是“名称=取值”的形式")
        name, value = name.strip(), value.strip()
        if name not in known:
            raise ImproperlyConfigured(
                f"{path.name} 第 {number} 行：没有名为 {name} 的设置，请检查拼写（见 docs/settings.md）"
            )
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            raise ImproperlyConfigured(f"{path.name} 第 {number} 行：{name} 的取值不要加引号")
        values[name] = value
    return values
