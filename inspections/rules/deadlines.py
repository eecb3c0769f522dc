"""Clocks of the inspection floor; working days come in as an argument (domain rules §4)."""

from datetime import date, timedelta

REINSPECTION_DAYS = 30  # 生态环境行政处罚办法：责令改正送达之日起 30 日内复查
TRANSFER_APPROVAL_DAYS = 3  # 行政执法机关移送涉嫌犯罪案件的规定 第五条
HANDOVER_DAYS = 1  # 同条：批准后24小时内移送


def reinspection_due(served_on: date) -> date:
    """Re-inspection within 30 days of service of the order."""
    return served_on + timedelta(days=REINSPECTION_DAYS)


def transfer_approval_due(found_on: date) -> date:
    """The leader decides on a referral within 3 days."""
    return found_on + timedelta(days=TRANSFER_APPROVAL_DAYS)


def handover_due(approved_on: date) -> date:
    """The case goes to the public security organ within 24 hours of the approval."""
    return approved_on + timedelta(days=HANDOVER_DAYS)
