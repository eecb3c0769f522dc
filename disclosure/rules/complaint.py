"""The public form for tips: its sum, its times, its limits and its receipt."""

from dataclasses import dataclass
from datetime import timedelta

from registry.rules.one_time_code import ALPHABET, tidy
from registry.rules.violations import RuleViolation

SOONEST, LATEST = timedelta(seconds=3), timedelta(hours=3)  # a person reads; a page goes stale
SENT_AN_HOUR, ASKED_AN_HOUR = 5, 30  # by one address
SENT_A_DAY = 300  # by all of them: beyond that the telephone
CODE_LENGTH = 12  # 31**12: guessing is hopeless even without the limit
DIGITS = "零一二三四五六七八九"


class ComplaintRefused(RuleViolation):
    code = "complaint_refused"


class TooManyComplaints(RuleViolation):
    code = "too_many_complaints"


@dataclass(frozen=True)
class Sum:
    """A sum in Chinese words: every person of the country can do it, without script or picture."""

    left: int
    right: int

    @property
    def question(self) -> str:
        return f"{DIGITS[self.left]}加{DIGITS[self.right]}等于几？"

    def is_answered_by(self, text: str) -> bool:
        """Digits of any width or Chinese numerals."""
        wanted = self.left + self.right
        text = text.strip().rstrip("。")
        return text in {_chinese(wanted)} or (text.isdecimal() and int(text) == wanted)


def _chinese(number: int) -> str:
    if number < 10:
        return DIGITS[number]
    return "十" + (DIGITS[number - 10] if number > 10 else "")


def check_age(age: timedelta) -> None:
    """Raise ComplaintRefused for a form sent faster than anybody types, or long after it was opened."""
    if age < SOONEST:
        raise ComplaintRefused("提交过快，请核对内容后再提交一次。")
    if age > LATEST:
        raise ComplaintRefused("页面停留过久，已失效；请核对内容后再提交一次。")


def written_code(code: str) -> str:
    """``ABCD-EFGH-JKMN``, as it is shown and copied."""
    return "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def read_code(text: str) -> str:
    """The bare code; '' for what cannot be one. Blanks, dashes and small letters are forgiven."""
    code = tidy(text)
    if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET):
        return code
    return ""


# What a citizen may know about where the matter stands: three words, whatever was found.
PUBLIC_STATES = {
    "recorded": "已收到，等待研判",
    "verified": "正在核实办理",
    "remote_checked": "正在核实办理",
    "requested": "正在核实办理",
    "targeted": "正在核实办理",
    "unfounded": "已办结",
    "closed": "已办结",
}
