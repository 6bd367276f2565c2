"""One person puts up a document, another publishes it: checked among the others, signed, open to all, never changed."""

from __future__ import annotations

import json

import msgspec
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.touchstone_server.issuing_world import PASSPHRASE, give_key
from tests.touchstone_server.test_cases import asked, file
from touchstone.credentials.document_proofs import check_document
from touchstone.credentials.multikey import multikey_of
from touchstone.standards import Agreement, LevelScale, canonical_bytes, digest, normal_form, read_document
from touchstone.standards.levels import Level
from touchstone.standards.trust_registry import RegisteredKey, RegisteredPublisher, TrustRegistry
from touchstone_server import documents
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.exchange import putting_up, saving, selectors, services
from touchstone_server.exchange.looking import look, with_edition
from touchstone_server.exchange.models import Peer, Publication
from touchstone_server.exchange.publishing import Entry
from touchstone_server.exchange.pulling import Taken
from touchstone_server.exchange.putting_up import PublishingError
from touchstone_server.issuing.keys import KeysUnavailableError, signer_of
from touchstone_server.language import BY_PATH

pytestmark = pytest.mark.django_db
NOTE = "asked for by the working group"
BUREAU, SHOP = "did:web:bureau.example", "did:web:shop.example"


def scale(version: str = "1", **more: object) -> LevelScale:
    return LevelScale(
        id="https://bureau.example/scales/fine",
        version=version,
        levels=(Level(code="1"), Level(code="2")),
        **{"status": "in_force", "publisher": BUREAU, "title": {"en": "Fine work", "zh-Hant": "精工"}, **more},
    )


def typed(document) -> str:
    return yaml.safe_dump(normal_form(document), allow_unicode=True)


def agreed() -> Agreement:
    """A new edition of an agreement of the demonstration, which says the same."""
    found = next(
        each for each in documents.rulebook().documents
        if isinstance(each, Agreement) and each.id.endswith("/gd-hk")
    )  # fmt: skip
    return msgspec.structs.replace(found, version=f"{found.version}.9", proof=())


def tightened() -> Agreement:
    """A new edition without the crosswalks: it recognises no unit any more."""
    return msgspec.structs.replace(agreed(), crosswalks=())


def pulled(document: LevelScale) -> None:
    """Keep a document as though a peer had published it."""
    peer, _ = Peer.objects.get_or_create(address="https://peer.example")
    named = Entry(id=document.id, version=document.version, kind="LevelScale", digest=digest(document), address="")
    assert services._keep(peer, named, Taken(document, canonical_bytes(document), "unverified", ()))


@pytest.fixture
def bureau(organisation, settings, tmp_path):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_ADDRESS = tmp_path, PASSPHRASE, ""
    return organisation("bureau", "authority", "HK", BUREAU)


@pytest.fixture
def member_one(member, bureau):
    return member("Ada", bureau, Role.COMMITTEE_MEMBER)


@pytest.fixture
def member_two(member, bureau):
    return member("Ben", bureau, Role.COMMITTEE_MEMBER)


@pytest.fixture
def waiting(bureau, member_one, acting) -> Publication:
    return putting_up.put_up(acting(member_one), bureau, scale(), NOTE)


@pytest.fixture
def published(waiting, member_two, acting) -> Publication:
    return putting_up.publish(acting(member_two), waiting, "as agreed")


def index(client: Client) -> dict[str, dict]:
    return {each["digest"]: each for each in client.get("/documents/").json()["documents"]}


