"""A spreadsheet cell becomes a typed value, or a refusal that says how to mend it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from registry.rules.uscc import LENGTH, BadUscc, check_uscc, normalise_code

YES = frozenset({"是", "√", "✓", "✔", "☑", "有", "y", "yes", "true", "1"})
NO = frozenset(
    {"否", "×", "✗", "☐", "□", "无", "n", "no", "false", "0", "", "-", "—", "/", "--", "——"}
)
MARKS = YES | {"v", "●", "■", "★", "◆", "◎", "○", "对", "列入", "新增", "重大", "较大"}
LEFT = "移出|退出|调出|移除|剔除|核减"  # how lists say that a unit is no longer on them
_TAKEN_BACK = re.compile(rf"{LEFT}|取消|撤|不|否|非|未|原")
REMARK = re.compile(r"[*＊]+$|[（(][^（）()]*[）)]$")  # behind a mark, a class or a county
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f\u00ad]")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?"
)
CODE = re.compile(r"[A-Za-z0-9-]+")
OPAQUE = re.compile(r"X[0-9A-F]{16}")  # how a confidential unit stands in the pool
# What people write where there is no code, and what Excel makes of one typed as a number.
PLACEHOLDERS = frozenset({"/", "-", "--", "—", "——", "无", "暂无", "没有", "N/A", "NULL"})
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{2}")
CUT = 15
_DEGREES = re.compile(
    r"(?:东经|北纬|[EN])?\s*(\d{1,3})[°度]\s*(?:(\d{1,2}(?:\.\d+)?)['′’‘分]\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"”“秒]|['′’‘]{2})?)?)?\s*[EN]?"
)
SIXTY = Decimal(60)
_SEPARATORS = re.compile(r"[、,，;；/\s]+")
_AND = re.compile(r"[、,，;；/+＋|和及与]+")
_COUNTED = re.compile(r"^\s*(?:\d{1,2}[.、．)）]|[（(]\d{1,2}[)）]|[①-⑨])\s*")
_HOUSES = re.compile(r"[（(]\s*\d+\s*[家户个]\s*[）)]$")


class BadCell(ValueError):
    """``reason`` says what is wrong, ``mend`` what to do; both Chinese."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"{reason}，{mend}")
        self.reason = reason
        self.mend = mend


def as_text(value: Any) -> str:
    """What a person reads in the cell; whole numbers without ``.0``, no invisible characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    # Browsers send line ends as CR LF, spreadsheets keep LF: one way inside.
    return _INVISIBLE.sub("", str(value).replace("\r\n", "\n").replace("_x000D_", "")).strip()


def read_text(value: Any, max_length: int) -> str:
    text = as_text(value)
    if len(text) > max_length:
        raise BadCell(f"有 {len(text)} 个字", f"请缩短到 {max_length} 个字以内")
    return text


def read_plain(value: Any, max_length: int) -> str:
    """Numbers and the like: full-width digits become half-width, one line."""
    return unicodedata.normalize("NFKC", read_text(value, max_length)).strip()


def read_bool(value: Any) -> bool:
    text = unicodedata.normalize("NFKC", as_text(value)).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise BadCell(f"“{as_text(value)}”不是“是”或“否”", "请填“是”或“否”")


FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_year(value: Any) -> int | None:
    text = unicodedata.normalize("NFKC", as_text(value)).removesuffix("年")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise BadCell(f"“{as_text(value)}”不是年份", "请填四位年份，如 2026")
    return int(text)


def read_decimal(value: Any) -> Decimal | None:
    """Degrees with six decimals; 87°18′36″ and 东经87度18分36秒 are degrees too."""
    text = unicodedata.normalize("NFKC", as_text(value)).removesuffix("°")
    if not text:
        return None
    parts = _DEGREES.fullmatch(text)
    if parts is not None:
        degrees, minutes, seconds = (Decimal(part or 0) for part in parts.groups())
        if minutes >= SIXTY or seconds >= SIXTY:
            raise BadCell(f"“{as_text(value)}”的分或秒不小于 60", "请核对度、分、秒")
        text = str(degrees + minutes / SIXTY + seconds / SIXTY**2)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise BadCell(f"“{as_text(value)}”不是数字", "请填十进制度数，如 87.123456") from error
    if not number.is_finite() or abs(number) > 180:
        raise BadCell(f"“{as_text(value)}”超出范围", "请填十进制度数，如 87.123456")
    return round(number, 6)


def read_date(value: Any) -> date | None:
    """An Excel date or text such as 2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", as_text(value))
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise BadCell(f"“{as_text(value)}”不是日期", "请写成 2026-03-05 的形式") from error


_RANGE = re.compile(r"自?\s*(.*?\d\s*日?)\s*起?\s*(?:至|到|~|～|—+|–|-{1,2})\s*(\d{4}.*?)\s*止?")


