import pytest

from disclosure.rules.masking import is_individual, public_name, tells_a_person


@pytest.mark.parametrize(
    ("uscc", "reason", "individual"),
    [
        pytest.param("92652300MA7XXXXXX1", "", True, id="code of an individual business"),
        pytest.param("91652300MA7XXXXXX1", "", False, id="code of a company"),
        pytest.param("", "individual", True, id="a person without a code"),
        pytest.param("", "h9_permit", False, id="a unit whose permit begins with H9"),
    ],
)
def test_whose_name_is_masked(uscc: str, reason: str, individual: bool) -> None:
    assert is_individual(uscc=uscc, no_code_reason=reason) is individual


@pytest.mark.parametrize(
    ("name", "owner", "public"),
    [
        pytest.param("昌吉市张三汽修店", "张三", "昌吉市张*汽修店", id="owner in the name"),
        pytest.param("昌吉市红旗汽修店", "张三", "昌吉市红旗汽修店", id="owner not in the name"),
        pytest.param("阿依古丽·买买提烧烤店", "阿依古丽·买买提", "阿*******烧烤店", id="long name"),
        pytest.param("李四", "", "李*", id="nothing but a person"),
        pytest.param("李四（二号点）", "", "李*（二号点）", id="a person with a site"),
        pytest.param("昌吉洗车店", "", "昌吉洗车店", id="owner unknown"),
    ],
)
def test_an_individual_business_keeps_its_name_but_not_its_owners(
    name: str, owner: str, public: str
) -> None:
    assert public_name(name, individual=True, owner=owner) == public


def test_a_company_is_published_as_it_is() -> None:
    assert public_name("张三有限公司", individual=False, owner="张三") == "张三有限公司"


@pytest.mark.parametrize(
    ("before", "after", "individual", "told"),
    [
        pytest.param("张三汽修店", "张*汽修店", True, True, id="the name it takes away"),
        pytest.param("李四汽修店", "张*汽修店", True, True, id="a former owner's name"),
        pytest.param(
            "张三汽修店", "红旗汽修店", True, True, id="renamed, the owner in the old name"
        ),
        pytest.param("张*汽修店", "红旗汽修店", True, False, id="masked before already"),
        pytest.param("好来汽修店", "红旗汽修店", True, False, id="no person in either name"),
        pytest.param("张三有限公司", "李四有限公司", False, False, id="a company"),
    ],
)
def test_a_notice_may_not_repeat_the_name_it_takes_away(
    before: str, after: str, individual: bool, told: bool
) -> None:
    assert tells_a_person(before, after, individual=individual, owner="张三") is told
