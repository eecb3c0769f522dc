"""Templates decide nothing and can be read; the check notices when one does not keep to it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from chanji_dualrandom.env import BASE_DIR


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """The script is no package: it runs with nothing but its own folder on the path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BASE_DIR / "scripts"))
        path = BASE_DIR / "scripts" / "check_templates.py"
        spec = importlib.util.spec_from_file_location("check_templates", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "templates" / "public").mkdir(parents=True)
    return tmp_path


def written(house: Path, text: str) -> Path:
    (house / "templates" / "public" / "page.html").write_text(f"<p>\n{text}\n</p>\n")
    return house


def test_no_template_of_the_house_decides(check: ModuleType) -> None:
    assert check.faults(BASE_DIR) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{% if plan.state == "draft" %}x{% endif %}', id="state against a literal"),
        pytest.param("{% if x %}{% elif row.kind != 'left' %}x{% endif %}", id="kind in elif"),
        pytest.param('{% if "draft" == plan.state %}x{% endif %}', id="literal first"),
        pytest.param("{% if tab.state == shown %}x{% endif %}", id="state against a variable"),
        pytest.param("{% if shown != row.level %}x{% endif %}", id="variable first"),
        pytest.param('{% if wanted == "key" %}x{% endif %}', id="a plain name"),
        pytest.param('{% if s.key|slice:":8" == "officer-" %}x{% endif %}', id="behind a filter"),
        pytest.param('{% if role in "officer,lead" %}x{% endif %}', id="within a literal"),
    ],
)
def test_a_comparison_with_a_stored_value_is_named(
    check: ModuleType, house: Path, text: str
) -> None:
    [fault] = check.faults(written(house, text))

    assert fault.startswith("templates/public/page.html:2: 模板在作判断")


def test_a_line_no_eye_can_follow_is_named(check: ModuleType, house: Path) -> None:
    longest = "字" * 200

    assert check.faults(written(house, longest)) == []
    [fault] = check.faults(written(house, longest + "字"))

    assert fault == "templates/public/page.html:2: 201 个字符，最多 200"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{% if may_fill %}x{% endif %}", id="what the view says"),
        pytest.param("{% if year == shown %}x{% endif %}", id="two values of the view"),
        pytest.param("{% if rows|length > 1 %}x{% endif %}", id="a number"),
        pytest.param('{% include "_tag.html" with words=_("暂定") tone="warn" %}', id="a fragment"),
        pytest.param('{{ row.state|default:"==" }}', id="no tag at all"),
    ],
)
def test_what_the_view_has_decided_may_be_shown(check: ModuleType, house: Path, text: str) -> None:
    assert check.faults(written(house, text)) == []
