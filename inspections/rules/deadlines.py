"""Clocks of the inspection floor; working days come in as an argument (domain rules §4)."""

from datetime import date, timedelta

RECHECK_DAYS = 30  # 生态环境行政处罚办法：责令改正送达之日起 30 日内复查
TRANSFER_APPROVAL_DAYS = 3  # 行政执法机关移送涉嫌犯罪案件的规定 第五条
HANDOVER_DAYS = 1  # 同条：批准后24小时内移送
FILING_DAYS = 15  # 生态环境行政处罚办法：发现线索之日起 15 日内决定是否立案（待核）
DECISION_DAYS = 90  # 行政处罚法 第六十条：立案之日起 90 日内作出决定
SERVICE_DAYS = 7  # 行政处罚法 第六十一条：7 日内送达
RECHECK_LEAD_DAYS = 10  # a recheck is opened at the latest so long before it is due


def recheck_due(served_on: date, rectify_by: date | None = None) -> date:
    """Recheck within 30 days of service of the order; where more time was given to correct,
    on the day after it ends, when there is something to look at."""
    due = served_on + timedelta(days=RECHECK_DAYS)
    return max(due, rectify_by + timedelta(days=1)) if rectify_by else due


def recheck_opens(served_on: date, rectify_by: date) -> date:
    """The day on which the recheck is dispatched by itself: after the time to correct has
    ended, but early enough before it is due."""
    latest = recheck_due(served_on, rectify_by) - timedelta(days=RECHECK_LEAD_DAYS)
    return max(served_on, min(rectify_by + timedelta(days=1), latest))


def transfer_approval_due(found_on: date) -> date:
    """The leader decides on a referral within 3 days."""
    return found_on + timedelta(days=TRANSFER_APPROVAL_DAYS)


def handover_due(approved_on: date) -> date:
    """The case goes to the public security organ within 24 hours of the approval."""
    return approved_on + timedelta(days=HANDOVER_DAYS)


def filing_due(found_on: date) -> date:
    return found_on + timedelta(days=FILING_DAYS)


def decision_due(filed_on: date) -> date:
    return filed_on + timedelta(days=DECISION_DAYS)


def service_due(decided_on: date) -> date:
    return decided_on + timedelta(days=SERVICE_DAYS)