class TestPublishing:
    def test_nobody_sees_it_until_a_second_person_publishes_it(self, waiting, member_two, acting, client):
        address = f"/documents/{waiting.digest[7:]}.json"
        assert waiting.digest not in index(client)
        assert client.get(address).status_code == 404
        putting_up.publish(acting(member_two), waiting, "as agreed")
        assert index(client)[waiting.digest]["address"] == address
        assert client.get(address).content == canonical_bytes(scale())

    def test_whoever_put_it_up_does_not_publish_it(self, waiting, member_one, acting):
        with pytest.raises(Refused, match="own_proposal"):
            putting_up.publish(acting(member_one), waiting, "I like it")

    def test_it_is_published_after_a_second_factor_only(self, waiting, member_two, acting):
        with pytest.raises(Refused, match="second_factor"):
            putting_up.publish(acting(member_two, strong=False), waiting, "as agreed")

    def test_a_secretary_puts_up_and_does_not_publish(self, bureau, waiting, member, acting):
        secretary = acting(member("Sue", bureau, Role.SECRETARY))
        assert putting_up.put_up(secretary, bureau, scale("2"), NOTE)
        with pytest.raises(Refused, match="not_yours"):
            putting_up.publish(secretary, waiting, "as agreed")

    def test_nothing_is_decided_without_reasons(self, bureau, waiting, member_one, member_two, acting):
        for decide in (putting_up.publish, putting_up.decline):
            with pytest.raises(PublishingError, match="reason_missing"):
                decide(acting(member_two), waiting, "  ")
        with pytest.raises(PublishingError, match="note_missing"):
            putting_up.put_up(acting(member_one), bureau, scale("2"), "")

    def test_what_is_decided_stands_on_record(self, published, member_one, member_two):
        told = list(AuditEvent.objects.order_by("number").values_list("action", "actor", "thing"))
        thing = f"publication:{published.id}"
        assert told == [("documents.propose", member_one.id, thing), ("documents.publish", member_two.id, thing)]

    def test_it_is_signed_with_the_key_of_the_organisation(self, bureau, member_one, member_two, acting):
        give_key(bureau, BUREAU)
        document = scale(official=True)
        waiting = putting_up.put_up(acting(member_one), bureau, document, NOTE)
        published = putting_up.publish(acting(member_two), waiting, "as agreed")
        signer = signer_of(bureau)
        key = RegisteredKey(id=signer.verification_method, public_key=multikey_of(signer.public_key))
        publisher = RegisteredPublisher(id=bureau.issuer, name={"en": "Bureau"}, regions=("HK",), keys=(key,))
        registry = TrustRegistry(
            id="https://bureau.example/trust", version="1", title={"en": "Registry"}, status="in_force", issuers=(),
            publishers=(publisher,),
        )  # fmt: skip
        assert check_document(saving.document_of(published), registry).standing.label == "verified"
        assert published.digest == digest(document)

    def test_a_key_that_is_locked_keeps_it_waiting(self, bureau, waiting, member_two, acting, settings):
        give_key(bureau, BUREAU)
        settings.TOUCHSTONE_PASSPHRASE = ""
        with pytest.raises(KeysUnavailableError, match="locked"):
            putting_up.publish(acting(member_two), waiting, "as agreed")
        waiting.refresh_from_db()
        assert waiting.state == "waiting"

    def test_it_is_decided_once(self, published, member_two, acting):
        for decide in (putting_up.publish, putting_up.decline):
            with pytest.raises(PublishingError, match="state"):
                decide(acting(member_two), published, "again")

    def test_a_published_version_never_changes(self, bureau, published, member_one, acting):
        with pytest.raises(PublishingError, match="taken"):
            putting_up.put_up(acting(member_one), bureau, scale(title={"en": "Other"}), NOTE)
        with pytest.raises(PublishingError, match="known"):
            putting_up.put_up(acting(member_one), bureau, scale(), NOTE)

    def test_what_was_declined_can_be_put_up_again(self, bureau, waiting, member_one, acting):
        putting_up.decline(acting(member_one), waiting, "a slip")
        assert putting_up.put_up(acting(member_one), bureau, scale(title={"en": "Other"}), NOTE).state == "waiting"

    def test_withdrawing_is_a_new_edition_and_the_old_one_stays(
        self, published, member_one, member_two, acting, client
    ):
        end = putting_up.put_up_end(acting(member_one), published, "no longer used")
        assert (end.version, end.status, end.state) == ("1-withdrawn", "withdrawn", "waiting")
        putting_up.publish(acting(member_two), end, "no longer used")
        assert {published.digest, end.digest} <= set(index(client))
        assert client.get(f"/documents/{published.digest[7:]}.json").status_code == 200
        assert [each.version for each in putting_up.beside() if each.id == published.document] == ["1-withdrawn"]

    def test_the_owner_of_a_node_saves_what_was_published_to_decide_by_it(self, published, tmp_path):
        assert saving.save_all(tmp_path / "saved", unproved=True).written == 1
        (saved,) = (tmp_path / "saved").iterdir()
        assert digest(read_document(saved.read_bytes(), saved.name).document) == published.digest


