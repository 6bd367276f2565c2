"""A passport is its holder's alone: a code is good once, a link shows what was chosen, and whoever leaves takes everything along."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import time
import zipfile
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from touchstone.cli import app as touchstone
from touchstone.credentials.wallet import read_wallet
from touchstone.qr import qr_svg
from touchstone_server import clock, codes, trust
from touchstone_server.access.requests import SESSION_METHODS, Refused, roles_of
from touchstone_server.access.rules import Actor, Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import broken_links
from touchstone_server.clock import HERE
from touchstone_server.language import LOCALES
from touchstone_server.organisations import services as organisations
from touchstone_server.passport import consents, erasing, exporting, selectors, services, sharing
from touchstone_server.passport.consents import Purpose
from touchstone_server.passport.models import Access, Consent, Erasure, HeldCredential, Offer, ShareLink
from touchstone_server.passport.services import PassportError
from touchstone_server.passport.sharing_fields import Field

pytestmark = pytest.mark.django_db
NAME = "LIN Siyu"


def sample(name: str = "valid") -> bytes:
    content = trust.sample_of(name)
    assert content is not None
    return content


@pytest.fixture
def college(organisation):
    return organisation("college")


@pytest.fixture
def officer(member, college, acting):
    return acting(member("Olga", college, Role.ISSUING_OFFICER))


@pytest.fixture
def holder(person, acting):
    actor = acting(person("Siyu"), strong=False)
    for purpose in Purpose:
        consents.give(actor, purpose, "en")
    return actor


@pytest.fixture
def offered(officer, college):
    return services.offer(officer, sample(), NAME, organisation=college)


@pytest.fixture
def held(holder):
    return services.bring(holder, sample())[0]


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user))
    return client


def shown_anew(client: Client) -> None:
    """Let somebody have shown just now who they are."""
    session = client.session
    session[SESSION_METHODS] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()


def problem(call, *told) -> str:
    with pytest.raises(PassportError) as caught:
        call(*told)
    return caught.value.code


class TestClaiming:
    def test_whoever_has_the_code_takes_the_certificate_in_byte_for_byte(self, holder, offered, college):
        held = services.claim(holder, offered.code)
        assert bytes(HeldCredential.objects.get(pk=held.pk).content) == sample()
        assert held.given_by_id == college.id

    @pytest.mark.parametrize(
        "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('0', 'o')} "]
    )
    def test_a_code_is_read_as_people_type_it(self, holder, offered, typed):
        assert services.claim(holder, typed(offered.code))

    @pytest.mark.parametrize(("han", "latin"), [("林思雨", "Somebody"), ("", "lin siyu"), ("", "Lin, Siyu")])
    def test_whoever_bears_the_name_is_not_asked(self, holder, offered, han, latin):
        User.objects.filter(pk=holder.user).update(name_han=han, name_latin=latin)
        held = services.claim(holder, offered.code, only_own=True)
        assert (
            "not that of your account"
            not in client_of(holder).get(f"/en/passport/credentials/{held.id}/").content.decode()
        )

    def test_whoever_takes_in_anothers_certificate_is_asked_first_and_told_afterwards(self, holder, offered):
        client = client_of(holder)
        asked = client.post("/en/passport/claim/", {"code": offered.code})
        assert asked.status_code == 400
        assert "It bears the name:" in asked.content.decode()
        assert 'name="anyway"' in asked.content.decode()
        assert bytes(Offer.objects.get().content), "a question uses up no code"
        client.post("/en/passport/claim/", {"code": offered.code, "anyway": "on"})
        held = HeldCredential.objects.get()
        assert "not that of your account" in client.get(f"/en/passport/credentials/{held.id}/").content.decode()

    @pytest.mark.parametrize("path", ["desk/", "passport/", "passport/log/", "passport/consents/"])
    def test_what_is_somebodys_own_is_kept_in_no_cache(self, holder, path):
        assert client_of(holder).get(f"/en/{path}")["Cache-Control"] == "private, no-store"

    def test_a_card_tells_whose_name_stands_on_it(self, holder, held):
        assert "林思雨" in client_of(holder).get("/en/passport/").content.decode()

    def test_a_code_is_used_once(self, holder, offered, person, acting):
        services.claim(holder, offered.code)
        other = acting(person("Other"))
        consents.give(other, Purpose.KEEP, "en")
        assert problem(services.claim, other, offered.code) == "code_used"

    def test_a_code_dies_after_five_wrong_tries(self, holder, offered, person, acting):
        wrong = offered.code[:-1] + ("0" if offered.code[-1] != "0" else "1")
        for _ in range(services.MOST_TRIES):
            assert problem(services.claim, holder, wrong) == "code_unknown"
        other = acting(person("Other"))
        consents.give(other, Purpose.KEEP, "en")
        assert problem(services.claim, other, offered.code) == "code_dead"
        assert not bytes(Offer.objects.get().content)

    def test_whoever_guesses_five_times_waits_an_hour(self, holder, offered):
        for _ in range(services.MOST_TRIES):
            problem(services.claim, holder, "ZZZZZ-00000-00000")
        assert problem(services.claim, holder, offered.code) == "too_many_tries"
        services.ClaimTries.objects.update(since=clock.second() - services.REST)
        assert services.claim(holder, offered.code)

    def test_a_code_expires_and_its_content_goes(self, holder, offered):
        erasing.purge()
        assert bytes(Offer.objects.get().content)
        Offer.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
        assert problem(services.claim, holder, offered.code) == "code_expired"
        erasing.purge()
        assert not bytes(Offer.objects.get().content)

    def test_what_reached_somebody_while_they_were_erased_goes_with_the_next_purge(self, holder, held, person):
        erasing.erase(holder)
        for late in (User.objects.get(pk=holder.user), person("Other")):
            HeldCredential.objects.create(holder=late, content=b"{}", digest="0" * 64, received=clock.second())
        erasing.purge()
        assert HeldCredential.objects.get().holder.name == "Other"

    def test_an_offer_that_is_withdrawn_is_gone(self, holder, offered, officer):
        services.withdraw_offer(officer, offered.offer)
        assert problem(services.claim, holder, offered.code) == "code_expired"

    def test_neither_code_nor_content_is_kept_once_it_is_claimed(self, holder, offered):
        services.claim(holder, offered.code)
        kept = Offer.objects.values().get()
        assert (kept["name"], bytes(kept["content"])) == ("", b"")
        secret = codes.as_typed(offered.code)[services.LOCATOR :]
        assert not any(secret in str(value) for value in kept.values())

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ISSUING_OFFICER}))
    def test_only_an_issuing_officer_offers(self, member, college, acting, role):
        with pytest.raises(Refused):
            services.offer(acting(member("Ben", college, role)), sample(), NAME, organisation=college)

    def test_without_consent_nothing_is_kept(self, person, acting, offered):
        assert problem(services.claim, acting(person("Mei")), offered.code) == "no_consent"
        assert bytes(Offer.objects.get().content)

    def test_a_code_has_fifty_secret_bits(self, offered):
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){2}[0-9A-HJKMNP-TV-Z]{5}", offered.code)
        assert services.SECRET * 5 == 50


class TestBringing:
    def test_a_wallet_brings_all_that_it_holds(self, holder):
        assert len(services.bring(holder, sample("wallet"))) == 3

    def test_what_is_held_is_passed_over(self, holder, held):
        assert problem(services.bring, holder, sample()) == "held"
        assert len(services.bring(holder, sample("wallet"))) == 2

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", "nothing"), (b"{", "unreadable"), (b"\xff\xfe", "unreadable"), (b"[]", "unreadable")],
    )
    def test_what_is_no_certificate_is_told_so(self, holder, content, code):
        assert problem(services.bring, holder, content) == code

    def test_a_file_that_is_too_large_is_told_so(self, holder):
        answer = client_of(holder).post("/en/passport/bring/", {"file": SimpleUploadedFile("a.json", b"x" * 1_100_000)})
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.content.decode()

    def test_a_file_is_brought_by_the_form(self, holder):
        client = client_of(holder)
        answer = client.post("/en/passport/bring/", {"file": SimpleUploadedFile("a.json", sample())})
        assert answer["Location"] == "/en/passport/"
        answer = client.post("/en/passport/bring/", {"file": SimpleUploadedFile("a.json", b"{")})
        assert answer.status_code == 400
        assert "cannot be read as a certificate" in answer.content.decode()

    def test_no_identity_number_is_kept(self, holder):
        with_number = sample().replace(b"LIN Siyu", b"LIN Siyu G123456(A)")
        assert problem(services.bring, holder, with_number) == "identity_number"
        assert not HeldCredential.objects.exists()


class TestSeeing:
    def test_nobody_but_the_holder_sees_a_passport(self, holder, held, member, college, signed_in):
        link = sharing.share(holder, held, [Field.NAME], 7)
        client = signed_in(member("Eve", college, *Role))
        for path in (
            f"credentials/{held.id}/",
            f"credentials/{held.id}/file/",
            f"credentials/{held.id}/share/",
            f"links/{link.id}/",
        ):
            assert client.get(f"/en/passport/{path}").status_code == 404, path
        consent = Consent.objects.first()
        for path in (f"credentials/{held.id}/remove/", f"links/{link.id}/end/", f"consents/{consent.id}/withdraw/"):
            assert client.post(f"/en/passport/{path}").status_code == 404, path
        for path in ("", "log/", "consents/", "export/"):
            assert "jewellery making" not in client.get(f"/en/passport/{path}").content.decode()
        assert ShareLink.objects.get().state == "open"

    def test_no_service_lets_anybody_else_in(self, holder, held, member, college, acting):
        eve, link = acting(member("Eve", college, *Role)), sharing.share(holder, held, [Field.NAME], 7)
        consents.give(eve, Purpose.SHARE, "en")
        for call in (
            lambda: services.remove(eve, held),
            lambda: sharing.share(eve, held, [Field.NAME], 7),
            lambda: sharing.end(eve, link),
            lambda: consents.withdraw(eve, Consent.objects.filter(person_id=holder.user).first()),
        ):
            with pytest.raises(Refused, match="not_yours"):
                call()

    @pytest.mark.parametrize(
        "path", ["", "claim/", "bring/", "log/", "consents/", "export/", "erase/", f"credentials/{UUID(int=4)}/"]
    )
    def test_without_signing_in_nothing_is_seen(self, client, path):
        answer = client.get(f"/pt/passport/{path}")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/pt/account/login/")

    @pytest.mark.parametrize(("name", "word"), [("valid", "Valid"), ("revoked", "Revoked"), ("altered", "Not genuine")])
    def test_each_certificate_says_how_it_stands_now(self, holder, name, word):
        services.bring(holder, sample(name))
        assert f"{word}</span>" in client_of(holder).get("/en/passport/").content.decode()

    def test_a_certificate_says_what_it_is_worth_in_the_other_regions(self, holder, held):
        page = client_of(holder).get(f"/en/passport/credentials/{held.id}/").content.decode()
        assert "Hong Kong" in page
        answer = re.search(r'href="(/en/explorer/answer/\?[^"]*proven=[^"]+)"', page)
        assert answer
        assert Client().get(answer[1].replace("&amp;", "&")).status_code == 200

    @pytest.mark.parametrize("locale", LOCALES, ids=lambda each: each.path)
    def test_every_page_speaks_every_language(self, holder, held, locale):
        link, client = sharing.share(holder, held, list(Field), 7), client_of(holder)
        paths = ["", "claim/", "bring/", "log/", "consents/", "export/", "erase/", f"links/{link.id}/"]
        paths += [f"credentials/{held.id}/", f"credentials/{held.id}/share/"]
        for path in paths:
            answer = client.get(f"/{locale.path}/passport/{path}")
            assert (answer.status_code, answer["Content-Language"]) == (200, locale.tag), path

    def test_the_number_of_queries_does_not_grow_with_the_certificates(self, holder, django_assert_num_queries):
        client = client_of(holder)
        services.bring(holder, sample())
        with django_assert_num_queries(7):
            client.get("/en/passport/")
        services.bring(holder, sample("wallet"))
        with django_assert_num_queries(7):
            client.get("/en/passport/")


class TestSharing:
    def page(self, link: ShareLink, client: Client | None = None) -> str:
        return (client or Client()).get(f"/en/passport/shared/{sharing.token_of(link.id)}/").content.decode()

    def test_a_link_shows_the_chosen_fields_only(self, holder, held):
        signs = {
            Field.NAME: "林思雨",
            Field.DATES: "Valid until",
            Field.UNITS: "<dt>Units",
            Field.WORTH: 'id="equals"',
            Field.FILE: "certificate.json",
        }
        for chosen in Field:
            page = self.page(sharing.share(holder, held, iter([chosen]), 7))  # as the form gives them: read once
            assert {each for each, sign in signs.items() if sign in page} == {chosen}

    def test_the_form_makes_a_link_that_shows_what_was_ticked(self, holder, held):
        for ticked in (["units", "worth", "file"], [], [each.value for each in Field]):
            client_of(holder).post(
                f"/en/passport/credentials/{held.id}/share/", {"fields_shown": ticked, "days": 7, "label": "x"}
            )
            assert ShareLink.objects.latest("created").fields == [each for each in Field if each in ticked]

    def test_a_link_has_one_last_moment_wherever_it_stands(self, holder, held):
        link = sharing.share(holder, held, [Field.NAME], 7)
        ShareLink.objects.update(expires=clock.second().replace(hour=16, minute=56) + dt.timedelta(days=2))
        last = f"{ShareLink.objects.get().expires.astimezone(HERE):%Y-%m-%dT%H:%M}"
        for path in (
            f"passport/links/{link.id}/",
            "passport/",
            "passport/log/",
            f"passport/shared/{sharing.token_of(link.id)}/",
        ):
            assert last in client_of(holder).get(f"/en/{path}").content.decode(), path

    def test_a_link_without_fields_names_nobody_and_leads_nowhere(self, holder, held):
        page = self.page(sharing.share(holder, held, [], 7))
        assert "LIN" not in page
        assert "proven=" not in page
        assert json.loads(sample())["credentialSubject"]["id"] not in page
        assert json.loads(sample())["id"] not in page

    def test_a_file_is_handed_out_only_where_it_was_chosen(self, holder, held):
        for fields, status in (([Field.FILE], 200), ([Field.NAME, Field.UNITS], 404)):
            token = sharing.token_of(sharing.share(holder, held, fields, 7).id)
            answer = Client().get(f"/en/passport/shared/{token}/file/")
            assert answer.status_code == status
            assert ShareLink.objects.get(token_digest=codes.digest_of(token)).views == (status == 200)
            if status == 200:
                assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "no-referrer")

    def test_a_link_is_counted_and_its_holder_told(self, holder, held):
        link = sharing.share(holder, held, [Field.NAME], 7, "Golden Studio")
        for _ in range(3):
            self.page(link)
        Client().head(f"/en/passport/shared/{sharing.token_of(link.id)}/")
        assert ShareLink.objects.get().views == 3
        log = client_of(holder).get("/en/passport/log/").content.decode()
        assert log.count("Link opened: Golden Studio") == 3

    def test_a_link_that_is_ended_shows_nothing(self, holder, held):
        link = sharing.share(holder, held, list(Field), 7)
        client_of(holder).post(f"/en/passport/links/{link.id}/end/")
        token = sharing.token_of(link.id)
        answer = Client().get(f"/en/passport/shared/{token}/")
        assert answer.status_code == 410
        assert "jewellery making" not in answer.content.decode()
        assert Client().get(f"/en/passport/shared/{token}/file/").status_code == 404

    def test_a_link_that_has_expired_shows_nothing(self, holder, held):
        link = sharing.share(holder, held, list(Field), 7)
        ShareLink.objects.update(expires=timezone.now())
        assert "has expired" in self.page(link)
        assert ShareLink.objects.get().views == 0

    def test_a_link_opens_by_the_key_that_made_it_and_says_so_where_that_is_gone(self, holder, held, settings):
        link, former = sharing.share(holder, held, [Field.NAME], 7), settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [former]
        assert sharing.link_at(sharing.opening(link)) == link
        settings.SECRET_KEY_FALLBACKS = []
        client = Client()
        client.force_login(User.objects.get(pk=holder.user))
        page = client.get(f"/en/passport/links/{link.id}/").content.decode()
        assert "This link opens nothing any more" in page
        assert "/shared/" not in page

    def test_a_made_up_link_leads_nowhere(self, db):
        assert Client().get("/en/passport/shared/0000000000000000000000000/").status_code == 404

    def test_the_public_page_sets_no_cookie_runs_no_script_and_is_not_indexed(self, holder, held):
        token = sharing.token_of(sharing.share(holder, held, list(Field), 7).id)
        for path in (f"/en/passport/shared/{token}/", f"/S/{token}"):
            answer = Client().get(path)
            assert answer.status_code == 200
            assert not answer.cookies
            assert "<script" not in answer.content.decode()
            assert len(answer.content) < 30_000
            assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex", "no-store")

    def test_a_phone_that_scans_it_reads_it_in_its_own_language(self, holder, held):
        token = sharing.token_of(sharing.share(holder, held, [Field.NAME], 7).id)
        page = Client(headers={"accept-language": "zh-CN"}).get(f"/S/{token.lower()}").content.decode()
        assert '<html lang="zh-Hans">' in page
        assert "有效" in page

    def test_the_owner_of_a_link_sees_its_address_and_a_code_that_reads_the_same(self, holder, held):
        link = sharing.share(holder, held, [Field.NAME], 7)
        page = client_of(holder).get(f"/en/passport/links/{link.id}/").content.decode()
        token = sharing.token_of(link.id)
        assert f"http://testserver/en/passport/shared/{token}/" in page
        assert qr_svg(f"HTTP://TESTSERVER/S/{token}", "QR code of the share link") in page

    def test_what_was_not_given_out_by_its_issuer_says_so(self, holder, held, offered):
        assert "brought as a file by whoever shows it" in self.page(sharing.share(holder, held, [], 7))
        services.remove(holder, held)
        claimed = services.claim(holder, offered.code)
        assert "handed over by its issuer" in self.page(sharing.share(holder, claimed, [], 7))

    def test_whoever_copies_the_database_opens_no_link(self, holder, held):
        link = sharing.share(holder, held, [Field.NAME], 7)
        kept = [str(value) for row in ShareLink.objects.values() for value in row.values()]
        assert not any(sharing.token_of(link.id) in value for value in kept)

    def test_without_consent_nothing_is_shared(self, holder, held):
        consents.withdraw(holder, consents.running(holder.user, Purpose.SHARE))
        assert problem(sharing.share, holder, held, [Field.NAME], 7) == "no_consent"

    def test_links_that_ended_leave_room_for_new_ones_and_go_after_a_year(self, holder, held, monkeypatch):
        monkeypatch.setattr(sharing, "MOST_LINKS", 2)
        first, _ = (sharing.share(holder, held, [], 7) for _ in range(2))
        assert problem(sharing.share, holder, held, [], 7) == "too_many_links"
        sharing.end(holder, first)
        sharing.share(holder, held, [], 7)
        erasing.purge(timezone.now() + dt.timedelta(days=364))
        assert ShareLink.objects.count() == 3
        erasing.purge(timezone.now() + dt.timedelta(days=366))
        assert ShareLink.objects.count() == 2


class TestConsents:
    def test_a_consent_holds_the_words_their_digest_the_language_the_time_and_the_purpose(self, person, acting):
        consents.give(acting(person("Mei")), Purpose.KEEP, "zh-Hant-HK")
        given = Consent.objects.get()
        assert (given.purpose, given.text.language) == ("keep", "zh-Hant-HK")
        assert given.text.words == consents.words_of(Purpose.KEEP, "zh-Hant-HK")
        assert given.text.digest == codes.digest_of("keep", given.text.version, "zh-Hant-HK", given.text.words)
        assert timezone.now() - given.given < dt.timedelta(minutes=1)

    def test_words_that_change_are_asked_anew(self, holder, monkeypatch):
        monkeypatch.setattr(consents, "version_of", lambda purpose: "another")
        assert consents.running(holder.user, Purpose.KEEP) is None
        consents.give(holder, Purpose.KEEP, "en")
        assert Consent.objects.filter(purpose="keep", withdrawn=None).count() == 1
        assert Consent.objects.filter(purpose="keep").count() == 2

    def test_withdrawing_sharing_ends_every_link(self, holder, held):
        sharing.share(holder, held, [Field.NAME], 7)
        consents.withdraw(holder, consents.running(holder.user, Purpose.SHARE))
        assert [link.state for link in selectors.links(holder)] == ["ended"]
        assert HeldCredential.objects.exists()

    def test_withdrawing_what_was_withdrawn_before_ends_nothing_that_rests_on_another(self, holder, held):
        old = consents.running(holder.user, Purpose.KEEP)
        Consent.objects.filter(pk=old.pk).update(withdrawn=clock.now())
        consents.give(holder, Purpose.KEEP, "en")
        consents.withdraw(holder, old)
        assert HeldCredential.objects.filter(pk=held.pk).exists()

    def test_withdrawing_keeping_takes_the_certificates_out(self, holder, held):
        consents.withdraw(holder, consents.running(holder.user, Purpose.KEEP))
        assert not HeldCredential.objects.exists()

    def test_a_form_asks_until_it_was_agreed(self, person, offered):
        client = Client()
        client.force_login(person("Mei"))
        User.objects.update(name_han="林思雨")
        assert client.post("/en/passport/claim/", {"code": offered.code}).status_code == 400
        answer = client.post("/en/passport/claim/", {"code": offered.code, "agreed": "on"})
        assert answer["Location"] == f"/en/passport/credentials/{HeldCredential.objects.get().id}/"
        assert 'name="agreed"' not in client.get("/en/passport/bring/").content.decode()

    def test_a_consent_is_of_somebody_or_restricted(self, holder):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.update(person=None)


class TestLeaving:
    def exported(self, actor: Actor) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(exporting.export(actor, "en")))

    def test_an_export_holds_everything(self, holder, offered):
        claimed = services.claim(holder, offered.code)
        link = sharing.share(holder, claimed, [Field.NAME], 7, "Golden Studio")
        Client().get(f"/S/{sharing.token_of(link.id)}")
        archive = self.exported(holder)
        read = {name: archive.read(name) for name in archive.namelist()}
        assert read["credentials/001.json"] == sample()
        assert json.loads(read["credentials.json"])[0]["given_by"] == {"en": "college"}
        assert json.loads(read["links.json"])[0]["label"] == "Golden Studio"
        assert {each["purpose"] for each in json.loads(read["consents.json"])} == {"keep", "share"}
        log = json.loads(read["log.json"])
        assert [each["what"] for each in log["looked"]] == ["link"]
        assert {"passport.claim", "passport.share", "passport.export"} <= {each["action"] for each in log["done"]}
        assert json.loads(read["account.json"])["email"] == "siyu@example.org"
        assert sharing.token_of(link.id).encode() not in b"".join(read.values())

    def test_an_export_opens_with_touchstone_wallet(self, holder, tmp_path):
        services.bring(holder, sample("wallet"))
        self.exported(holder).extract("wallets/001.json", tmp_path)
        shown = CliRunner().invoke(touchstone, ["wallet", "list", str(tmp_path / "wallets/001.json"), "--json"])
        assert shown.exit_code == 0, shown.output
        assert shown.output.count("urn:x-touchstone:sample:") == 3
        assert len(read_wallet((tmp_path / "wallets/001.json").read_bytes()).status_lists) == 2

    def test_an_export_is_the_person_s_own(self, holder, held, person, acting):
        archive = self.exported(acting(person("Other")))
        assert b"siyu" not in b"".join(archive.read(name) for name in archive.namelist())
        assert not any(name.startswith("credentials/") for name in archive.namelist())

    def test_nothing_of_whoever_was_erased_is_left_but_what_the_law_makes_us_keep(
        self, holder, offered, member, college, acting
    ):
        User.objects.filter(pk=holder.user).update(name_han="林思雨", name_latin="LIN Canary")
        EmailAddress.objects.create(user_id=holder.user, email="siyu@example.org")
        administrator = acting(member("Ada", college, Role.ADMINISTRATOR))
        invited = organisations.invite(administrator, college, "siyu@example.org", [Role.TEACHER])
        organisations.accept(holder, invited.secret)
        client = client_of(holder)
        client_of(holder)  # on another device
        held = services.claim(holder, offered.code)
        link = sharing.share(holder, held, [Field.NAME], 7, "Golden Studio")
        Client().get(f"/S/{sharing.token_of(link.id)}")
        Authenticator.objects.create(user_id=holder.user, type="totp", data={"secret": "seed"})
        asked = client.post("/en/passport/erase/", {"typed": "siyu@example.org"})
        assert "/account/2fa/reauthenticate/" in asked["Location"]
        shown_anew(client)
        answer = client.post("/en/passport/erase/", {"typed": "siyu@example.org"})
        erasure = Erasure.objects.get()
        assert str(erasure.id) in answer.content.decode()
        assert not left_in_the_database(
            "LIN Canary", "林思雨", "siyu@example.org", "Golden Studio", "LIN Siyu", str(held.digest)
        )
        assert not Access.objects.exists()
        assert not ShareLink.objects.exists()
        assert not HeldCredential.objects.exists()
        assert not Session.objects.exists()
        assert not Authenticator.objects.exists()
        assert not roles_of(holder.user)
        kept = Consent.objects.all()
        assert {(each.person_id, each.erasure_id) for each in kept} == {(None, erasure.id)}
        assert all(each.withdrawn for each in kept)
        assert erasure.kept_until.year == erasure.at.year + 3
        assert not User.objects.get(pk=holder.user).has_usable_password()
        assert list(broken_links()) == []

    def test_whoever_was_erased_cannot_go_on(self, holder):
        client = client_of(holder)
        other = client_of(holder)
        client.post("/en/passport/erase/", {"typed": "siyu@example.org"})
        assert other.get("/en/passport/").status_code == 302
        assert client.get("/en/passport/").status_code == 302

    def test_what_is_kept_goes_after_its_time(self, holder):
        erasing.erase(holder)
        assert erasing.purge() == 0
        erasing.purge(timezone.now() + dt.timedelta(days=3 * 366))
        assert not Consent.objects.exists()
        assert not Erasure.objects.exists()

    def test_nobody_is_erased_by_a_slip(self, holder, held):
        answer = client_of(holder).post("/en/passport/erase/", {"typed": "someone@example.org"})
        assert answer.status_code == 400
        assert HeldCredential.objects.exists()

    def test_nothing_that_is_final_happens_unless_the_own_address_is_typed(self, holder, held):
        client, consent = client_of(holder), Consent.objects.get(purpose=Purpose.KEEP)
        withdraw, remove = f"consents/{consent.id}/withdraw/", f"credentials/{held.id}/remove/"
        for path in (withdraw, remove):
            for typed in ({}, {"typed": "someone@example.org"}):
                answer = client.post(f"/en/passport/{path}", typed)
                assert answer.status_code == 400, path
                assert "Nothing was done" in answer.content.decode(), path
        assert HeldCredential.objects.exists()
        assert client.post(f"/en/passport/{remove}", {"typed": " Siyu@Example.org "}).status_code == 302
        assert not HeldCredential.objects.exists()
        assert client.post(f"/en/passport/{withdraw}", {"typed": "siyu@example.org"}).status_code == 302
        assert not Consent.objects.filter(purpose=Purpose.KEEP, withdrawn=None).exists()

    def test_the_audit_log_names_nobody(self, holder, offered):
        held = services.claim(holder, offered.code)
        sharing.share(holder, held, [Field.NAME], 7, "Golden Studio")
        told = " ".join(f"{each.thing} {each.detail}" for each in AuditEvent.objects.all())
        assert not any(word in told for word in (NAME, "siyu", "Golden", offered.code, "sample:valid"))


def test_what_belongs_to_one_person_is_on_no_page_of_another(person, acting, college, member):
    """A canary in each passport: no page of anybody else carries it."""
    actors = []
    for name in ("Ann", "Ben"):
        actor = acting(person(name))
        for purpose in Purpose:
            consents.give(actor, purpose, "en")
        held = services.bring(actor, sample().replace(b"LIN Siyu", f"Canary{name}".encode()))[0]
        sharing.share(actor, held, [Field.NAME], 7, f"Canary{name}")
        services.note_access(actor.user, Access.What.CASE, college)
        actors.append(actor)
    officer = acting(member("Olga", college, *Role))
    for actor, others in ((actors[0], "Ben"), (actors[1], "Ann"), (officer, "Ann"), (officer, "Ben")):
        client = client_of(actor)
        pages = [client.get(f"/en/passport/{path}").content for path in ("", "log/", "consents/")]
        pages.append(exporting.export(actor, "en"))
        archive = zipfile.ZipFile(io.BytesIO(pages[-1]))
        pages += [archive.read(name) for name in archive.namelist()]
        assert f"Canary{others}".encode() not in b"".join(pages)


def left_in_the_database(*words: str) -> list[str]:
    """Return every table and column in which one of some words stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                texts = [
                    bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v) for v in row
                ]
                found += [
                    f"{table}.{name}" for name, text in zip(names, texts, strict=True) if any(w in text for w in words)
                ]
    return found
