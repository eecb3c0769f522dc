"""What the text of a line says it is: a title, a sum, a note, a number of columns, or none of these."""

import re
from collections.abc import Container, Sequence

from registry.importing.rules.column_spec import squeeze

_SUM = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计)\s*([:：(（\d].*|[家户个]?数?|企业.{0,4})")
# A printed list counts in more ways: 全县合计, 本页小计：3家, 累计, 以上共计3家.
_PRINTED_SUM = re.compile(
    r"[^\s（(]{0,6}?(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总\s*数|家\s*数)\s*(数|[:：]?\s*[（(]?\s*\d*\s*[家户个]?\s*[）)]?)"
)
_COUNT = re.compile(r"(以上)?共?计?\s*\d+\s*[家户个]")
_LABEL = (
    r"(备?注|说明|填表说明|填报说明|填表人|填报人|制表|审核|联系人|联系电话|填报单位|填报日期|日期|附件|附表|数据来源"
    r"|主办单位|计量单位|单位)\s*[0-9一二三]*\s*"
)
_NOTE = re.compile(_LABEL + r"[:：.、]|[*※]\s*\S|\d+[.、]\s*\S{12,}")
_LABELLED = re.compile(_LABEL + "[:：]")  # no enterprise is called 审核：李四
_TITLE = re.compile(
    r".*(名录|名单|清单|汇总表|一览表|统计表|登记表|明细表|花名册|目录)[）)]?(（[^（）]*）|\([^()]*\))?$"
    r"|[（(]?[一二三四五六七八九十]{1,3}[、）).．].*|第[一二三四五六七八九十\d]+(部分|批|类|章).*"
    r"|附[件表]\s*[\d一二三四五六七八九十]*|表\s*[\d一二三四五六七八九十]+.*"
    r"|.*共\s*\d+\s*家.*|.*[（(]\s*\d+\s*家\s*[）)]\s*$|.*重点(排污|监管|管控)单位$"
)
_NUMBERED = re.compile(
    r"(?P<chapter>第[一二三四五六七八九十\d]+(?:部分|批|类|章))|(?P<point>[一二三四五六七八九十]{1,3}[、.．])"
    r"|(?P<part>[（(][一二三四五六七八九十]{1,3}[）)])|(?P<digit>\d{1,2}[、.．])"
)
# What stands alone under a printed list and is no enterprise: a sentence, a date; who issued it.
_UNDER = re.compile(
    r".*[。；;]|\d{4}\s*年\s*\d{1,2}\s*月(\s*\d{1,2}\s*日)?|[二〇○零一三四五六七八九十]{4}年.*[日月]"
)
_ISSUER = re.compile(
    r".*(生态环境局|环境保护局|环保局|人民政府|管理委员会|管委会|办公室)([（(]\S*章\S*[）)])?"
)
_CONTINUED = re.compile(r"续表|[（(]续[）)]|[（(]续表|第\s*\d+\s*页")
_NOTHING = frozenset({"无", "暂无", "没有", "空白", "略", "/", "-", "—", "——"})
_NUMBERS = frozenset("甲乙丙丁戊己庚辛壬癸ABCDEFGHIJ")  # of columns, in a line below the header
# A name that begins like a sum, a note or a number, or a short one spread by blanks, gets a second look.
_LOOK_TWICE = frozenset(
    "合总小共备注说填附审制数联日*※ \u3000\n0123456789（(一二三四五六七八九十第"
)
_LOOK_TWICE_AT_END = frozenset("计数家：:0123456789")
_BLANKS = frozenset(" \u3000\u00a0\n")
LONG, SHORT = 20, 2
LEVELS = ("chapter", "point", "part", "digit")  # 第一部分, 一、, （一）, 1.
TITLE = "标题行"
SECTION = "分组行"
SUM = "合计行"
NOTE = "表下说明"
REPEATED = "重复的表头"
NOTHING = "空表的说明"
NUMBERS = "栏号行"
ISSUER = "落款"
# These may stand between rows or above the next table.
UNDECIDED = frozenset({TITLE, SECTION, NOTE, ISSUER})
ABOVE = "表头以上的内容"


def is_title(text: str) -> bool:
    return bool(_TITLE.fullmatch(text))


def is_sum(text: str) -> bool:
    return bool(_SUM.fullmatch(text))


def is_printed_sum(cells: Sequence[str], name: str) -> bool:
    """``cells``: those left of the name and itself. A count alone is a sum in the name's place only,
    and beside an enterprise's name nothing is one."""
    if _COUNT.fullmatch(name) or _PRINTED_SUM.fullmatch(name):
        return True
    unnamed = not name or name.isdecimal()
    return unnamed and any(_COUNT.fullmatch(c) or _PRINTED_SUM.fullmatch(c) for c in cells)


def is_note(text: str) -> bool:
    return bool(_NOTE.match(text))


def is_labelled(text: str) -> bool:
    return bool(_LABELLED.match(text))


def stands_under_a_list(text: str) -> bool:
    return bool(_UNDER.fullmatch(text))


def names_an_issuer(text: str) -> bool:
    return bool(_ISSUER.fullmatch(text))


def goes_on(text: str) -> bool:
    """续表, 第2页: the same table on the next page."""
    return bool(_CONTINUED.search(text))


def says_nothing(text: str) -> bool:
    return text in _NOTHING


def are_column_numbers(texts: Sequence[str]) -> bool:
    return len(texts) > 2 and all(text.isdecimal() or text in _NUMBERS for text in texts)


def level_of(text: str) -> str:
    """How a line is numbered, one of LEVELS; empty where it is not."""
    numbered = _NUMBERED.match(text)
    return numbered.lastgroup or "" if numbered else ""


def is_no_lower(level: str, than: str) -> bool:
    return bool(level and than) and LEVELS.index(level) <= LEVELS.index(than)


def needs_a_look(name: str, known: Container[str]) -> bool:
    """It may be something else than a unit's name. 单位 名称 and 企业名称（必填） are another header that
    writes titles in its own way; those without signs stand among the known ones as they are."""
    if name[0] in _LOOK_TWICE or name[-1] in _LOOK_TWICE_AT_END or len(name) <= SHORT:
        return True
    if len(name) >= LONG:
        return False
    plain = name.isalnum() and not name[-1].isdecimal()
    return name[1:2] in _BLANKS or (not plain and squeeze(name) in known)
