"""Announcements before the draw and proofs after it as an Atom feed, so that outsiders who
subscribe hold copies the bureau can no longer change."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disclosure.choices import AnnouncementState
from disclosure.models import PublicNotice, PublicPlan, PublicProof, PublicResult
from disclosure.public import selectors
from registry.selectors import bureau_setting

ENTRIES = 60


class Entry(NamedTuple):
    at: datetime
    kind: str
    number: str
    key: str
    title: str
    text: str


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _of_plan(row: PublicPlan) -> list[Entry]:
    quotas = "、".join(f"{line['label']} {line['quota']}" for line in row.quotas)
    announced = _(
        "抽取池摘要 %(digest)s；随机数承诺 %(commitment)s；抽取数：%(quotas)s；"
        "公告摘要 %(announcement)s；公开随机源：%(sources)s。"
    ) % {
        "digest": row.pool_digest,
        "commitment": row.commitment,
        "quotas": quotas,
        "announcement": row.announcement_digest,
        "sources": "、".join(f"{source['name']}（{source['at']}）" for source in row.sources),
    }
    entries = [
        (row.published_at, "announced", _("%(number)s 抽取前公告"), announced),
        (
            row.drawn_at,
            "drawn",
            _("%(number)s 已抽取"),
            _("公开随机源取值 %(value)s；见证单位：%(witnesses)s；结果树根 %(root)s。")
            % {
                "value": "、".join(f"{source['name']} {source['value']}" for source in row.entropy),
                "witnesses": "、".join(row.witnesses),
                "root": row.record["outcome_root"] if row.record else "",
            },
        ),
        (
            row.ended_at,
            row.state,
            _("%(number)s 抽取作废")
            if row.state == AnnouncementState.VOID
            else _("%(number)s 公告撤回"),
            row.ended_reason,
        ),
    ]
    return [
        Entry(at, kind, row.plan_number, row.commitment, title % {"number": row.plan_number}, text)
        for at, kind, title, text in entries
        if at is not None
    ]


def _of_proof(row: PublicProof) -> Entry:
    return Entry(
        row.published_at,
        "proof",
        row.plan_number,
        row.commitment,
        (_("%(number)s 作废抽取的全部材料公开") if row.void else _("%(number)s 复核材料公开"))
        % {"number": row.plan_number},
        _("proof.json 的 SHA-256：%(sha256)s") % {"sha256": row.sha256},
    )


class BureauFeed(Feed):
    """Atom wants an author (RFC 4287 §4.1.1); it is the bureau that publishes."""

    feed_type = Atom1Feed

    def author_name(self) -> str:
        return str(bureau_setting("bureau_name"))


class DrawFeed(BureauFeed):
    title = gettext_lazy("双随机抽取：抽取前公告与复核材料")
    subtitle = gettext_lazy("抽取前的承诺与抽取后的复核材料；请保留副本，以便日后比对。")
    language = "zh-hans"

    def link(self) -> str:
        return reverse("public:plans")

    def items(self) -> list[Entry]:
        entries = [entry for row in selectors.standing_plans() for entry in _of_plan(row)]
        entries += [_of_proof(row) for row in selectors.proofs()]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:ENTRIES]

    def item_title(self, item: Entry) -> str:
        return item.title

    def item_description(self, item: Entry) -> str:
        return item.text

    def item_link(self, item: Entry) -> str:
        if item.kind == "proof":
            return reverse("public:proof_of", args=[item.number, item.key])
        return reverse("public:plan", args=[item.number])

    def item_guid(self, item: Entry) -> str:
        return f"urn:chanji-draw:{item.kind}:{item.key}"

    def item_updateddate(self, item: Entry) -> datetime:
        return item.at

    def item_pubdate(self, item: Entry) -> datetime:
        return item.at


class ResultFeed(BureauFeed):
    """The results published last."""

    title = gettext_lazy("抽查结果公示")
    subtitle = gettext_lazy("最近公示的检查结果")
    language = "zh-hans"

    def link(self) -> str:
        return reverse("public:results")

    def items(self) -> list[PublicResult]:
        return list(PublicResult.objects.order_by("-published_on", "-pk")[:ENTRIES])

    def item_title(self, item: PublicResult) -> str:
        return item.enterprise_name

    def item_description(self, item: PublicResult) -> str:
        if item.withdrawn_at:
            return _("已撤回：%(note)s") % {"note": item.withdrawn_note}
        return f"{item.checked_on} {item.outcome_text} {item.handling}".strip()

    def item_link(self, item: PublicResult) -> str:
        return reverse("public:result", args=[item.public_id])

    def item_guid(self, item: PublicResult) -> str:
        return f"urn:uuid:{item.public_id}"

    def item_pubdate(self, item: PublicResult) -> datetime:
        return item.created_at

    def item_updateddate(self, item: PublicResult) -> datetime:
        return item.withdrawn_at or item.created_at


class NoticeFeed(BureauFeed):
    """Corrections, withdrawals, restorations and withholdings: nothing changes in silence."""

    title = gettext_lazy("公示变更")
    subtitle = gettext_lazy("更正、撤回、恢复公示和不予公开")
    language = "zh-hans"

    def link(self) -> str:
        return reverse("public:notices")

    def items(self) -> list[PublicNotice]:
        rows = PublicNotice.objects.select_related("result").order_by("-at", "-pk")
        return list(rows[:ENTRIES])

    def item_title(self, item: PublicNotice) -> str:
        return f"{item.reference} {item.get_kind_display()}"

    def item_description(self, item: PublicNotice) -> str:
        return item.note or (str(item.get_ground_display()) if item.ground else "")

    def item_link(self, item: PublicNotice) -> str:
        if item.result:
            return reverse("public:result", args=[item.result.public_id])
        return reverse("public:notices")

    def item_guid(self, item: PublicNotice) -> str:
        return f"urn:chanji-notice:{item.reference}"

    def item_pubdate(self, item: PublicNotice) -> datetime:
        return item.at

    item_updateddate = item_pubdate
