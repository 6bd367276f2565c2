"""The pages of the issuing desk."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.touchstone_server.issuing_world import (
    ORIGIN,
    PASSPHRASE,
    QUALIFICATION,
    approved,
    draft_of,
    give_key,
)
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone_server.access.rules import Role
from touchstone_server.issuing import drafting, keys, roll, running, selectors, services, status
from touchstone_server.issuing.certificate_paper import spaced
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.language import BY_PATH

pytestmark = pytest.mark.django_db
Kind = StatusChange.Kind
FAULTY = (
    "Chan Tai Man,1,,2026-11-01,,,,DEMO-GD:bench=80",
    "Wong Ka Yan,1,,2026-11-01,,,,DEMO-GD:bench",
    "Lee,,x,bad,bad,,zz,DEMO-GD:nothing",
    "Ho,,,2026-11-02,2026-11-01,,,DEMO-GD:bench",
    "Au,,,2999-01-01,,,,DEMO-GD:bench",
    ",,,2026-11-01,,,,DEMO-GD:bench",
    "=cmd,,,,,,,DEMO-GD:bench",
    "Ng,,,,,,,DEMO-GD:bench;DEMO-GD:bench",
    "Sit,,,,,,,",
    "Ip,,,,,,9,DEMO-GD:bench;DEMO-GD:chain",
    "Yu,,,,,77,,DEMO-GD:bench",
    "110101199003070038,,,,,,,DEMO-GD:bench",
    "Ko,,,,,,,DEMO-GD:bench,more",
)
"""Rows of a table for the jeweller's qualification: the first can be issued, each of the others has another mistake."""


