"""What a register may lack, in the words of those who mend it; one list for page, filter and desk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """``field`` is what to mend on the unit's form; ``shows`` what the list shows of each unit;
    ``sort`` brings those together that concern one another."""

    key: str
    group: str
    label: str
    why: str
    field: str
    shows: str = ""
    sort: str = ""


GAPS = (
    Gap(
        "no_place", "位置", "没有经纬度", "地图上没有，检查时难以定位到厂区。", "longitude",
        shows="address",
    ),
    Gap(
        "far_place", "位置", "经纬度在本州以外", "多为经度与纬度填反，或少填小数点。", "longitude",
        shows="place",
    ),
    Gap("no_address", "位置", "没有地址", "派发的任务上没有去处。", "address"),
    Gap(
        "same_address", "位置", "两家以上在同一地址", "可能是同一单位登记了两次，或地址抄错。", "address",
        shows="address", sort="address",
    ),
    Gap("no_grid", "位置", "没有所属网格", "按网格抽取和统计时不在其中。", "grid"),
    Gap(
        "same_name", "身份与代码", "同一名称登记了两次", "同名而代码不同，或同名同厂区：请核对后合并。",
        "name", shows="name", sort="name",
    ),
    Gap(
        "no_code", "身份与代码", "没有统一社会信用代码", "只能凭许可证编号识别，无法归集到信用中国。", "uscc",
        shows="no_code_reason",
    ),
    Gap(
        "code_hint", "身份与代码", "许可证编号提示另一代码",
        "排污许可证编号前18位通常就是信用代码，与登记的不同。", "uscc", shows="permit_number",
    ),
    Gap("no_contact", "联系", "没有环保联系人或电话", "检查前后无法联系，核查整改无人应答。", "contact"),
    Gap(
        "key_no_class", "重点名录", "重点单位没有重点类别", "水、气、土壤等类别决定检查内容。",
        "key_classes",
    ),
    Gap(
        "key_old_year", "重点名录", "重点单位不在本年名录", "名录每年更新，请核对是否仍为重点单位。",
        "key_list_year", shows="key_list_year",
    ),
    Gap(
        "no_permit", "许可与行业", "没有许可证编号或管理类别", "证后核查和频次无从确定。", "permit_number",
    ),
    Gap(
        "permit_over", "许可与行业", "排污许可证已过有效期", "无证或持过期许可证排污须依法处理，请核实是否已延续。",
        "permit_until", shows="permit_until",
    ),
    Gap(
        "permit_soon", "许可与行业", "排污许可证60天内到期", "延续须在届满60日前申请（排污许可管理条例），请提醒企业。",
        "permit_until", shows="permit_until",
    ),
    Gap(
        "no_permit_until", "许可与行业", "有许可证而没有有效期", "许可证何时到期无从得知，过期也不会提示。",
        "permit_until", shows="permit_number",
    ),
    Gap("no_industry", "许可与行业", "没有行业代码", "按行业抽取和统计时不在其中。", "industry_code"),
    Gap("no_risk", "许可与行业", "没有风险等级", "抽取时按一张签计算，高风险单位得不到应有权重。", "risk_grade"),
    Gap(
        "project_permitted", "许可与行业", "建设项目已有排污许可证",
        "可能已经投产，应转为排污单位进入抽查。", "kind", shows="permit_number",
    ),
    Gap(
        "positive_over", "许可与行业", "正面清单已过有效期", "过期后不再减少检查，请办理移出或续期。",
        "positive_until", shows="positive_until",
    ),
)  # fmt: skip
BY_KEY = {gap.key: gap for gap in GAPS}
