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
from disclosure.models import PublicPlan, PublicProof
from disclosure.public import selectors

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
        "公开随机源：%(source)s，最早 %(at)s 可知。"
    ) % {
        "digest": row.pool_digest,
        "commitment": row.commitment,
        "quotas": quotas,
        "source": row.entropy_source,
        "at": _moment(row.entropy_at),
    }
    entries = [
        (row.published_at, "announced", _("%(number)s 抽取前公告"), announced),
        (
            row.drawn_at,
            "drawn",
            _("%(number)s 已抽取"),
            _("公开随机源取值 %(value)s；见证人：%(witnesses)s。")
            % {"value": row.entropy_value, "witnesses": "、".join(row.witnesses)},
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


class DrawFeed(Feed):
    feed_type = Atom1Feed
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
