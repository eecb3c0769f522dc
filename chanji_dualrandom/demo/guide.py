"""The guide of the demonstration bureau: two texts, one picture."""

from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from disclosure.models import GuideMaterial, GuidePage
from disclosure.services.guide import add_material, prepare_material, save_page

PAGES = (
    ("your-rights", "企业在检查中的权利", 10, """## 检查人员到场时

- 不少于两名执法人员，出示执法证件；
- 说明检查的事由、依据和事项；
- 抽查名单由随机程序产生，任何人不能点名检查。

## 您可以

- 核对证件，要求有利害关系的人员**回避**；
- 对检查记录核对、说明和申辩，不同意的可以写明意见；
- 事后在[公示结果](/results/)中查到本次检查，并[重算抽取过程](/verify/)。
"""),
    ("how-to-read", "怎样看懂一条公示结果", 20, """每条结果有企业名称、信用代码、抽查事项、抽查时间、检查结果和处理情况。

## 常见的检查结果

- **未发现问题**：检查的事项没有发现问题；
- **发现问题已责令改正**：有期限，到期复查，直到销号；
- **发现问题待后续处理**：可能立案处罚，结果另行公布。

撤回的结果仍在原处，写明撤回的原因。
"""),
)  # fmt: skip


def write_guide(*, users: dict[str, Any], now: datetime) -> None:
    for slug, title, position, body in PAGES:
        page = GuidePage(slug=slug, title=title, body=body, position=position, shown=True)
        save_page(page=page, actor=users["publisher1"], now=now)
    row = GuideMaterial(
        title="从抽取到公示的四步",
        description="四个色块依次表示：公布计划、随机抽取、现场检查、公示结果",
    )
    file = prepare_material(_four_steps())
    add_material(row=row, file=file, actor=users["publisher1"], now=now)


def _four_steps() -> bytes:
    picture = Image.new("RGB", (960, 240), "#f3f6f6")
    draw = ImageDraw.Draw(picture)
    for place, colour in enumerate(("#084540", "#0b5d57", "#17633a", "#b4530a")):
        left = 20 + place * 240
        draw.rounded_rectangle((left, 40, left + 190, 200), 18, fill=colour)
        draw.ellipse((left + 65, 90, left + 125, 150), fill="#ffffff")
        if place < 3:
            draw.polygon([(left + 198, 105), (left + 198, 135), (left + 226, 120)], fill="#4a5a63")
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()
