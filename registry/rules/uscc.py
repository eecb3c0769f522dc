"""统一社会信用代码 (GB 32100-2015): 18 characters, the last one a check character."""

import re
import unicodedata

from registry.rules.violations import RuleViolation

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = tuple(pow(3, n, 31) for n in range(17))
LENGTH = 18
MAX_SUFFIX = 30
# Blanks, zero-width characters and the direction marks that come along when copying from Windows.
_INVISIBLE = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What spreadsheets and people put around one: '91…, ="91…", 统一社会信用代码：91…
_AROUND = re.compile(r"^[=\"'‘’“”]+|[\"'‘’“”]+$|^(?:统一)?社会信用代码:?")
_ORGANISATION = re.compile(r"([0-9A-Z]{8})(-?)([0-9X])")  # 组织机构代码, before 2015
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
NO_CODE_PERMIT = "H9"  # permits of units that have no code (domain rules §1)


class BadUscc(RuleViolation):
    code = "bad_uscc"
    basis = "GB 32100-2015"


def normalise_code(text: str) -> str:
    """Half-width, upper-case, without any visible or invisible blank, without quotes or a label."""
    return _AROUND.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).upper()


def is_organisation_code(text: str) -> bool:
    """The code of nine characters that 统一社会信用代码 replaced (GB 11714). Without the hyphen only a
    right check character tells it from a longer code that was cut off."""
    found = _ORGANISATION.fullmatch(normalise_code(text))
    if found is None:
        return False
    body, hyphen, last = found.groups()
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return bool(hyphen) or last == "0123456789X0"[11 - total % 11]


def check_char(body: str) -> str:
    """The check character for the first 17; KeyError-free: ``body`` must be valid characters."""
    total = sum(
        ALPHABET.index(char) * weight for char, weight in zip(body[:17], WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def check_uscc(code: str) -> str:
    """``code`` itself if it is right; BadUscc says what is wrong. Nothing is mended here."""
    if len(code) != LENGTH:
        raise BadUscc(
            f"统一社会信用代码“{code}”有 {len(code)} 位，应为 18 位，请核对营业执照后补全。"
        )
    for position, char in enumerate(code, 1):
        if char not in ALPHABET:
            raise BadUscc(
                f"统一社会信用代码“{code}”第 {position} 位“{char}”不是允许的字符，请核对。"
            )
    if check_char(code[:17]) != code[17]:
        raise BadUscc(f"统一社会信用代码“{code}”校验位不对，至少有一位录错，请核对营业执照。")
    return code


def is_valid_uscc(code: str) -> bool:
    try:
        check_uscc(code)
    except BadUscc:
        return False
    return True


def split_site_suffix(text: str) -> tuple[str, str]:
    """A code and the site written behind it: ``91…X-02`` or ``91…X（东厂区）``.

    The suffix is empty where there is none, or where the first 18 characters are no valid code.
    """
    plain = _AROUND.sub("", unicodedata.normalize("NFKC", text).strip())
    code, rest = normalise_code(plain[:LENGTH]), plain[LENGTH:]
    suffix = rest.strip(" -_—/#()[]【】:,、.")
    if not suffix or len(suffix) > MAX_SUFFIX or not is_valid_uscc(code):
        return normalise_code(text), ""
    if rest[0].isalnum() and rest[0].isascii():
        return normalise_code(text), ""  # 001P…: a permit number, not a site
    return code, suffix


def uscc_hint_from_permit(permit_number: str) -> str | None:
    """A permit number's first 18 characters are usually the code: a hint, never a fact.

    None where they are no valid code, and for an ``H9`` permit, whose unit has none even if the
    check character fits by chance.
    """
    candidate = normalise_code(permit_number)[:LENGTH]
    if candidate.startswith(NO_CODE_PERMIT):
        return None
    return candidate if is_valid_uscc(candidate) else None


def make_uscc(body: str) -> str:
    """``body`` (17 characters) with its check character."""
    return body + check_char(body)
