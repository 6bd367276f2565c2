# SPDX-License-Identifier: Apache-2.0
"""Files made to harm whoever reads them: tables and packages, each small to make and a sentence to refuse."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MIB = 1 << 20

HEADINGS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>title</t></is></c></row>'
)
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELS = f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
) + "]>"  # fmt: skip


def sheet(rows="", *, before="", after=""):
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{HEADINGS}{rows}</sheetData>{after}</worksheet>'


def text(place, words):
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def workbook(parts=None, *, sheet1=None, method=zipfile.ZIP_DEFLATED):
    """A workbook with one sheet; ``parts`` are put beside or instead of its own, None leaves one out."""
    plain = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELS,
        "xl/worksheets/sheet1.xml": sheet1 or sheet(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as archive:
        for name, content in {**plain, **(parts or {})}.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def cell(inner):
    """A workbook whose row 2 is these cells."""
    return workbook(sheet1=sheet(f'<row r="2">{inner}</row>'))


def directory_entry(content, name):
    """Where the central directory tells about a part."""
    start = content.find(b"PK\x01\x02")
    while content[start + 46 :][: len(name)] != name.encode():
        start = content.find(b"PK\x01\x02", start + 4)
    return start


def patched(content, at, value):
    return content[:at] + value + content[at + len(value) :]


def lying(offset, value, name="xl/worksheets/sheet1.xml"):
    """A workbook whose directory says something else than what is true of a part."""
    content = workbook()
    return patched(content, directory_entry(content, name) + offset, value)


def overlapping():
    """Every part twice in the directory, under another name, at the same place in the file."""
    content = workbook({"xl/theme.xml": random.Random(1).randbytes(20_000)})
    start = content.find(b"PK\x01\x02", directory_entry(content, "xl/theme.xml"))
    end = content.rfind(b"PK\x05\x06")
    entry = content[start:end]
    copies = b"".join(entry.replace(b"xl/theme.xml", b"xl/them%d.xml" % n) for n in range(4))
    counts = (8).to_bytes(2, "little") * 2
    tail = patched(content[end:], 8, counts + (end - content.find(b"PK\x01\x02") + len(copies)).to_bytes(4, "little"))
    return content[:end] + copies + tail


def twice_named():
    content = workbook({"xl/theme1.xml": "x", "xl/theme2.xml": "x"})
    return content.replace(b"xl/theme2.xml", b"xl/theme1.xml")


def workbooks():
    whole = workbook(sheet1=sheet(f'<row r="2">{text("A2", "S1")}{text("B2", "Setting")}</row>'))
    yield "bomb in the sheet", workbook(sheet1=sheet(" " * 12 * MIB))
    yield "bomb in the texts", workbook({"xl/sharedStrings.xml": f"<sst>{' ' * 12 * MIB}</sst>"})
    yield "bomb in a part that nobody reads", workbook({"xl/theme/theme1.xml": bytes(16 * MIB)})
    yield "bomb beyond all bounds", lying(24, (0xFFFFFFF0).to_bytes(4, "little"))
    yield "archive in the archive", workbook({"xl/media/more.zip": workbook()})
    yield "workbook in the workbook", workbook({"xl/embeddings/book1.bin": workbook()})
    yield "macros", workbook({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    yield "old macros", workbook({"xl/macrosheets/sheet1.xml": sheet()})
    yield "controls", workbook({"xl/activeX/activeX1.xml": "<x/>"})
    yield "ribbon", workbook({"customUI/customUI.xml": "<x/>"})
    yield "program", workbook({"xl/media/run.exe": b"MZ"})
    yield "link to a file", workbook({"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    yield (
        "link in the workbook",
        workbook({"xl/workbook.xml": WORKBOOK.replace("<sheets>", "<externalReference/><sheets>")}),
    )
    yield "sheet elsewhere", workbook({"xl/_rels/workbook.xml.rels": RELS.replace("Id=", 'TargetMode="External" Id=')})
    yield "sheet outside", workbook({"xl/_rels/workbook.xml.rels": RELS.replace("worksheets/", "../../../etc/")})
    yield "connection", workbook({"xl/connections.xml": "<connections/>"})
    yield "query", workbook({"xl/queryTables/queryTable1.xml": "<x/>"})
    yield "object", workbook({"xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})
    for name in ("../../etc/passwd", "/etc/passwd", "xl/../../x", "c:/x.xml", "xl\\..\\x"):
        yield f"path {name}", workbook({name.replace("\\", "?"): "x"}).replace(b"?", b"\\")
    yield "two parts of one name", twice_named()
    yield "encrypted", lying(8, b"\x01\x00")
    for left in (10, 100, len(whole) // 2, len(whole) - 30):
        yield f"cut after {left} bytes", whole[:left]
    end = whole.rfind(b"PK\x05\x06")
    yield "directory of 65,535", patched(whole, end + 8, b"\xff\xff\xff\xff")
    yield "directory that is elsewhere", patched(whole, end + 16, b"\xff\xff\xff\x0f")
    yield "zip64", whole[:end] + b"PK\x06\x07" + bytes(16) + whole[end:]
    yield "5,000 parts", workbook({f"xl/{number}.xml": "" for number in range(5000)}, method=zipfile.ZIP_STORED)
    yield "parts that overlap", overlapping()
    yield "wrong checksum", lying(16, b"\x00\x00\x00\x01")
    yield "size told too small", lying(24, (20).to_bytes(4, "little"))
    yield "size told too large", lying(24, (5000).to_bytes(4, "little"))
    yield "packed with bzip2", workbook(method=zipfile.ZIP_BZIP2)
    yield "packed with lzma", workbook(method=zipfile.ZIP_LZMA)
    yield "unknown packing", lying(10, b"\x63\x00")
    yield "laughs in the sheet", workbook(sheet1=sheet(f'<row r="2">{text("A2", "&a11;")}</row>', before=LAUGHS))
    yield "laughs in the texts", workbook({"xl/sharedStrings.xml": f"{LAUGHS}<sst><si><t>&a11;</t></si></sst>"})
    yield "laughs in the workbook", workbook({"xl/workbook.xml": LAUGHS + WORKBOOK})
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield "entity from outside", workbook(sheet1=sheet(f'<row r="2">{text("A2", "&e;")}</row>', before=outside))
    yield (
        "parameter entity",
        workbook(sheet1=sheet(before='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://node.example/x">%p;]>')),
    )
    yield "doctype from outside", workbook(sheet1=sheet(before='<!DOCTYPE x SYSTEM "http://node.example/x.dtd">'))
    fat = f'<!DOCTYPE x [<!ENTITY e "{"x" * 50_000}">]>'
    yield "fat entity", workbook(sheet1=sheet(f'<row r="2">{text("A2", "&e;" * 50_000)}</row>', before=fat))
    numbers = random.Random(2)
    many = "".join([f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(2, 1_000_002)])
    bare = "".join(f"<row><c><v>{numbers.randrange(10**6)}</v></c></row>" for _ in range(5000))
    yield "10^6 rows", workbook(sheet1=sheet(many))
    yield "10^6 bare rows", workbook(sheet1=sheet(bare * 200))
    yield "row 99,999,999", workbook(sheet1=sheet('<row r="99999999"><c><v>1</v></c></row>'))
    yield "column XFD", cell('<c r="XFD2"><v>1</v></c>')
    yield "10^6 columns", cell("".join(f"<c><v>{numbers.randrange(10**6)}</v></c>" for _ in range(5000)) * 200)
    noise = numbers.randbytes(2 * MIB).hex()
    yield "huge cell", cell(text("A2", noise))
    yield "huge attribute", cell(f'<c r="A2" x="{noise}"/>')
    yield "huge tag", cell(f"<{noise}/>")
    yield "huge comment", cell(f"<!--{noise}--><c><v>oops</v></c>")
    yield "huge instruction", cell(f"<?x {noise}?><c><v>oops</v></c>")
    yield "huge CDATA", cell(f"<c><v><![CDATA[{noise}]]></v></c>")
    yield "depth 100,000", cell("".join(f"<a{numbers.randrange(9)}>" for _ in range(100_000)))
    yield "many attributes", cell("<c " + " ".join(f'a{n}="{numbers.randrange(9)}"' for n in range(100_000)) + "/>")
    yield "formula", cell("<c r='A2'><f>1+1</f><v>2</v></c>")
    yield "DDE", cell("<c r='A2'><f>cmd|'/C calc'!A0</f><v>2</v></c>")
    yield "array formula", cell("<c r='A2'><f t='array' ref='A2:A9'>A1:A8</f><v>2</v></c>")
    yield "formula in a prefix", cell("<x:c xmlns:x='y'><x:f>1+1</x:f></x:c>")
    for words in ('=HYPERLINK("http://node.example")', "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"):
        yield f"text {words[:10]}", cell(text("A2", words.replace('"', "&quot;")) + text("B2", "x"))
    for kind, value in (
        ("e", "#REF!"),
        ("s", "7"),
        ("s", "-1"),
        ("s", "9" * 5000),
        ("n", "1e999"),
        ("n", "nan"),
        ("n", "x"),
    ):
        yield f"cell of type {kind} {value[:6]}", cell(f'<c r="A2" t="{kind}"><v>{value}</v></c>')
    cells = [f"<c><v>{numbers.randrange(10**6)}</v></c>" for _ in range(3_000)]
    full = "".join(f"<row>{''.join(cells[start : start + 30])}</row>" for start in range(0, 3_000, 30))
    yield "formula after 9,900 rows", workbook(sheet1=sheet(full * 99 + "<row><c><f>1</f></c></row>"))
    texts = "".join(f"<si><t>text {number}</t></si>" for number in range(290_000))
    late = sheet("<row><c><f>1</f></c></row>")
    yield "formula beside 290,000 texts", workbook({"xl/sharedStrings.xml": f"<sst>{texts}</sst>"}, sheet1=late)
    yield "300,001 cells", workbook(sheet1=sheet(full.replace("</row>", "<c><v>1</v></c></row>") * 100))
    yield "rows backwards", workbook(sheet1=sheet('<row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>'))
    yield "row nought", workbook(sheet1=sheet('<row r="0"/>'))
    yield "cells backwards", cell('<c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>')
    yield "cell of another row", cell('<c r="A9"><v>1</v></c>')
    yield "control character", cell(text("A2", "_x0000_"))
    yield "half a character", cell(text("A2", "_xD83D_"))
    yield "not XML", workbook(sheet1="<worksheet><sheetData>")
    yield "unknown encoding", workbook(sheet1='<?xml version="1.0" encoding="x-none"?><a/>')
    yield (
        "bytes that are no text",
        workbook({"xl/worksheets/sheet1.xml": sheet().encode().replace(b"title", b"t\xff\xfe")}),
    )
    yield "no sheet", workbook({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'})
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        yield f"without {name}", workbook({name: None})
    two = WORKBOOK.replace("</sheets>", '<sheet name="document" sheetId="2" r:id="rId1"/></sheets>')
    row = f'<row r="2">{text("A2", "id")}{text("B2", "=1+1")}</row>'
    yield "formula about the whole", workbook({"xl/workbook.xml": two}, sheet1=sheet(row))
    yield "old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)
    yield "gzip", gzip.compress(b"x" * 1000)
    yield "noise", random.Random(3).randbytes(100_000)
    yield "nothing", b""
    yield "9 MiB", b"PK\x03\x04" + bytes(9 * MIB)


def csvs():
    head = b"id,title\n"
    yield "10^6 rows", head + b"a,b\n" * 1_000_000
    yield "10^6 columns", head + b"a," * 1_000_000
    yield "one line of 8 MiB", head + b"a" * (8 * MIB - 20)
    yield "one line of 2 million gems", head + "💎".encode() * (2 * MIB - 20)
    yield "huge cell", head + b'"' + b"a\n" * (4 * MIB - 20) + b'"'
    yield "cell of 40,000", head + b'a,"' + b"a\n" * 20_000 + b'"'
    yield "quotation marks that never end", head + b'a,"b\n' + b"c,d\n" * 100_000
    yield "quotation marks", head + b'"' * (4 * MIB)
    yield "letters after quotation marks", head + b'"a"b,c\n'
    yield "zeros", head + bytes(1000)
    for encoding in ("utf-16", "utf-16-le", "utf-32"):
        yield encoding, "id,title\na,b\n".encode(encoding)
    yield "latin-1", "id,title\na,é\n".encode("latin-1")
    yield "headings in Big5", "單元編號,單元名稱\na,鑲嵌\n".encode("big5")
    yield "noise", random.Random(4).randbytes(100_000)
    formulas = (
        "=1+1",
        "=cmd|'/C calc'!A0",
        "@SUM(1)",
        "+1+cmd|'/C calc'!A0",
        "-1+2",
        "\t=1",
        " =1",
        "＝1+1",
        "'=1'",
        '=HYPERLINK("x")',
    )
    for formula in formulas:
        if not formula.startswith("'"):
            yield f"formula {formula!r}", head + b'"' + formula.replace('"', '""').encode() + b'",b\n'
    yield "bell", head + b"a\x07,b\n"
    yield "escape", head + b"a,\x1b[2J\n"
    yield "300,001 cells", head + (b"1," * 30 + b"1\n") * 10_000
    yield "formula in the last row", head + b"".join(b"%d,a\n" % number for number in range(9_999)) + b"z,=1\n"
    yield "9 MiB", head + b"a,b\n" * (9 * MIB // 4)
    yield "no headings", b"1,2\n3,4\n"
    yield "nothing", b""
    yield "only line breaks", b"\n" * 100_000
    yield "headings twice", b"id,title,title\na,b,c\n"
    yield "id twice", head + b"a,b\na,c\n"
    yield "cells without a heading", head + b"a,b,c\n"
    yield "picture", b"\x89PNG\r\n\x1a\n" + bytes(1000)
    yield "workbook", workbook()


def packages():
    document = '"CFDocument": {"identifier": "d", "uri": "https://node.example/d", "title": "d", "version": "1"}'
    item = '{"identifier": "i", "uri": "https://node.example/i", "fullStatement": "i"}'
    whole = f'{{{document}, "CFItems": [{item}]}}'

    def beside(more):
        return f'{{{document}, "CFItems": [{item}], {more}}}'

    yield "depth 10,000", beside(f'"x": {"[" * 10_000}{"]" * 10_000}')
    yield "depth 10,000 and no end", "[" * 10_000
    yield "depth 3 million", "[" * 3 * MIB
    yield "objects to depth 10,000", beside('"x": ' + '{"a":' * 10_000 + "1" + "}" * 10_000)
    yield "depth 33", beside(f'"x": {"[" * 33}{"]" * 33}')
    yield "duplicate key", beside('"x": 1, "x": 2')
    yield "duplicate key below", beside('"x": {"y": [{"z": 1, "z": 1}]}')
    yield "two documents", beside(document)
    for number in (
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e400",
        str(2**53),
        "9" * 4000,
        "9" * MIB,
        "01",
        "0x1",
        "1_000",
    ):
        yield f"number {number[:9]} of {len(number)}", beside(f'"x": {number}')
    for words in (r"\ud800", r"\udc00", r"\ud83dx", r"\u0000", r"\u001b", "a\x01"):
        yield f"text {words!r}", beside(f'"x": "{words}"')
    yield "half a character in a key", beside(r'"\ud800": 1')
    yield "crowd of lists", beside(f'"x": [{"[]," * (2 * MIB)}[]]')
    yield "crowd of objects", beside(f'"x": [{"{}," * (2 * MIB)}1]')
    keys = ",".join(f'"{number}":1' for number in range(500_000))
    yield "crowd of keys", beside('"x": {' + keys + "}")
    yield "crowd of texts", beside('"x": [' + '"",' * (2 * MIB) + "1]")
    yield "crowd of numbers", beside(f'"x": [{"1," * (3 * MIB)}1]')
    yield "duplicate key after 99,000 objects", beside('"x": [' + '{"a":1},' * 98_000 + '1], "x": 1')
    keys = ",".join(f'"{number}":"{number}"' for number in range(140_000))
    yield "duplicate key after 140,000 keys and a gem", beside('"x": {' + keys + '}, "y": "💎", "x": 1')
    yield "duplicate key after a long text and a gem", beside('"x": "' + "a" * (8 * MIB - 1000) + '💎", "x": 1')
    yield "crowd of backslashes", beside(f'"x": "{chr(92) * (6 * MIB + 1)}"')
    yield "crowd of quotation marks", '"' * (7 * MIB)
    yield "quotation marks that are escaped", '"' + '\\"' * (3 * MIB)
    for words in (
        "",
        "null",
        "[]",
        "1",
        '"x"',
        "{}",
        "{",
        whole[:-1],
        whole + "{}",
        whole.replace('"', "'"),
        "// x\n" + whole,
    ):
        yield f"text {words[:9]!r}{len(words)}", words
    yield "document is null", '{"CFDocument": null}'
    yield "document is a list", '{"CFDocument": []}'
    yield "document without a uri", '{"CFDocument": {"identifier": "d", "title": "d"}}'
    yield "items are no list", f'{{{document}, "CFItems": {{}}}}'
    yield "item is no object", f'{{{document}, "CFItems": [1]}}'
    yield "item without a uri", f'{{{document}, "CFItems": [{{"identifier": "i", "fullStatement": "x"}}]}}'
    yield "one uri for two items", f'{{{document}, "CFItems": [{item}, {item}]}}'
    yield "uri with spaces", whole.replace("https://node.example/i", "https://node.example/i j")
    yield "no items", f'{{{document}, "CFItems": []}}'
    yield "relation without ends", beside('"CFAssociations": [{"associationType": "replacedBy"}]')
    yield (
        "relation to nothing",
        beside('"CFAssociations": [{"associationType": "x", "originNodeURI": {}, "destinationNodeURI": 1}]'),
    )
    yield "9 MiB", beside(f'"x": "{"x" * 9 * MIB}"')
    yield "UTF-16", whole.encode("utf-16")
    yield "UTF-32", whole.encode("utf-32")
    yield "latin-1", whole.replace("node", "nöde").encode("latin-1")
    yield "gzip", gzip.compress(whole.encode())
    yield "another format", json.dumps({"kind": "Framework", "id": "x"})


def files():
    """Every hostile file: what it is, the name it comes under, and its bytes."""
    for ending, made in (("xlsx", workbooks()), ("csv", csvs()), ("json", packages())):
        for told, content in made:
            yield f"{ending}: {told}", f"hostile.{ending}", content.encode() if isinstance(content, str) else content
