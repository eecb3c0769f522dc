"""Free text that people give: there, and no longer than its column."""

from registry.rules.violations import RuleViolation


class TextNotUsable(RuleViolation):
    code = "text_not_usable"


def checked_text(text: str, *, label: str, field: str, limit: int, required: bool = True) -> str:
    """``text`` without blanks around it; TextNotUsable names ``label`` and says how to mend it."""
    cleaned = text.strip()
    if required and not cleaned:
        raise TextNotUsable(f"请填写{label}。", field=field)
    if len(cleaned) > limit:
        raise TextNotUsable(
            f"{label}最多{limit}个字，现有{len(cleaned)}个字，请缩短。", field=field
        )
    if "\0" in cleaned:
        raise TextNotUsable(f"{label}含有不可见字符，请重新输入。", field=field)
    return cleaned
