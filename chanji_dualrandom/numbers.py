"""The numbers of the desk: what is due, what is missing, what expires. Each leads to its list.

A number is shown to whoever may do something about it. No unit is named here, drawn or not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from disclosure import permissions as disclosure
from disclosure.selectors import desk_counts, open_withholdings
from inspections import permissions as inspections
from inspections.selectors import clue_counts, open_problem_count, review_queue
from registry import permissions as registry
from registry.clocks.selectors import deadlines_of
from registry.grading.selectors import open_flag_endings, open_flag_proposals
from registry.models import HolidayNotice, PollutionSource, RiskAssessment
from registry.rules.register_quality import GAPS
from registry.selectors import inspector_list
from registry.services import register_quality

DUE, MISSING, EXPIRING = "要办", "缺什么", "快到期"
SOON_DAYS = 30
NEXT_YEAR_FROM_MONTH = 11  # the holiday notice of the next year comes out in November
MOST_PROBLEMS = 5
# Of what the page 数据质量 lists, this stands under 快到期.
RUNNING_OUT = frozenset({"permit_over", "permit_soon"})


Builder = Callable[[Any, date], Iterable["Number"]]


@dataclass(frozen=True)
class Number:
    """``late`` of ``number`` are past their day; ``number`` None where it is not counted yet."""

    group: str
    label: str
    number: int | None
    url: str
    late: int = 0

    @property
    def look(self) -> str:
        """What the page does with it: nothing to do is quiet, too late is red."""
        if self.late:
            return "late"
        return "none" if self.number == 0 else ""


def _clocks(user: Any, today: date) -> Iterable[Number]:
    mine = deadlines_of(user)
    late = mine.filter(due_on__lt=today).count()
    near = mine.filter(due_on__lte=today + timedelta(days=7)).count()
    yield Number(DUE, "我的期限，七天内", near, reverse("registry:deadlines"), late)


def _reviews(user: Any, today: date) -> Iterable[Number]:
    yield Number(DUE, "待审核检查记录", review_queue().count(), reverse("inspections:reviews"))


def _clues_in(state: str, label: str) -> Builder:
    def build(user: Any, today: date) -> Iterable[Number]:
        number = next((n for found, _label, n in clue_counts() if found == state), 0)
        yield Number(DUE, label, number, f"{reverse('inspections:clues')}?state={state}")

    return build


def _problems(user: Any, today: date) -> Iterable[Number]:
    yield Number(DUE, "未销号问题", open_problem_count(), reverse("inspections:problems"))


def _publication(user: Any, today: date) -> Iterable[Number]:
    counts = desk_counts(today)
    yield Number(
        DUE, "待公示结果", counts["waiting"], reverse("disclosure:desk"), counts["overdue"]
    )


def _withholdings(user: Any, today: date) -> Iterable[Number]:
    number = open_withholdings().count()
    yield Number(DUE, "不予公开待批准", number, reverse("disclosure:desk"))


def _flags(user: Any, today: date) -> Iterable[Number]:
    number = open_flag_proposals().count() + open_flag_endings().count()
    yield Number(DUE, "特殊监管提议待批准", number, reverse("registry:special_flags"))


def _grades(user: Any, today: date) -> Iterable[Number]:
    number = RiskAssessment.objects.filter(state="proposed").count()
    yield Number(DUE, "风险等级待确认", number, reverse("registry:risk"))


def _quality(user: Any, today: date) -> Iterable[Number]:
    """The problems most units have, and the page with all of them."""
    found = register_quality.findings(today=today)
    known = [(found.numbers.get(p.key, 0), p) for p in GAPS]
    page = f"{reverse('registry:sources')}?problem="
    for number, problem in known:
        if problem.key in RUNNING_OUT:
            yield Number(EXPIRING, problem.label, number, page + problem.key)
    worst = [pair for pair in known if pair[0] and pair[1].key not in RUNNING_OUT]
    worst.sort(key=lambda pair: -pair[0])
    for number, problem in worst[:MOST_PROBLEMS]:
        yield Number(MISSING, problem.label, number, page + problem.key)
    rest = sum(number for number, _problem in worst[MOST_PROBLEMS:])
    if rest or found.counted_at is None:
        number = rest if found.counted_at else None
        yield Number(MISSING, "其他资料问题", number, reverse("registry:quality"))


def _people(user: Any, today: date) -> Iterable[Number]:
    page = reverse("registry:inspectors")
    officers = inspector_list.in_tab("officer", today).filter(status="on_post")
    without = officers.filter(user=None).count()
    yield Number(
        MISSING, "执法人员没有登录账号", without, f"{page}?tab=officer&status=on_post&account=no"
    )
    ending = inspector_list.in_tab("expiring", today).order_by().count()
    yield Number(EXPIRING, "执法证60天内到期或没有", ending, f"{page}?tab=expiring")


def _holidays(user: Any, today: date) -> Iterable[Number]:
    if today.month < NEXT_YEAR_FROM_MONTH:
        return
    known = HolidayNotice.objects.filter(layer="national", year=today.year + 1).exists()
    if not known:
        url = reverse("admin:registry_holidaynotice_changelist")
        yield Number(MISSING, f"{today.year + 1}年放假通知未录入，期限暂定", 1, url)


def _positive_list(user: Any, today: date) -> Iterable[Number]:
    soon = today + timedelta(days=SOON_DAYS)
    ending = PollutionSource.objects.filter(positive_list=True, positive_until__lte=soon).count()
    yield Number(EXPIRING, "正面清单30天内到期", ending, reverse("registry:positive_list"))


BUILDERS: tuple[tuple[str | None, Builder], ...] = (
    (None, _clocks),
    (registry.APPROVE_SPECIAL_FLAG, _flags),
    (registry.CONFIRM_RISK, _grades),
    (inspections.REVIEW_RECORD, _reviews),
    (inspections.HANDLE_CLUES, _clues_in("recorded", "待研判线索")),
    (inspections.APPROVE_CHECK_REQUEST, _clues_in("requested", "定向检查待批准")),
    (inspections.CLOSE_PROBLEM, _problems),
    (disclosure.PUBLISH_RESULT, _publication),
    (disclosure.WITHHOLD_RESULT, _withholdings),
    (registry.MANAGE_REGISTERS, _quality),
    (registry.VIEW_INSPECTORS, _people),
    (registry.MANAGE_CALENDAR, _holidays),
    (registry.MANAGE_POSITIVE_LIST, _positive_list),
)


def numbers_for(user: Any, today: date) -> list[tuple[str, list[Number]]]:
    """What this person may do something about, in three groups; empty groups fall away, and what
    is neither missing nor expiring anywhere is not worth a place."""
    groups: dict[str, list[Number]] = {DUE: [], MISSING: [], EXPIRING: []}
    for permission, build in BUILDERS:
        if permission is None or user.has_perm(permission):
            for number in build(user, today):
                if number.group == DUE or number.number != 0:
                    groups[number.group].append(number)
    return [(title, found) for title, found in groups.items() if found]
