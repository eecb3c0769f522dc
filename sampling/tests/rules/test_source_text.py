import pytest

from sampling.rules.source_text import SourceNotReadable, label_of, read_source, write_source

SSQ = "ssq:2026150@2026-12-29T21:15:00+08:00"


def test_a_source_in_one_line_reads_as_it_was_written() -> None:
    source = read_source(f" {SSQ} ")
    assert source == {"kind": "ssq", "id": "2026150", "at": "2026-12-29T21:15:00+08:00"}
    assert write_source(source) == SSQ
    assert label_of(source) == "中国福利彩票双色球第2026150期（2026-12-29 21:15 揭晓）"


@pytest.mark.parametrize(
    "text", ["", "ssq", "ssq:2026150", "ssq:@2026-12-29", "ssq:2026150@", "weather:1@2026-12-29"]
)
def test_what_is_not_whole_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(SourceNotReadable, match="ssq:2026150@") as refused:
        read_source(text)
    assert refused.value.field == "entropy"