def read_until(value: Any) -> date | None:
    """The last day of a period. Permits print both ends (自2023年5月26日起至2028年5月25日止); the
    second one counts. What people write where there is none is blank."""
    text = unicodedata.normalize("NFKC", as_text(value))
    if text in PLACEHOLDERS:
        return None
    period = _RANGE.fullmatch(text)
    if period is None:
        return read_date(value)
    since, until = read_date(period[1]), read_date(period[2])
    if since and until and until < since:
        raise BadCell(f"“{as_text(value)}”止期早于起期", "请核对起止日期")
    return until


def read_choice(
    value: Any, options: Sequence[tuple[str, str]], said: Sequence[tuple[str, str]] = ()
) -> str:
    """The stored value for a Chinese label, for the stored value itself or for what else is ``said``
    for it; blank stays blank."""
    text = unicodedata.normalize("NFKC", as_text(value)).replace(" ", "")
    if not text:
        return ""
    for stored, label in (*options, *said):
        if text in (stored, unicodedata.normalize("NFKC", str(label)).replace(" ", "")):
            return stored
    allowed = "、".join(str(label) for _stored, label in options)
    raise BadCell(f"“{as_text(value)}”不在可选值中", f"请填：{allowed}")


def split_list(value: Any) -> list[str]:
    return [part for part in _SEPARATORS.split(as_text(value)) if part]


def read_choices(
    value: Any, options: Sequence[tuple[str, str]], said: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """Several labels, in the order of the code list: 水环境、大气环境, 1.水环境 2.大气环境, 水环境（省控）
    和噪声. A line wrapped in the middle of a label is one label."""
    text = as_text(value)
    try:
        found = {_choice_of(part, options, said) for part in _AND.split("".join(text.split()))}
    except BadCell:
        found = {_choice_of(part, options, said) for part in split_list(_AND.sub("、", text))}
    return [stored for stored, _label in options if stored in found]


def _choice_of(
    part: str, options: Sequence[tuple[str, str]], said: Sequence[tuple[str, str]]
) -> str:
    plain = _COUNTED.sub("", part)
    try:
        return read_choice(plain, options, said)
    except BadCell:
        without = without_remark(plain)
        if without in ("", plain):
            raise
        return read_choice(without, options, said)


def without_remark(text: str) -> str:
    """√（新增） is √; √（已取消） stays what it is."""
    remark = REMARK.search(text)
    return (
        text if remark is None or _TAKEN_BACK.search(remark[0]) else text[: remark.start()].strip()
    )


def is_readable(
    value: Any, options: Sequence[tuple[str, str]], said: Sequence[tuple[str, str]] = ()
) -> bool:
    """It names one of the options; — and 其他 name none."""
    try:
        return bool(read_choices(value, options, said))
    except BadCell:
        return False


def read_place(value: Any, max_length: int) -> str:
    """A county without the count some lists put behind it: 汉台区（2家）."""
    text = "".join(read_text(value, max_length).split())
    return REMARK.sub("", text) if _HOUSES.search(text) else text


def read_code(value: Any, max_length: int) -> str:
    """A register code: letters, digits, ``_ . -``; it stands in pool files and addresses."""
    text = unicodedata.normalize("NFKC", read_text(value, max_length))
    if text and not CODE.fullmatch(text):
        raise BadCell(f"“{text}”含有不允许的字符", "编号只能用字母、数字和“-”")
    return text


def read_uscc(value: Any) -> str:
    """A valid code, or blank; a wrong one is never stored and never mended in silence."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        raise BadCell(
            f"“{as_text(value)}”是数字格式", "Excel 会丢失末位，请把该列设为文本格式后重新填写"
        )
    code = normalise_code(as_text(value))
    if code in PLACEHOLDERS:
        return ""
    if _SCIENTIFIC.fullmatch(code):
        raise BadCell(
            f"“{code}”是科学计数法", "Excel 已丢失末位，请把该列设为文本格式后按营业执照重新填写"
        )
    if len(code) == CUT and code.isdigit():
        raise BadCell(
            f"“{code}”只有 15 位", "可能被 Excel 截断，或是旧注册号，请按营业执照填写 18 位代码"
        )
    if len(code) == LENGTH and code.isdigit() and code.endswith("000"):
        reason = f"“{code}”末位是 000"
        try:
            return check_uscc(code)
        except BadUscc as error:
            raise BadCell(
                reason, "Excel 只保留 15 位数字，请把该列设为文本格式后按营业执照重新填写"
            ) from error
    if not code:
        return ""
    try:
        return check_uscc(code)
    except BadUscc as error:
        raise BadCell(error.message.rstrip("。"), "如确无代码请留空并填写“无代码原因”") from error