class TestInWhoseName:
    """Nobody publishes in another's name."""

    @pytest.fixture
    def shop(self, organisation, bureau):
        return organisation("shop", "enterprise", "HK", SHOP)

    @pytest.fixture
    def shopkeeper(self, shop, member, acting):
        return acting(member("Sid", shop, Role.COMMITTEE_MEMBER))

    @pytest.mark.parametrize(
        "document",
        [
            scale(),
            scale(publisher=None),
            scale(publisher=SHOP),
            msgspec.structs.replace(scale(publisher=SHOP), id="https://bureau.example"),
        ],
        ids=["names another", "names nobody", "lies below another's address", "is another's address"],
    )
    def test_a_document_that_is_anothers_is_not_put_up(self, shop, shopkeeper, document):
        with pytest.raises(PublishingError, match="not_theirs"):
            putting_up.put_up(shopkeeper, shop, document, NOTE)

    def test_a_new_edition_is_of_whoever_published_the_one_before(self, published, shop, shopkeeper):
        with pytest.raises(PublishingError, match="not_theirs"):
            putting_up.put_up(shopkeeper, shop, scale("2", publisher=SHOP), NOTE)

    def test_what_came_from_elsewhere_gets_no_new_edition_from_somebody_here(self, shop, shopkeeper):
        document = msgspec.structs.replace(scale(publisher="did:web:peer.example"), id="https://other.example/scale")
        edition = msgspec.structs.replace(document, version="2", publisher=SHOP)
        pulled(document)
        with pytest.raises(PublishingError, match="not_theirs"):
            putting_up.put_up(shopkeeper, shop, edition, NOTE)

    def test_ones_own_document_is_put_up_under_a_name_that_is_nobodys(self, shop, shopkeeper):
        for place in ("https://shop.example/scale", "https://somewhere.example/scale", "urn:uuid:1"):
            assert putting_up.put_up(shopkeeper, shop, msgspec.structs.replace(scale(publisher=SHOP), id=place), NOTE)

    def test_an_agreement_is_put_up_by_an_authority_of_one_of_its_regions(
        self, bureau, member_one, shop, shopkeeper, organisation, member, acting
    ):
        with pytest.raises(PublishingError, match="not_theirs"):
            putting_up.put_up(shopkeeper, shop, tightened(), NOTE)
        macao = organisation("macao", "authority", "MO")
        with pytest.raises(PublishingError, match="not_theirs"):
            putting_up.put_up(acting(member("Mei", macao, Role.COMMITTEE_MEMBER)), macao, tightened(), NOTE)
        assert putting_up.put_up(acting(member_one), bureau, tightened(), NOTE)

    def test_what_waits_at_one_desk_keeps_no_name_from_another(self, bureau, member_one, organisation, member, acting):
        guangdong = organisation("guangdong", "authority", "GD")
        theirs = msgspec.structs.replace(tightened(), accept_close=not tightened().accept_close)
        assert putting_up.put_up(acting(member_one), bureau, tightened(), NOTE)
        assert putting_up.put_up(acting(member("Gao", guangdong, Role.COMMITTEE_MEMBER)), guangdong, theirs, NOTE)

    def test_both_sides_of_an_agreement_publish_the_same_one(
        self, bureau, member_one, member_two, organisation, member, acting, client
    ):
        guangdong = organisation("guangdong", "authority", "GD")
        theirs = [acting(member(name, guangdong, Role.COMMITTEE_MEMBER)) for name in ("Gao", "Guo")]
        for place, (one, other) in ((bureau, (acting(member_one), acting(member_two))), (guangdong, theirs)):
            give_key(place, f"did:web:{place.slug}.example")
            putting_up.publish(other, putting_up.put_up(one, place, tightened(), NOTE), "as agreed")
        assert len(index(client)[digest(tightened())]["proof"]) == 2

    def test_what_was_another_content_meanwhile_is_not_published(self, waiting, member_two, acting):
        pulled(scale(title={"en": "Theirs"}))
        with pytest.raises(PublishingError, match="taken"):
            putting_up.publish(acting(member_two), waiting, "as agreed")


class TestSaving:
    """The owner of a node decides by what is official and signed, unless told otherwise."""

    @pytest.fixture
    def saved(self, tmp_path):
        def names(**how) -> set[str]:
            saving.save_all(tmp_path / "saved", **how)
            found = (read_document(file.read_bytes(), file.name) for file in (tmp_path / "saved").iterdir())
            return {each.document.version for each in found}

        return names

    def test_what_nobody_signed_who_speaks_for_it_is_left_out(self, published, saved, tmp_path):
        assert saving.save_all(tmp_path / "counted") == (0, 1)
        assert saved() == set()
        assert saved(unproved=True) == {"1"}
        assert saved() == set(), "what was written before and does not count is taken out"

    def test_what_was_ended_is_not_written_beside_its_end(self, published, member_one, member_two, acting, saved):
        assert saved(unproved=True) == {"1"}
        end = putting_up.put_up_end(acting(member_one), published, "no longer used")
        putting_up.publish(acting(member_two), end, "no longer used")
        assert saved(unproved=True) == {"1-withdrawn"}

    def test_the_owners_own_files_stay(self, saved, tmp_path):
        (tmp_path / "saved").mkdir()
        own = tmp_path / "saved" / "scale.yaml"
        own.write_text(typed(scale("9")), encoding="utf-8")
        assert saved() == {"9"}


