"""The shares of a quarter's draw that the law fixes: settings, plans and quotas are held against them."""

KEY_PERCENT = 25  # 实施方案 二（一）: of the key dischargers, at least
SPECIAL_PERCENT = 50  # 实施方案 二（一）: of the special-supervision targets, at least
