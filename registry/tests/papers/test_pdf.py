import pytest

from registry.papers.rules.pdf_safety import is_active


@pytest.mark.parametrize(
    "content",
    [
        b"<</S /JavaScript>>",
        b"<</S/Rendition/JS 12 0 R>>",
        b"<</JS (app.alert(1))>>",
        b"<</S /Launch /F (cmd.exe)>>",
        b"<</Type /EmbeddedFile>>",
    ],
)
def test_what_runs_or_carries_a_file_is_active(content: bytes) -> None:
    assert is_active(b"%PDF-1.7\n1 0 obj" + content + b"endobj\n%%EOF")


@pytest.mark.parametrize(
    "content",
    [b"stream\n\x93\x1f/JS\xe1\x07\nendstream", b"<</OpenAction [3 0 R /XYZ null null 0]>>"],
)
def test_chance_bytes_and_the_page_to_open_at_are_not(content: bytes) -> None:
    assert not is_active(b"%PDF-1.7\n1 0 obj" + content + b"endobj\n%%EOF")