class TestPages:
    def base(self, college) -> str:
        return f"/en/desk/{college.slug}/issuing/"

    def form(self, college, **more):
        draft = draft_of(college, "Chan Tai Man")
        said = {
            "id": str(draft.form), "title": "Class of 2026", "qualification": draft.wanted.qualification.id,
            "assurance": "provider_assessed", "text": "Chan Tai Man",
        }  # fmt: skip
        return said | more

    def test_from_the_form_to_the_certificate_by_two_people(
        self, college, teacher, second, signed_in, django_capture_on_commit_callbacks
    ):
        made = signed_in(teacher).post(self.base(college) + "new/", self.form(college))
        address = made["Location"]
        assert "1 certificate can be issued" in signed_in(teacher).get(address).content.decode()
        signed_in(teacher).post(address, {"do": "hand_on"})
        assert signed_in(teacher).post(address, {"do": "approve"}).status_code in (403, 404)
        assert 'value="approve"' in signed_in(second).get(address).content.decode()
        signed_in(second).post(address, {"do": "approve"})
        resting = signed_in(second).get(address)
        assert "Refresh" not in resting, "a page moves for those alone who have asked it to"
        assert 'href="?watch=1' in resting.content.decode()
        watched = signed_in(second).get(address + "?watch=1")
        assert int(watched["Refresh"]) >= 20
        assert 'href="?"' in watched.content.decode(), "and they can stop it"
        running.run(Group.objects.get().id)
        assert "1 certificate is issued" in signed_in(second).get(address).content.decode()

    def test_a_bad_workbook_is_refused_in_a_sentence_and_nothing_is_kept(self, college, teacher, signed_in):

        client = signed_in(teacher)
        for content, name in [
            (b"PK\x03\x04 nonsense", "a.xlsx"), (b"\x00\xff\xfe", "a.csv"), (b"age,height\n1,2", "a.csv"),
            (b"name\n", "a.csv"), (b"PK\x03\x04", "a.csv"),
        ]:  # fmt: skip
            form = self.form(college, text="", file=SimpleUploadedFile(name, content))
            answer = client.post(self.base(college) + "new/", form)
            assert answer.status_code == 400, name
            assert 'class="told no"' in answer.content.decode(), content
        assert not Group.objects.exists()

    @pytest.mark.parametrize("content", [b"", b"x" * 1_200_000], ids=["empty", "large"])
    def test_what_is_wrong_with_a_file_is_told_once_and_that_it_is_to_be_chosen_again(
        self, college, teacher, signed_in, content
    ):
        form = self.form(college, text="", file=SimpleUploadedFile("learners.csv", content))
        told = signed_in(teacher).post(self.base(college) + "new/", form).text

        assert "Hand in a table or type at least one name." not in told
        assert told.count('class="told no"') == 1

    def test_a_form_that_comes_back_says_that_the_file_is_to_be_chosen_again(self, college, teacher, signed_in):
        form = self.form(college, text="", title="", file=SimpleUploadedFile("learners.csv", b"name\nChan"))
        assert "Choose the file again" in signed_in(teacher).post(self.base(college) + "new/", form).text

    def test_a_workbook_tells_its_mistakes_with_their_cells(self, college, teacher, signed_in):

        rows = [["姓名", "颁发日期"], ["陈大文", "2026-11-01"], ["王嘉欣", "明天"], ["李小明 110101199003070038", ""]]
        book = write_workbook({"learners": rows})
        form = self.form(college, text="", file=SimpleUploadedFile("learners.xlsx", book))
        made = signed_in(teacher).post(self.base(college) + "new/", form)
        page = signed_in(teacher).get(made["Location"]).content.decode()
        assert "<strong>B · Awarded on</strong>: <span>This is no date." in page
        assert "<strong>A · Name</strong>: <span>This looks like an identity number." in page
        assert "110101199003070038" not in page

    @pytest.mark.parametrize("locale", list(BY_PATH))
    def test_whatever_is_wrong_with_a_row_is_told_in_the_readers_language(
        self, college, teacher, acting, signed_in, locale
    ):
        rows = ["name,key,holder,awarded,until,level,score,units", *FAULTY]
        group = services.prepare(acting(teacher), college, draft_of(college, "\n".join(rows)), ORIGIN)
        assert set(group.lines.values_list("result", flat=True)) == {"ready", "refused"}
        page = signed_in(teacher).get(f"/{locale}/desk/college/issuing/groups/{group.id}/").content.decode()
        assert page.count('<p class="small"><strong>') >= len(FAULTY) - 1
        assert '<span lang="en">The' not in page
        assert 'lang="en">the ' not in page

    @pytest.mark.parametrize("region", ["GD", "HK", "MO"])
    def test_the_table_to_fill_in_of_every_qualification_would_pass_were_its_row_not_the_example(
        self, organisation, member, acting, signed_in, settings, tmp_path, region
    ):
        settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, PASSPHRASE
        school = organisation("school", region=region)
        give_key(school)
        teacher = member("Tara", school, Role.TEACHER)
        client = signed_in(teacher)
        page = client.get("/en/desk/school/issuing/new/").content.decode()
        for each in drafting.offered(school):
            answer = client.get("/zh-hant-hk/desk/school/issuing/new/learners.xlsx", {"of": each.id})
            table = drafting.table_from(answer.content, "learners.xlsx")
            group = draft_of(school, table[0], name=table[1], qualification=each.id)
            made = services.prepare(acting(teacher), school, group, ORIGIN)
            (row,) = made.lines.all()
            assert [error["message"] for error in row.errors] == ["the row is the example"], each.id
            assert made.left_out == []
            assert all(f'<dt class="mono">{code}</dt>' in page for code in drafting.template_in(made).unit_ids)

    @pytest.mark.parametrize("qualification", ["maker-3", "maker-5"])
    def test_the_example_of_the_form_passes_as_it_is(self, college, teacher, signed_in, qualification):
        client = signed_in(teacher)
        shown = client.get(self.base(college) + "new/").content.decode()
        sample = shown.partition('<pre class="mono">')[2].partition("</pre>")[0]
        form = self.form(college, text=sample, qualification=QUALIFICATION.replace("maker-3", qualification))
        made = client.post(self.base(college) + "new/", form)
        assert "2 certificates can be issued" in client.get(made["Location"]).content.decode()

    def test_columns_that_are_not_taken_are_named(self, college, teacher, signed_in):
        client = signed_in(teacher)
        text = "name,hkid,id number,email\nChan Tai Man,,,chan@example.org"
        page = client.get(client.post(self.base(college) + "new/", self.form(college, text=text))["Location"])
        assert '<span class="mono">hkid, id number, email</span>' in page.content.decode()

    def test_a_table_of_which_nothing_can_be_issued_is_mended_where_it_was_begun(self, college, teacher, signed_in):
        client = signed_in(teacher)
        made = client.post(
            self.base(college) + "new/", self.form(college, text="name,awarded\nChan Tai Man,soon", valid_months="24")
        )
        page, draft = client.get(made["Location"]).content.decode(), Group.objects.get()
        assert 'value="hand_on"' not in page
        assert f"?again={draft.id}" in page
        form = client.get(f"{self.base(college)}new/", {"again": draft.id}).content.decode()
        assert all(each in form for each in ("Class of 2026", "Chan Tai Man,soon", 'value="24"', str(draft.id)))
        mended = self.form(college, text="name,awarded\nChan Tai Man,2026-11-01", instead=str(draft.id))
        client.post(self.base(college) + "new/", mended)
        assert Group.objects.get().lines.get().result == "ready"

    def test_what_was_handed_on_is_not_replaced(self, college, teacher, acting):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.hand_on(acting(teacher), group)
        services.prepare(acting(teacher), college, draft_of(college, "Wong Ka Yan", instead=group.id), ORIGIN)
        assert Group.objects.filter(pk=group.pk, state="waiting").exists()

    def test_nobody_replaces_a_draft_of_another(self, college, teacher, officer, acting):
        group = services.prepare(acting(teacher), college, draft_of(college, "Chan Tai Man"), ORIGIN)
        services.prepare(acting(officer), college, draft_of(college, "Wong Ka Yan", instead=group.id), ORIGIN)
        assert Group.objects.filter(pk=group.pk).exists()

    def test_whoever_approves_sees_every_row_and_the_terms_and_in_the_end_who_did_what(
        self, college, teacher, officer, second, acting, signed_in
    ):
        table = "name,awarded\n" + "\n".join(f"Learner {each:03},2026-11-01" for each in range(80))
        group = services.prepare(
            acting(teacher), college, draft_of(college, table, valid_months=24, shown=("dates",)), ORIGIN
        )
        services.hand_on(acting(officer), group)
        client, address = signed_in(second), f"{self.base(college)}groups/{group.id}/"
        pages = [client.get(f"{address}?page={each}").content.decode() for each in (1, 2)]
        seen = "".join(page.partition('id="rows"')[2] for page in pages)
        assert all(f"Learner {each:03}" in seen for each in range(80))
        assert seen.count("Awarded on: 1 November 2026") == 80
        assert all(told in pages[0] for told in ("24 months from the day of award", "a training provider", "· dates"))
        assert client.get(f"{address}table").content == table.encode()
        services.approve(acting(second), group)
        running.run(group.id)
        done = client.get(f"{address}?page=2").content.decode()
        for said, name in (("Prepared by", "Tess"), ("Sent for approval by", "Olive"), ("Approved by", "Sam")):
            assert re.search(f"<dt>{said}</dt><dd>(<[^>]+>)?{name}(<[^>]+>)? · <time", done)
        assert "Learner 079" in done
        assert client.get(f"{address}table").status_code == 404

    def test_a_group_takes_the_same_queries_however_many_it_has(self, college, teacher, acting, signed_in):
        client, counts = signed_in(teacher), []
        for count in (2, 80):
            names = "\n".join(f"Learner {count} {each}" for each in range(count))
            group = services.prepare(acting(teacher), college, draft_of(college, names), ORIGIN)
            with CaptureQueriesContext(connection) as found:
                client.get(f"{self.base(college)}groups/{group.id}/")
            counts.append(len(found))
        assert counts[0] == counts[1]

    def test_a_certificate_that_is_known_is_shown_with_its_number_before_it_counts_for_another_row(
        self, college, issue, teacher, acting, signed_in
    ):
        (known,) = issue("name,key\nChan Tai Man,S-17")
        table = "name,key\nChan Tai Man,S-17\nWong Ka Yan,S-18"
        group = services.prepare(acting(teacher), college, draft_of(college, table), ORIGIN)
        client, address = signed_in(teacher), f"{self.base(college)}groups/{group.id}/"
        assert known.short in client.get(address).content.decode().partition('id="look"')[2]
        assert client.post(address, {"do": "hand_on"}).status_code == 400
        assert client.post(address, {"do": "hand_on", "confirmed": "on"}).status_code == 302

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
    def test_a_large_body_that_is_no_form_of_ours_is_told_so(self, college, teacher, signed_in, method, kind):
        answer = signed_in(teacher).generic(
            method, self.base(college) + "new/", b"x" * (1024 * 1024 + 10), content_type=kind
        )
        assert answer.status_code == 400

    def test_a_length_that_is_no_number_is_told_so(self, college, teacher, signed_in):
        answer = signed_in(teacher).get(self.base(college) + "new/", CONTENT_LENGTH="many")
        assert answer.status_code == 400

    def test_a_proposal_is_not_declined_by_saying_nothing(self, college, issue, officer, second, acting, signed_in):
        change = status.propose(acting(officer), issue()[0], Kind.REVOKE, "the marks were mixed up")
        assert signed_in(second).post(f"{self.base(college)}changes/{change.id}/").status_code == 409
        change.refresh_from_db()
        assert change.state == "waiting"

    def test_an_officer_gives_the_holder_of_one_certificate_a_code(self, college, issue, officer, teacher, signed_in):
        address = f"{self.base(college)}certificates/{issue()[0].id}/"
        assert "code/" in signed_in(officer).get(address).content.decode()
        answer = signed_in(officer).post(f"{address}code/")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        assert re.search(r"<strong>(\w{5}-\w{5}-\w{5})</strong>", answer.content.decode())
        assert "code/" not in signed_in(teacher).get(address).content.decode()
        assert signed_in(teacher).post(f"{address}code/").status_code == 404

    def test_an_officer_reads_what_a_certificate_certifies_before_revoking_it(self, college, issue, teacher, signed_in):
        (found,) = issue("name,key,awarded\nChan Tai Man,2026-017,2026-11-01", valid_months=24)
        told = signed_in(teacher).get(f"{self.base(college)}certificates/{found.id}/").text

        for what in (
            "ewellery mak",
            "Units",
            "Awarded on",
            "1 November 2026",
            "Valid from",
            "Valid until",
            "2026-017",
        ):
            assert what in told
        assert "not offered yet" in told
        assert "ewellery mak" in signed_in(teacher).get(f"{self.base(college)}certificates/").text

    def test_whoever_approves_finds_the_decision_and_how_much_it_signs_before_the_rows_on_each_page_of_them(
        self, college, teacher, second, acting, signed_in
    ):
        names = "\n".join(f"Learner {number}" for number in range(60))
        group = services.prepare(acting(teacher), college, draft_of(college, names), ORIGIN)
        services.hand_on(acting(teacher), group)
        for address in ("", "?page=1", "?page=2"):
            told = signed_in(second).get(f"{self.base(college)}groups/{group.id}/{address}").text
            rows = told.index('id="rows"')
            assert told.index("60 certificates will be signed.") < told.index('value="approve"') < rows
            assert told.index('value="decline"') < rows
            assert ('<details class="more" open id="rows">' in told) == bool(address), "folded until one asks for them"

    def test_certificates_stand_with_their_groups_the_newest_first_in_the_order_of_their_tables(
        self, college, issue, teacher, acting
    ):
        for names in ("Wong Ka Yan\nChan Tai Man", "Lee Mei\nAu Ka Ho"):
            issue(names)
        found = selectors.certificates(acting(teacher), college)
        assert [each.name for each in found] == ["Lee Mei", "Au Ka Ho", "Wong Ka Yan", "Chan Tai Man"]

    @pytest.mark.parametrize("wanted", ["歐陽", "欧阳", "jose", "JOSÉ", "ao ieong", "K-040"])
    def test_a_certificate_is_found_however_its_name_is_typed_and_by_the_schools_number(
        self, college, issue, teacher, signed_in, wanted
    ):
        issue("name,key\n歐陽𨭎 AO IEONG Sai José,K-040\nWong Ka Yan,K-041")
        page = signed_in(teacher).get(f"{self.base(college)}certificates/", {"q": wanted}).content.decode()
        assert "IEONG" in page
        assert "Wong Ka Yan" not in page

    def test_who_issues_nothing_has_no_issuing_desk(self, college, organisation, member, signed_in):
        body = organisation("body", kind="authority")
        client = signed_in(member("Ada", body, Role.ADMINISTRATOR, Role.RECOGNITION_OFFICER))
        page = client.get("/en/desk/").content.decode()
        assert "/en/desk/body/issuing/" not in page
        assert "/en/desk/body/members/" in page
        assert (
            "/en/desk/college/issuing/"
            in signed_in(member("Amy", college, Role.ADMINISTRATOR)).get("/en/desk/").content.decode()
        )

    def test_whoever_may_make_no_group_is_told_who_does(self, college, member, signed_in):
        page = signed_in(member("Ada", college, Role.ADMINISTRATOR)).get(self.base(college)).content.decode()
        assert "Teachers and issuing officers" in page
        assert "Make one from a table" not in page

    def test_a_file_beyond_the_bound_is_told_so(self, college, teacher, signed_in):

        form = self.form(college, text="", file=SimpleUploadedFile("a.csv", b"name\n" + b"x" * 1_100_000))
        answer = signed_in(teacher).post(self.base(college) + "new/", form)
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.content.decode()

    def test_a_group_beyond_the_bound_is_told_so(self, college, teacher, signed_in, monkeypatch):
        monkeypatch.setattr(drafting, "MOST_ROWS", 2)
        answer = signed_in(teacher).post(self.base(college) + "new/", self.form(college, text="Chan\nWong\nLee"))
        assert answer.status_code == 400
        assert "at most 2 learners" in answer.content.decode()

    def test_a_form_without_learners_says_so(self, college, teacher, signed_in):
        answer = signed_in(teacher).post(self.base(college) + "new/", self.form(college, text=" "))
        assert answer.status_code == 400
        assert "type at least one name" in answer.content.decode()

    def test_without_a_key_the_form_says_what_is_missing(self, college, teacher, signed_in):
        keys.key_file(college).unlink()
        answer = signed_in(teacher).post(self.base(college) + "new/", self.form(college))
        assert "touchstone-node key" in answer.content.decode()

    def test_another_organisations_desk_is_not_even_there(self, college, issue, organisation, member, signed_in):
        issue()
        stranger = member("Zoe", organisation("studio"), Role.ISSUING_OFFICER)
        group, certificate = Group.objects.get(), Certificate.objects.get()
        client = signed_in(stranger)
        for slug in ("college", "studio"):
            for rest in (
                f"groups/{group.id}/", f"groups/{group.id}/certificates.zip", f"certificates/{certificate.id}/",
                f"certificates/{certificate.id}/certificate.pdf", f"certificates/{certificate.id}/certificate.json",
            ):  # fmt: skip
                assert client.get(f"/en/desk/{slug}/issuing/{rest}").status_code == 404

    def test_a_mentor_sees_no_issuing_desk(self, college, member, signed_in):
        assert signed_in(member("Mo", college, Role.MENTOR)).get(self.base(college)).status_code == 404

    def test_a_certificate_is_revoked_by_two_officers_on_its_page(self, college, issue, officer, second, signed_in):
        (certificate,) = issue()
        address = f"{self.base(college)}certificates/{certificate.id}/"
        said = {"kind": "revoke", "reason": "The marks were mixed up"}
        assert signed_in(officer).post(address, said).status_code == 302
        change = StatusChange.objects.get()
        decide = f"{self.base(college)}changes/{change.id}/"
        assert "second issuing officer" in signed_in(officer).get(address).content.decode()
        assert signed_in(officer).post(decide, {"do": "approve"}).status_code == 403
        number = spaced(certificate.short)
        for typed in ({}, {"typed": "yes"}):
            unsure = signed_in(second).post(decide, {"do": "approve", **typed})
            assert unsure.status_code == 400
            assert f"Type {number} to confirm" in unsure.content.decode()
        assert "Revoked" not in signed_in(second).get(address).content.decode()
        assert signed_in(second).post(decide, {"do": "approve", "typed": number.lower()}).status_code == 302
        assert "Revoked" in signed_in(second).get(address).content.decode()

    def test_a_suspension_can_be_taken_back_and_asks_for_no_confirmation(
        self, college, issue, officer, second, signed_in
    ):
        (certificate,) = issue()
        address = f"{self.base(college)}certificates/{certificate.id}/"
        signed_in(officer).post(address, {"kind": "suspend", "reason": "The marks are looked at"})
        decide = f"{self.base(college)}changes/{StatusChange.objects.get().id}/"
        assert 'name="typed"' not in signed_in(second).get(address).content.decode()
        assert signed_in(second).post(decide, {"do": "approve"}).status_code == 302

    def test_lists_take_the_same_queries_however_long_they_are(self, college, issue, officer, signed_in):
        client, counts = signed_in(officer), []
        for names in ("Chan Tai Man", "\n".join(f"Learner {each}" for each in range(80))):
            issue(names)
            with CaptureQueriesContext(connection) as found:
                client.get(self.base(college) + "certificates/")
            counts.append(len(found))
        assert counts[0] == counts[1]
        assert client.get(f"{self.base(college)}certificates/?page={'9' * 5_000}").status_code == 200

    @pytest.mark.parametrize("locale", list(BY_PATH))
    def test_every_page_is_there_in_every_language(self, college, issue, officer, signed_in, locale):
        issue()
        client, base = signed_in(officer), f"/{locale}/desk/college/issuing/"
        for path in ("", "new/", "certificates/", "certificates/?q=Chan", f"groups/{Group.objects.get().id}/"):
            answer = client.get(base + path)
            assert answer.status_code == 200
            assert b"<script" not in answer.content


def test_a_group_that_a_worker_issues_while_its_page_is_made_is_shown_as_it_is(college, teacher, second, acting):
    group = approved(college, acting(teacher), acting(second), "陳大文 CHAN Tai Man")
    looked_at = Group.objects.defer("table", "template").get(pk=group.id)
    running.run(group.id)

    (line,) = roll.roll_of(looked_at, "1", "en").lines

    assert line.name == "陳大文 CHAN Tai Man"
