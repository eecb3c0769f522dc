"""What changed in the registers of the demonstration bureau, by the real services."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from registry.choices import ListLevel
from registry.importing.services.spreadsheets import write_workbook
from registry.item_lists.selectors import item_list_in_force
from registry.item_lists.services.item_list_files import ITEM_COLUMNS, store_list_file
from registry.item_lists.services.item_list_versions import import_list
from registry.models import EvidenceFile, Inspector, PollutionSource
from registry.services.certificates import warn_of_expiring_certificates
from registry.services.conflicts import declare_conflict
from registry.services.evidence_files import Proof, store_evidence_file
from registry.services.inspectors import record_certificate, record_leave
from registry.services.source_changes import (
    add_site,
    change_status,
    change_type,
    commission_project,
)
from registry.services.source_codes import fresh_code
from registry.services.source_merges import merge_sources


def change_registers(*, users: dict[str, Any], now: datetime) -> None:
    """One of each: closed, back again, key by the list's supplement, a further site, a project in
    operation."""
    planner, today = users["planner1"], timezone.localdate(now)
    common = {"actor": planner, "today": today}
    units = list(PollutionSource.objects.in_pool().filter(regulatory_type="general")[120:126])
    proof = Proof(_paper("示范关停通知", planner), "昌高环示范函〔1〕号")
    change_status(
        source_id=units[0].pk,
        new_status="closed",
        on=today - timedelta(days=9),
        reason="园区产业调整，政府责令关停（示范）",
        proof=proof,
        **common,
    )
    for status, days, reason in (("suspended", 40, "市场原因停产"), ("normal", 6, "恢复生产")):
        change_status(
            source_id=units[1].pk,
            new_status=status,
            on=today - timedelta(days=days),
            reason=f"{reason}（示范）",
            proof=Proof(note="示范企业报告"),
            **common,
        )
    change_type(
        source_id=units[2].pk,
        regulatory_type="key",
        key_classes=["air"],
        list_year=today.year,
        on=today - timedelta(days=20),
        reason="自治州增补环境监管重点单位名录（示范）",
        proof=Proof(_paper("示范名录增补文件", planner)),
        **common,
    )
    add_site(
        source_id=units[3].pk,
        site="北厂区",
        address="昌吉高新区示范大道北段9号",
        reason="扩建北厂区（示范）",
        actor=planner,
    )
    project = PollutionSource.objects.active().filter(kind="construction").order_by("code")[0]
    commission_project(
        source_id=project.pk,
        permit_number=f"{project.uscc}001P",
        permit_class="simplified",
        regulatory_type="general",
        key_classes=[],
        list_year=None,
        on=today - timedelta(days=3),
        reason="竣工环保验收合格并取得排污许可证（示范）",
        proof=Proof(note="示范验收意见"),
        **common,
    )


def merge_records(*, users: dict[str, Any], now: datetime) -> None:
    """A unit that stood in the register twice, under its old name as well."""
    planner, today = users["planner1"], timezone.localdate(now)
    survivor = PollutionSource.objects.in_pool().filter(regulatory_type="general")[110]
    double = PollutionSource.objects.create(
        code=fresh_code(),
        name=f"{survivor.name}（旧名）",
        no_code_reason="individual",
        regulatory_type="general",
        address=survivor.address,
    )
    merge_sources(
        survivor_id=survivor.pk,
        merged_id=double.pk,
        on=today - timedelta(days=2),
        reason="企业更名后重复建档（示范）",
        actor=planner,
        today=today,
        proof=Proof(note="示范营业执照变更通知"),
    )


def keep_people(*, users: dict[str, Any], now: datetime) -> None:
    """A certificate that soon runs out, leave, and a conflict the officer declared himself."""
    planner, today = users["planner1"], timezone.localdate(now)
    officers = {row.code: row for row in Inspector.objects.filter(role="officer")}
    soon, away, own = officers["IN006"], officers["IN007"], officers["IN008"]
    record_certificate(
        inspector_id=soon.pk,
        number=soon.credentials.get().number,
        valid_from=today - timedelta(days=1000),
        valid_to=today + timedelta(days=24),
        reason="按证件更正有效期（示范）",
        actor=planner,
    )
    record_leave(
        inspector_id=away.pk,
        starts_on=today + timedelta(days=5),
        ends_on=today + timedelta(days=12),
        reason="执法资格培训（示范）",
        actor=planner,
    )
    declare_conflict(
        inspector_id=own.pk,
        source=PollutionSource.objects.in_pool().order_by("-code")[5],
        kind="relative",
        detail="配偶任该公司安环部主管（示范）",
        starts_on=today - timedelta(days=60),
        actor=own.user,
        today=today,
    )
    warn_of_expiring_certificates(today=today)


def take_over_item_list(*, users: dict[str, Any], now: datetime) -> None:
    """The prefecture's list of the year, like ours but for a few lines, as a workbook."""
    own = item_list_in_force(ListLevel.BUREAU, timezone.localdate(now))
    if own is None:
        return
    rows = [
        (
            item.code,
            item.name,
            item.get_item_class_display(),
            "；".join(f"《{basis.title}》{basis.article}" for basis in item.bases.all()),
            "昌吉州生态环境局",
            item.target,
            item.content,
            item.get_method_display(),
            item.ratio,
            "每年" if item.position == 2 else item.frequency,
            "州级、县级",
        )
        for item in own.items.prefetch_related("bases").order_by("position")
    ]
    extra = (
        "CJ-99",
        "辐射安全检查（示范）",
        "一般检查事项",
        "《放射性同位素与射线装置安全和防护条例》第四十六条",
    )
    rows.append((*extra, "昌吉州生态环境局", "使用放射源的单位", "辐射安全许可与台账", "现场", "5%", "每年", "州级"))  # fmt: skip
    target = BytesIO()
    write_workbook(target, [("清单", [column.title for column in ITEM_COLUMNS], rows)])
    file = store_list_file(
        chunks=[target.getvalue()], name="示范昌吉州清单.xlsx", actor=users["planner1"]
    )
    import_list(
        file=file,
        title="昌吉州随机抽查执法事项清单（示范）",
        effective_from=timezone.localdate(now) - timedelta(days=15),
        note="州环示范发〔1〕号",
        actor=users["planner1"],
    )


def _paper(title: str, actor: Any) -> EvidenceFile:
    """A scanned page, as far as a demonstration needs one."""
    image = Image.new("RGB", (420, 594), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, 390, 564), outline=(120, 120, 120))
    for line in range(90, 520, 24):
        draw.line((60, line, 360 - line % 72, line), fill=(170, 170, 170), width=3)
    draw.ellipse((270, 440, 360, 530), outline=(180, 30, 30), width=5)
    draw.text((60, 50), str(len(title)), fill=(90, 90, 90))
    target = BytesIO()
    image.save(target, "PNG")
    return store_evidence_file(chunks=[target.getvalue()], name=f"{title}.png", actor=actor)
