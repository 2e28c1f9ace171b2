import pytest

from db.domain.deadlines import DAY
from desktop.reports.names import file_name


def test_names_read_as_the_sheet():
    assert (
        file_name("事件处理单", "990101001-20261123-A10001")
        == "事件处理单-990101001-20261123-A10001.pdf"
    )


def test_the_day_is_the_local_one(next_day):
    assert file_name("日报", "示例街道", next_day - DAY) == "日报-示例街道-20261123.pdf"


@pytest.mark.parametrize(
    "about",
    [
        "../../etc/passwd",
        "C:\\x",
        "a/b",
        "a\x00b",
        "..",
        "a\nb",
        "\u202egpj",
        "x" * 999,
        "",
        "字" * 99,
    ],
)
def test_outside_text_is_never_a_path(about):
    name = file_name("事件处理单", about)
    assert name.startswith("事件处理单")
    assert name.endswith(".pdf")
    assert name.count(".") == 1
    assert not set(name) & set('/\\:*?"<>|\x00\n\u202e')
    assert len(name.encode()) <= 255
