"""What a command says while it works."""

from io import StringIO

from registry.web.commands import HouseCommand


def test_steps_are_counted_and_told_as_they_begin() -> None:
    out = StringIO()
    step = HouseCommand(stdout=out).steps(12)

    step("账号")
    step("名录")

    assert out.getvalue().splitlines() == ["   1/12 账号", "   2/12 名录"]
