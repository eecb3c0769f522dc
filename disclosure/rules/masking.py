"""Names of people who run a business of their own do not belong on a public page in full.

个人信息保护法 第二十八条、政府信息公开条例 第十五条: what identifies a person is published only as far
as the purpose needs; the business stays findable by its own name and code.
"""

import re

INDIVIDUAL_CODE = "92"  # 统一社会信用代码: 9 工商, 2 个体工商户 (GB 32100-2015, table 1)
PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}")


def is_individual(*, uscc: str, no_code_reason: str) -> bool:
    return uscc.startswith(INDIVIDUAL_CODE) or no_code_reason == "individual"


def masked(person: str) -> str:
    """张三 → 张*, 欧阳修 → 欧**: the first character and one star for each of the others."""
    return person[:1] + "*" * (len(person) - 1)


def public_name(name: str, *, individual: bool, owner: str) -> str:
    """The name as it is published: of an individual business without its owner's personal name.

    A name that is nothing but a person's (two to four characters, no word for a business) is
    masked as a whole even where the register does not know the owner.
    """
    if not individual:
        return name
    owner = owner.strip()
    if len(owner) > 1 and owner in name:
        return name.replace(owner, masked(owner))
    base, bracket, site = name.partition("（")
    if PERSON.fullmatch(base):
        return masked(base) + bracket + site
    return name


def tells_a_person(before: str, after: str, *, individual: bool, owner: str) -> bool:
    """Whether a notice that shows both names would tell the one the correction takes away."""
    if not individual or "*" in before:
        return False
    return "*" in after or public_name(before, individual=True, owner=owner) != before
