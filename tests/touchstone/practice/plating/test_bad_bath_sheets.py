"""Sheets that cannot be used are refused in sentences that say where; hostile ones at once, and none of them is measured."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from tests.touchstone.practice.plating.baths import TOP, gone_through
from touchstone.errors import InputError
from touchstone.practice.plating.bath_sheet import PlatingBrief
from touchstone.practice.plating.bath_table import read_plating_brief
from touchstone.practice.plating.template import template
from touchstone.practice.telling import reasons_told
from touchstone.standards.exchange.delimited import write_csv
from touchstone.standards.exchange.workbook_writing import write_workbook

HEAD = ("part", "id", "field", "value")
DAY = ("document", "", "day", "2026-11-20")
GOLD = [
    ("deposit", "g", "bath", "gold_cyanide"), ("deposit", "g", "current", "1.0 A"), ("deposit", "g", "time", "60 s"),
    ("deposit", "g", "area", "1.0 dm2"), ("deposit", "g", "efficiency", "95 %"),
]  # fmt: skip


def told(sheet, brief=None):
    report = gone_through(sheet, brief)
    assert report.refusal is not None
    assert report.measurements == ()
    return reasons_told((report.refusal,), "en")


def rows(*changed, without=()):
    """Return the good table as a workbook with rows put in the place of others, or left out."""
    kept = [row for row in (DAY, *GOLD) if row[:3] not in {each[:3] for each in changed} and row[2] not in without]
    return write_workbook({"sheet": [HEAD, *kept, *changed]})


def test_the_good_table_is_good():
    assert gone_through(rows()).refusal is None


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (rows(("deposit", "g", "current", "1.0 kg")), "row 7: D7 (value): ",
         "a current such as 12.0 ± 0.1 A (in A, mA, above 0), found '1.0 kg'"),
        (rows(("deposit", "g", "current", "12")), "row 7: D7 (value): ", "a current such as"),
        (rows(("deposit", "g", "current", "-1 A")), "row 7: D7 (value): ", "found '-1 A'"),
        (rows(("deposit", "g", "current", "1 А")), "row 7: D7 (value): ", "a current such as"),  # a Cyrillic letter
        (rows(("deposit", "g", "time", "0 s")), "row 7: D7 (value): ", "above 0"),
        (rows(("deposit", "g", "efficiency", "140 %")), "row 7: D7 (value): ", "at most 100"),
        (rows(("deposit", "g", "bath", "gold")), "row 7: D7 (value): ", "one of gold_cyanide, gold_sulfite"),
        (rows(("deposit", "g", "curent", "1.0 A")), "row 8: D8 (value): ", "Did you mean current?"),
        (rows(("deposits", "g", "current", "1.0 A")), "row 8: A8 (part): ", "the part is unknown"),
        (rows(("deposit", "", "current", "1.0 A")), "row 8: B8 (id): ", "Give the entry a name."),
        (rows(("deposit", "g", "current", "")), "row 7: D7 (value): ", "the cell is empty"),
        (rows(("deposit", "Gold!", "current", "1.0 A")), "row 8: B8 (id): ", "a name of small letters"),
        (rows(("document", "", "day", "20/11/2026")), "row 7: D7 (value): ", "a date such as"),
        (rows(("document", "", "tables", "gb21900")), "row 8: D8 (value): ", "one of gb21900_2008_1"),
        (rows(without=("area",)), "row 3: row 3 and the others of deposit g: ", "the field area is missing"),
        (rows(without=("efficiency",)), "row 3: ", "a deposit needs its efficiency or the mass that was weighed"),
        (rows(("drag_out", "d", "method", "drip")), "row 8: ", "the method drip needs the field start"),
        (rows(without=("day",)), "", "the field day is missing"),
        (write_csv([HEAD, DAY, *GOLD, GOLD[1]]), "row 8: C8 (field): ", "the field stands twice"),
        (write_csv([("part", "id", "field"), DAY[:3]]), "row 1: value: ", "the column is missing"),
        (b"part,id,field,value\ndocument,,day,=TODAY()\n", "row 2: D2 (value): ", "begins like a formula"),
        ((TOP + "deposits:\n  - {id: d, bath: nickel_watts, current: 3 V}\n").encode(), "line 4: deposits[0].current: ",
         "a current such as"),
        ((TOP + "water: {taken: 1 L, area: 1 dm3}\n").encode(), "line 3: water.area: ", "an area such as"),
        ((TOP + "assays: [{id: a, metal: au, marked: 750 ‰, found: 75 %}]\n").encode(), "line 3: assays[0].found: ", "a fineness such as"),
        ((TOP + "nickel: [{id: n, worn: skin, release: 1 ug/cm2/week}, {id: n, worn: skin, release: 1 ug/cm2/week}]\n").encode(), "",
         "2 entries of nickel are called n"),
        ((TOP + "grid_factor: 0.5 kg/kWh\n").encode(), "", "grid_factor needs grid_source"),
        ((TOP + "drag_outs: [{id: d, method: drip, start: 1 mL, rate: 1 /s, end: 0 mL, time: 9 s, tank: 1 L}]\n").encode(),
         "line 3: drag_outs[0]: ", "the field tank belongs to the method conductivity"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_row_and_cell_and_how_to_mend_it(content, place, said):
    sentence = told(content)

    assert sentence.startswith(place)
    assert said in sentence


def test_a_refused_sheet_is_not_marked_with_nought():
    brief = read_plating_brief(b"criterion,measure,at_least,unit\nlayer,deposit.d.thickness,4,um\n", "brief.csv")

    report = gone_through(b"kind: BathSheet\n", brief)

    assert [each.status for each in report.verdicts] == ["not_measurable"]
    assert report.verdicts[0].reasons == (report.refusal,)


def test_two_deposits_in_a_table_keep_their_own_rows():
    second = [("deposit", "n", field, value) for _, _, field, value in GOLD if field != "time"]

    assert told(write_csv([HEAD, DAY, *GOLD, *second])).startswith(
        "row 8: row 8 and the others of deposit n: the field time is missing"
    )


# ------------------------------------------------------------------ hostile sheets
def spoiled(part, change, more=()):
    """Return the template's workbook with a part changed and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template("t.xlsx"))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, change(content) if name.endswith(part) else content)
        for name, content in more:
            bad.writestr(name, content)
    return out.getvalue()


