"""Rows that are never changed, and a few phrases to begin with (staff change and add to them)."""

from django.db import migrations

from registry.database.triggers import AppendOnly

PHRASES = {
    1: ("建设内容与环评批复不一致，未重新报批", "未取得环评批复即投入建设"),
    2: ("环保设施未经验收即投入生产", "未按规定公开验收信息"),
    3: ("未按期提交排污许可证执行报告", "许可证载明事项发生变化未及时变更"),
    4: ("治污设施未正常运行", "治污设施运行记录不完整"),
    5: ("排放口标识牌缺失或不规范", "废气收集不完全，存在无组织排放"),
    6: ("自动监控数据异常未按规定标记", "自动监控设备未按期比对"),
    7: ("自行监测频次不足", "环境管理台账记录不完整"),
    8: ("危险废物标识缺失或不规范", "危险废物超期贮存", "转移联单填写不规范"),
    9: ("应急预案到期未修订备案", "应急物资不足或过期"),
    10: ("以往问题整改不到位", "处罚决定要求未按期完成"),
}


def ship(apps, schema_editor):
    phrase = apps.get_model("inspections", "FindingPhrase")
    phrase.objects.bulk_create(
        phrase(number=number, text=text, position=position)
        for number, texts in PHRASES.items()
        for position, text in enumerate(texts)
    )


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]

    operations = [
        AppendOnly("inspections_recordversion"),
        AppendOnly("inspections_syncoperation"),
        AppendOnly("inspections_assignmentview"),
        AppendOnly("inspections_printedpaper"),
        AppendOnly("inspections_paperprint"),
        AppendOnly("inspections_gatescan"),
        # Backwards nothing: the table goes with the step before.
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
