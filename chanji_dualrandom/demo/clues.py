"""Clues of the demonstration bureau: one in each state."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from inspections.models import CheckRequest, Clue
from inspections.services import clues
from inspections.services.check_requests import decide_check_request, propose_clue_check
from registry.choices import ListLevel
from registry.clocks.rules.workdays import WorkCalendar
from registry.item_lists.selectors import item_list_in_force
from registry.models import Inspector, PollutionSource

# Kind, days since it came, content, how far it got.
STORIES = (
    ("complaint", 12, "附近居民反映夜间有刺鼻气味", "recorded"),
    ("online", 0, "废气在线监控氮氧化物小时值报警三次", "recorded"),
    ("assigned", 6, "上级转办：雨后排口水色异常", "verified"),
    ("complaint", 9, "反映该厂昼夜噪声扰民", "unfounded"),
    ("video", 5, "视频监控显示料场未覆盖", "remote_checked"),
    ("drone", 4, "无人机飞检发现厂界烟羽", "requested"),
    ("complaint", 8, "举报暗管排水", "targeted"),
    ("data", 15, "用电数据显示治污设施与生产不同步", "closed"),
)


class ClueDesk:
    def __init__(self, users: dict[str, Any], *, calendar: WorkCalendar, now: datetime) -> None:
        self.users, self.calendar, self.now = users, calendar, now
        self.common = {"actor": users["planner1"], "now": now}

    def play(self) -> None:
        sources = PollutionSource.objects.in_pool().order_by("code")[30:38]
        for source, (kind, days, content, state) in zip(sources, STORIES, strict=True):
            clue = clues.record_clue_row(
                kind=kind,
                received_on=timezone.localdate(self.now) - timedelta(days=days),
                content=f"{content}（示范）",
                source=source,
                origin="示范平台",
                reporter="示范举报人 0994-0000000" if kind == "complaint" else "",
                urgent=state == "requested",
                calendar=self.calendar,
                **self.common,
            )
            self._advance(clue, state)
        clues.record_clue_row(
            kind="complaint",
            received_on=timezone.localdate(self.now),
            content="路边焚烧垃圾（示范）",
            unit_text="示范大道北侧无名作坊",
            calendar=self.calendar,
            **self.common,
        )

    def _advance(self, clue: Clue, state: str) -> None:
        if state == "recorded":
            return
        clues.judge_clue(
            clue_id=clue.pk,
            verified=state != "unfounded",
            judgement="经核实无此情况" if state == "unfounded" else "与监控记录相符",
            **self.common,
        )
        if state in ("unfounded", "verified"):
            return
        clues.record_remote_check(
            clue_id=clue.pk, means="调阅在线与视频记录", finding="异常时段与线索相符", **self.common
        )
        if state == "closed":
            clues.close_clue(clue_id=clue.pk, reason="已督促企业整改并复看视频确认", **self.common)
        elif state != "remote_checked":
            self._target(clue, approve=state == "targeted")

    def _target(self, clue: Clue, *, approve: bool) -> None:
        today = timezone.localdate(self.now)
        people = list(Inspector.objects.filter(role="officer").order_by("code")[:2])
        item_list = item_list_in_force(ListLevel.BUREAU, today)
        check: CheckRequest = propose_clue_check(
            clue_id=clue.pk,
            reason_kind="remote_suspects",
            reason="须现场核实治污设施运行并取样",
            items=list(item_list.items.all()[:2]) if item_list else [],
            lead=people[0],
            members=people[1:],
            due_on=today + timedelta(days=10),
            **self.common,
        )
        if approve:
            decide_check_request(
                request_id=check.pk,
                approve=True,
                reason="同意",
                actor=self.users["director1"],
                now=self.now,
                calendar=self.calendar,
            )
