"""What a register may lack, in the words of those who mend it; one list for page, filter and desk."""

from dataclasses import dataclass
from decimal import Decimal

# 昌吉州 lies within these degrees, with some room; longitude and latitude mistaken for each other
# fall outside.
WEST, EAST = Decimal("85.0"), Decimal("92.0")
SOUTH, NORTH = Decimal("42.5"), Decimal("46.0")


def is_here(longitude: Decimal | float, latitude: Decimal | float) -> bool:
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def are_crossed(longitude: Decimal | float, latitude: Decimal | float) -> bool:
    """Whether the two stand in each other's place: the point is here only the other way round."""
    return is_here(latitude, longitude)


@dataclass(frozen=True)
class Problem:
    """``field`` is what to mend on the unit's form; ``shows`` what the list shows of each unit;
    ``sort`` brings those together that concern one another."""

    key: str
    group: str
    label: str
    why: str
    field: str
    shows: str = ""
    sort: str = ""


PROBLEMS = (
    Problem(
        "no_place", "位置", "没有经纬度", "地图上没有，检查时难以定位到厂区。", "longitude",
        shows="address",
    ),
    Problem(
        "far_place", "位置", "经纬度在本州以外", "多为经度与纬度填反，或少填小数点。", "longitude",
        shows="place",
    ),
    Problem("no_address", "位置", "没有地址", "派发的任务上没有去处。", "address"),
    Problem(
        "same_address", "位置", "两家以上在同一地址", "可能是同一单位登记了两次，或地址抄错。", "address",
        shows="address", sort="address",
    ),
    Problem("no_grid", "位置", "没有所属网格", "按网格抽取和统计时不在其中。", "grid"),
    Problem(
        "same_name", "身份与代码", "同一名称登记了两次", "同名而代码不同，或同名同厂区：请核对后合并。",
        "name", shows="name", sort="name",
    ),
    Problem(
        "no_code", "身份与代码", "没有统一社会信用代码", "只能凭许可证编号识别，无法归集到信用中国。", "uscc",
        shows="no_code_reason",
    ),
    Problem(
        "code_hint", "身份与代码", "许可证编号提示另一代码",
        "排污许可证编号前18位通常就是信用代码，与登记的不同。", "uscc", shows="permit_number",
    ),
    Problem("no_contact", "联系", "没有环保联系人或电话", "检查前后无法联系，核查整改无人应答。", "contact"),
    Problem(
        "key_no_class", "重点名录", "重点单位没有重点类别", "水、气、土壤等类别决定检查内容。",
        "key_classes",
    ),
    Problem(
        "key_old_year", "重点名录", "重点单位不在本年名录", "名录每年更新，请核对是否仍为重点单位。",
        "key_list_year", shows="key_list_year",
    ),
    Problem(
        "no_permit", "许可与行业", "没有许可证编号或管理类别", "证后核查和频次无从确定。", "permit_number",
    ),
    Problem(
        "permit_over", "许可与行业", "排污许可证已过有效期", "无证或持过期许可证排污须依法处理，请核实是否已延续。",
        "permit_until", shows="permit_until",
    ),
    Problem(
        "permit_soon", "许可与行业", "排污许可证60天内到期", "延续须在届满60日前申请（排污许可管理条例），请提醒企业。",
        "permit_until", shows="permit_until",
    ),
    Problem(
        "no_permit_until", "许可与行业", "有许可证而没有有效期", "许可证何时到期无从得知，过期也不会提示。",
        "permit_until", shows="permit_number",
    ),
    Problem("no_industry", "许可与行业", "没有行业代码", "按行业抽取和统计时不在其中。", "industry_code"),
    Problem("no_risk", "许可与行业", "没有风险等级", "抽取时按一张签计算，高风险单位得不到应有权重。", "risk_grade"),
    Problem(
        "project_permitted", "许可与行业", "建设项目已有排污许可证",
        "可能已经投产，应转为排污单位进入抽查。", "kind", shows="permit_number",
    ),
    Problem(
        "positive_over", "许可与行业", "正面清单已过有效期", "过期后不再减少检查，请办理移出或续期。",
        "positive_until", shows="positive_until",
    ),
)  # fmt: skip
BY_KEY = {problem.key: problem for problem in PROBLEMS}