class TestLooking:
    def test_a_dangling_id_is_a_finding_that_names_the_field(self):
        document = next(each for each in documents.rulebook().documents if isinstance(each, Agreement))
        broken = msgspec.structs.replace(document, version="99", crosswalks=("https://bureau.example/none",))
        looked = look(broken, documents.rulebook().documents, {})
        assert not looked.is_sound
        assert [(each.code, each.field) for each in looked.findings if each.severity == "error"] == [
            ("dangling", "crosswalks[0]")
        ]

    @pytest.mark.parametrize(
        ("document", "problem"),
        [
            (scale(status="draft"), "draft"),
            (scale(title={"en": "of 440101199003074518"}), "identity_number"),
        ],
    )
    def test_some_documents_are_not_published_whatever_they_say(self, document, problem):
        assert look(document, [], {}).problem == problem

    def test_the_end_of_an_edition_that_a_later_one_follows_changes_nothing_for_anybody(
        self, bureau, member_one, member_two, acting
    ):
        first = agreed()
        second = msgspec.structs.replace(first, version=f"{first.version}.1")
        one, _ = [
            putting_up.publish(acting(member_two), putting_up.put_up(acting(member_one), bureau, each, NOTE), "agreed")
            for each in (first, second)
        ]
        end = putting_up.put_up_end(acting(member_one), one, "old")
        effect = selectors.examined(end).effect
        assert {each.version for each in effect.after.documents if each.id == first.id} >= {second.version}
        assert effect.people == ()

    def test_an_end_ends_the_editions_before_it_and_no_later_one(self):
        one, two, end = scale("1"), scale("2"), scale("1-withdrawn", status="withdrawn")
        assert with_edition([one, two], end) == [two, end]

    def test_it_is_told_whose_answer_changes(self, bureau, member_one, acting, person, organisation):
        waiting = putting_up.put_up(acting(member_one), bureau, tightened(), NOTE)
        file(acting(person("Setter")), bureau, asked("further/setter-gd-to-hk"))
        effect = selectors.examined(waiting).effect
        assert effect.people
        assert all(each.before != each.after or each.lost or each.differs for _, each in effect.people)
        assert (effect.filed, sum(count for *_, count in effect.cases)) == (1, 1)

    def test_cases_are_counted_once_and_anew_when_another_is_filed(self, bureau, member_one, acting, person):
        waiting = putting_up.put_up(acting(member_one), bureau, tightened(), NOTE)
        file(acting(person("Setter")), bureau, asked("further/setter-gd-to-hk"))
        first = selectors.examined(waiting).effect
        with CaptureQueriesContext(connection) as queries:
            assert selectors.examined(waiting).effect.cases == first.cases
        assert not any('"receipt"' in each["sql"] for each in queries)
        file(acting(person("Another")), bureau, asked("further/setter-gd-to-hk"))
        assert selectors.examined(waiting).effect.filed == 2


class TestPages:
    def test_a_document_goes_from_one_person_to_all(self, bureau, member_one, member_two, signed_in, client):
        base = "/en/desk/bureau/documents/"
        file = SimpleUploadedFile("scale.yaml", typed(scale()).encode())
        answer = signed_in(member_one).post(f"{base}new/", {"file": file, "note": NOTE})
        assert answer.status_code == 302
        address = answer["Location"]
        shown = signed_in(member_one).get(address).content.decode()
        assert "Another member of the committee decides" in shown
        assert 'value="publish"' not in shown
        said = {"do": "publish", "note": "as agreed"}
        assert signed_in(member_one).post(address, said).status_code == 403
        assert signed_in(member_two).post(address, said).status_code == 302
        assert digest(scale()) in index(Client())
        ended = signed_in(member_one).post(address, {"do": "end", "note": "no longer used"})
        assert ended.status_code == 302
        assert ended["Location"] != address

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "not both"),
            ("kind: [", "not YAML"),
            ("kind: Decision", "personal"),
            ("kind: Poem\nid: x", "LevelScale"),
            (typed(scale(status="draft")), "in_force"),
        ],
    )
    def test_what_cannot_be_published_is_told_and_not_kept(self, bureau, member_one, signed_in, text, told):
        answer = signed_in(member_one).post("/en/desk/bureau/documents/new/", {"text": text, "note": NOTE})
        assert answer.status_code == 400
        assert told in answer.content.decode()
        assert not Publication.objects.exists()

    def test_a_body_that_is_too_large_and_no_form_is_told_in_a_sentence(self, bureau, member_one, signed_in):
        body = b"x" * (1024 * 1024 + 1)
        answer = signed_in(member_one).post("/en/desk/bureau/documents/new/", body, content_type="text/plain")
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.content.decode()
        assert not Publication.objects.exists()

    @pytest.mark.parametrize("locale", list(BY_PATH))
    def test_every_page_is_there_in_every_language(self, waiting, member_two, signed_in, locale):
        client, base = signed_in(member_two), f"/{locale}/desk/bureau/documents/"
        for path in ("", "new/", f"{waiting.id}/"):
            answer = client.get(base + path)
            assert answer.status_code == 200
            assert b"<script" not in answer.content
        assert json.loads(client.get(f"{base}{waiting.id}.json").content)["id"] == waiting.document
