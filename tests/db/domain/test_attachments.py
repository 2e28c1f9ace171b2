"""What may be attached is told by bytes; what a file is called is data, not a path."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.domain.attachments import (
    MAX_BYTES,
    MAX_NAME,
    TYPES,
    check_file,
    clean_name,
)
from db.domain.errors import InputError
from db.domain.identity import REMOVED


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def box(brand, *handlers):
    body = b"".join(b"\0\0\0\x20hdlr" + bytes(8) + kind + bytes(12) for kind in handlers)
    return b"\0\0\0\x18ftyp" + brand + bytes(12) + body


DOCX = packed("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
GOOD = [
    ("照片.jpg", b"\xff\xd8\xff\xe0" + bytes(40), "image/jpeg"),
    ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
    ("a.gif", b"GIF89a" + bytes(20), "image/gif"),
    ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    ("a.heic", box(b"heic"), "image/heic"),
    ("a.wav", b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
    ("a.amr", b"#!AMR\n" + bytes(12), "audio/amr"),
    ("a.m4a", box(b"M4A "), "audio/mp4"),
    ("录音.m4a", box(b"mp42", b"soun"), "audio/mp4"),
    ("a.aac", b"\xff\xf1\x50\x80" + bytes(20), "audio/aac"),
    ("a.mp3", b"ID3\x04" + bytes(20), "audio/mpeg"),
    ("b.mp3", MP3_FRAME * 2, "audio/mpeg"),
    ("a.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
    ("a.docx", DOCX, TYPES[-3].media),
    ("a.xlsx", XLSX, TYPES[-2].media),
    ("说明.txt", "路灯不亮".encode(), "text/plain"),
    ("gb.txt", "路灯不亮\r\n".encode("gb18030"), "text/plain"),
    ("无后缀", "路灯不亮".encode(), "text/plain"),
]
BAD = [
    ("a.exe", b"MZ\x90\0" + bytes(100)),
    ("a.jpg", b"MZ\x90\0" + bytes(100)),
    ("a", b"\x7fELF\x02" + bytes(60)),
    ("a.sh", b"echo hello\n"),
    ("a.txt", b"#!/bin/sh\nrm -rf /\n"),
    ("a.bat", b"@echo off\r\n"),
    ("a.ps1", b"Write-Host 1\n"),
    ("a.html", b"<!DOCTYPE html><p>hi"),
    ("a.txt", b"  <HTML><body onload=x>"),
    ("a.txt", "先是字\n<script src=x></script>".encode()),
    ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("a.txt", b'<?xml version="1.0"?><svg/>'),
    ("a.txt", b"a\0b"),
    ("a.txt", "字".encode("utf-16")),
    ("a.txt", b"\x1b]0;x\x07"),
    ("a.zip", packed("a.txt")),
    ("a.docx", packed("[Content_Types].xml")),
    ("a.docm", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
    ("a.docx", DOCX[:40]),
    ("a.jar", packed("META-INF/MANIFEST.MF")),
    ("a.mp4", box(b"isom", b"vide", b"soun")),
    ("a.m4a", box(b"M4A ", b"vide")),
    ("a.mp4", box(b"isom")),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("a.tiff", b"II*\0" + bytes(20)),
]


@pytest.mark.parametrize(("name", "content", "media"), GOOD, ids=[item[0] for item in GOOD])
def test_a_type_is_known_by_its_bytes(name, content, media):
    checked = check_file(name, content)
    assert (checked.type.media, checked.named_as) == (media, "")
    assert checked.name.startswith(name)


@pytest.mark.parametrize(
    ("name", "content"), BAD, ids=[f"{n}-{item[0]}" for n, item in enumerate(BAD)]
)
def test_everything_else_is_refused(name, content):
    with pytest.raises(InputError) as caught:
        check_file(name, content)
    assert caught.value.code == "attachment_type"


@pytest.mark.parametrize(
    ("name", "content", "shown", "named_as"),
    [
        ("账单.pdf", GOOD[0][1], "账单.pdf.jpg", ".pdf"),
        ("photo.exe", GOOD[1][1], "photo.exe.png", ".exe"),
        ("a.jpeg", GOOD[0][1], "a.jpeg", ""),
        ("IMG_0001", GOOD[0][1], "IMG_0001.jpg", ""),
        ("A.PNG", GOOD[1][1], "A.PNG", ""),
    ],
)
def test_bytes_overrule_the_name(name, content, shown, named_as):
    checked = check_file(name, content)
    assert (checked.name, checked.named_as) == (shown, named_as)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_long_text_is_text_to_its_end(encoding):
    long = ("井" * 70_001 + "\n").encode(encoding)
    assert check_file("a.txt", long).type.media == "text/plain"
    for end in (b"\x07", b"\xff\xff"):
        with pytest.raises(InputError):
            check_file("a.txt", long + end)


def test_an_empty_file_is_no_file():
    with pytest.raises(InputError) as caught:
        check_file("a.jpg", b"")
    assert (caught.value.code, caught.value.params) == ("attachment_empty", {"file": "a.jpg"})


@pytest.mark.parametrize("number", [0, 5, 10], ids=["image", "sound", "document"])
def test_each_family_has_its_limit(number):
    name, content, _ = [GOOD[0], GOOD[5], GOOD[12]][number // 5]
    limit = MAX_BYTES
    full = content + bytes(limit - len(content))
    assert check_file(name, full).name == name
    with pytest.raises(InputError) as caught:
        check_file(name, full + b"\0")
    assert caught.value.code == "attachment_too_large"
    assert caught.value.params["limit"] == limit // 1_000_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\照片.jpg", "照片.jpg"),
        ("..", "附件"),
        ("", "附件"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("LPT1.tar.pdf", "_LPT1.tar.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\u200b\u2066b\r\n\x00c.txt", "abc.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("点.  . ", "点"),
        (".hidden", "hidden"),
        ("张三11010519491231002X.jpg", f"张三{REMOVED}.jpg"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_name_is_made_harmless(given, kept):
    assert clean_name(given) == kept


@given(st.text(max_size=300))
def test_a_clean_name_stays_in_its_folder(name):
    kept = clean_name(name)
    assert 0 < len(kept) <= MAX_NAME
    assert Path("/folder", kept).resolve().parent == Path("/folder")
    assert kept.isprintable()
    assert clean_name(kept) == kept