def bomb():
    return spoiled("none", bytes, [("xl/media/a.xml", b" " * (64 << 20))])


DTD = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
HOSTILE = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "nought bytes": b"\0" * 5000,
    "zip that ends": template("t.xlsx")[:-40],
    "zip cut in the middle": template("t.xlsx")[:700],
    "zip of nothing": b"PK\x03\x04" + b"\0" * 200,
    "bomb": bomb(),
    "entity from outside": spoiled(
        "sheet1.xml", lambda content: content.replace(b"<worksheet", DTD + b"<worksheet", 1)
    ),
    "formula": spoiled("sheet1.xml", lambda content: content.replace(b"<is>", b"<f>SUM(A1)</f><is>", 1)),
    "macro": spoiled("none", bytes, [("xl/vbaProject.bin", b"x")]),
    "part outside": spoiled("none", bytes, [("../../etc/cron", b"x")]),
    "cell elsewhere": spoiled("sheet1.xml", lambda content: content.replace(b'r="A2"', b'r="ZZZ999999"', 1)),
    "nesting": spoiled(
        "sheet1.xml", lambda content: content.replace(b"<sheetData>", b"<a>" * 9000 + b"<sheetData>", 1)
    ),
    "laughs": b"kind: BathSheet\na: &a [x, x]\nb: &b [*a, *a]\nday: *b\n",
    "deep yaml": (TOP + "title: " + "[" * 9000).encode(),
    "deep json": b'{"kind":"BathSheet","day":' + b"[" * 90000,
    "tag": (TOP + 'title: !!python/object/apply:os.system ["true"]\n').encode(),
    "field twice": (TOP + 'day: "2026-11-21"\n').encode(),
    "a million digits": (TOP + "heating: " + "9" * 1_000_000 + " kWh\n").encode(),
    "an exponent": (TOP + "heating: 1e999 kWh\n").encode(),
    "not a number": (TOP + "heating: nan kWh\n").encode(),
    "without end": (TOP + "heating: inf kWh\n").encode(),
    "other digits": (TOP + "heating: \u0663 kWh\n").encode(),
    "written backwards": (TOP + "heating: \u202e3 kWh\n").encode(),
    "half a character": (TOP + 'heating: "3\\ud800 kWh"\n').encode(),
    "another kind": b"kind: ModelBrief\n",
    "rows without end": b"part,id,field,value\n" + b"deposit,a,b,c\n" * 20_000,
    "columns without end": b"part,id,field,value" + b"," * 60_000,
    "a long cell": b"part,id,field,value\ndocument,,grid," + b"x" * 100_000,
    "spaces for a regular expression": (TOP + "heating: 1" + " " * 50_000 + "x\n").encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_sheet_is_refused_at_once_and_not_measured(name):
    begun = time.process_time()

    sentence = told(HOSTILE[name])

    assert time.process_time() - begun < 1
    assert sentence.endswith((".", "?"))
    assert len(sentence) < 1200


def test_numbers_at_the_edge_of_what_can_be_written_give_a_report_all_the_same():
    most, least = "999999999999 ± 999999999999", "0.000000001 ± 999999999999"
    for number in (most, least):
        sheet = "".join((
            f"deposits: [{{id: d, bath: gold_cyanide, current: {number} A, time: {number} h, area: {least} mm2, weighed: {number} g}}]\n",
            f'rinses: [{{id: r, stages: "10", bath: {most} g/L, rinse: {least} mg/L, drag_out: {number} L, water: {number} L}}]\n',
            f"drag_outs: [{{id: d, method: drip, start: {number} L, rate: {number} /s, end: {number} L, "
            f"time: {number} s, area: {least} m2}}]\n",
            f"balances: [{{id: b, metal: ni, bought: {number} g, deposited: {most} g, recovered: 0 g, lost: {most} g, "
            "residue: 0 g, dry: 0.1 %}]\n",
            f"water: {{taken: {most} L, discharged: {most} L, area: {least} m2, rinses: '1'}}\ntables: [gb21900_2008_2, cn_index_2015]\n",
            f"samples: [{{id: s, substance: ni, concentration: {number} mg/L, point: workshop}}]\n",
        ))  # fmt: skip
        report = gone_through(sheet)

        assert report.refusal is None or report.refusal.code == "sheet_unusable"
        assert report.digest


def test_a_brief_that_cannot_be_used_is_told_with_its_row():
    with pytest.raises(InputError, match="the column is missing"):
        read_plating_brief(b"criterion,at_least\nlayer,4\n", "brief.csv")
    assert read_plating_brief(b"kind: PlatingBrief\nlevel: II\n", "brief.yaml") == PlatingBrief(level="II")
