"""Members come by invitation, go by an administrator's word, and see nothing of other organisations."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from touchstone_server.access.requests import Refused, roles_of
from touchstone_server.access.rules import APPROVING, Actor, Refusal, Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.language import BY_PATH
from touchstone_server.organisations import letters, services
from touchstone_server.organisations.models import Invitation, Membership, OperatorSession
from touchstone_server.pages import PAGE
from touchstone_server.texts import plain_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def college(organisation):
    return organisation("college")


@pytest.fixture
def administrator(member, college):
    return member("Ada", college, Role.ADMINISTRATOR)


def acting_as(user: User) -> Actor:
    return Actor(user.id, roles_of(user.id), strong=True)


def an_operator(person) -> User:
    operator = person("Otto")
    operator.is_operator = True
    operator.save()
    return operator


def test_whoever_takes_up_an_invitation_becomes_a_member(administrator, college, person, acting):
    invited = services.invite(acting(administrator), college, "ben@example.org", [Role.TEACHER, Role.ASSESSOR])
    ben = person("Ben")
    services.accept(acting(ben), invited.secret)
    assert roles_of(ben.id) == {college.id: {Role.TEACHER, Role.ASSESSOR}}


def test_an_invitation_is_taken_up_once(administrator, college, person, acting):
    invited = services.invite(acting(administrator), college, "ben@example.org", [Role.TEACHER])
    services.accept(acting(person("Ben")), invited.secret)
    with pytest.raises(services.InvitationError, match="used"):
        services.accept(acting(person("Cleo")), invited.secret)


def test_an_invitation_expires(administrator, college, person, acting):
    invited = services.invite(acting(administrator), college, "ben@example.org", [Role.TEACHER])
    Invitation.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(services.InvitationError, match="expired"):
        services.accept(acting(person("Ben")), invited.secret)


def test_the_secret_of_an_invitation_is_not_kept(administrator, college, acting):
    invited = services.invite(acting(administrator), college, "ben@example.org", [Role.TEACHER])
    kept = [str(value) for row in Invitation.objects.values() for value in row.values()]
    assert not any(invited.secret in value for value in kept)
    assert not any(invited.secret in str(event.detail) + event.thing for event in AuditEvent.objects.all())


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_invites(member, college, acting, role):
    with pytest.raises(Refused):
        services.invite(acting(member("Ben", college, role)), college, "cleo@example.org", [Role.TEACHER])


def test_nobody_takes_a_role_from_themselves(administrator, college, acting):
    with pytest.raises(Refused, match="about_yourself"):
        services.end_membership(acting(administrator), Membership.objects.get(user=administrator))


def test_a_role_that_ended_counts_no_more(administrator, college, member, acting):
    ben = member("Ben", college, Role.TEACHER)
    services.end_membership(acting(administrator), Membership.objects.get(user=ben))
    assert roles_of(ben.id) == {}


def test_nobody_takes_the_last_administrators_role(administrator, college, person):
    """An operator of the node who stands in would leave an organisation that nobody runs."""
    operator = Actor(person("Olive").id, {college.id: frozenset({Role.ADMINISTRATOR})}, strong=True)
    with pytest.raises(Refused) as refused:
        services.end_membership(operator, Membership.objects.get(role=Role.ADMINISTRATOR))
    assert refused.value.why is Refusal.LAST_ADMINISTRATOR


def test_whoever_invites_takes_no_invitation_of_theirs(administrator, college, acting):
    with pytest.raises(Refused, match="about_yourself"):
        services.invite(acting(administrator), college, administrator.email.upper(), [Role.ISSUING_OFFICER])
    invited = services.invite(acting(administrator), college, "other@example.org", [Role.TEACHER])
    with pytest.raises(services.InvitationError, match="own"):
        services.accept(acting(administrator), invited.secret)
    assert roles_of(administrator.id) == {college.id: {Role.ADMINISTRATOR}}


def test_an_invitation_is_for_the_person_of_its_address(administrator, college, person, acting):
    invited = services.invite(acting(administrator), college, "ben@example.org", [Role.TEACHER])
    with pytest.raises(services.InvitationError, match="other"):
        services.accept(acting(person("Cleo")), invited.secret)
    services.accept(acting(person("Ben")), invited.secret)


@pytest.mark.parametrize("role", sorted(APPROVING))
def test_a_role_that_approves_waits_for_a_second_administrator(administrator, college, member, person, acting, role):
    invited = services.invite(acting(administrator), college, "ben@example.org", [role, Role.TEACHER])
    ben, second = person("Ben"), member("Sam", college, Role.ADMINISTRATOR)
    with pytest.raises(services.InvitationError, match="waits"):
        services.accept(acting(ben), invited.secret)
    with pytest.raises(Refused, match="own_proposal"):
        services.confirm(acting(administrator), invited.invitation)
    services.confirm(acting(second), invited.invitation)
    services.accept(acting(ben), invited.secret)
    assert roles_of(ben.id) == {college.id: {role, Role.TEACHER}}


def test_nobody_confirms_their_own_role(administrator, college, member, acting):
    second = member("Sam", college, Role.ADMINISTRATOR)
    invited = services.invite(acting(administrator), college, second.email, [Role.ISSUING_OFFICER])
    with pytest.raises(Refused, match="about_yourself"):
        services.confirm(acting(second), invited.invitation)


def test_nobody_confirms_a_role_for_another_address_of_theirs(administrator, college, member, acting):
    second = member("Sam", college, Role.ADMINISTRATOR)
    EmailAddress.objects.create(user=second, email="sam@elsewhere.example", verified=True)
    invited = services.invite(acting(administrator), college, "Sam@elsewhere.example", [Role.ISSUING_OFFICER])
    with pytest.raises(Refused, match="about_yourself"):
        services.confirm(acting(second), invited.invitation)


def test_whoever_agreed_to_an_invitation_does_not_take_it_up(administrator, college, member, acting):
    second = member("Sam", college, Role.ADMINISTRATOR)
    invited = services.invite(acting(administrator), college, "sam@elsewhere.example", [Role.ISSUING_OFFICER])
    services.confirm(acting(second), invited.invitation)
    second.email = "sam@elsewhere.example"
    second.save()
    with pytest.raises(services.InvitationError, match="agreed"):
        services.accept(acting(second), invited.secret)


def test_a_link_that_is_taken_back_while_somebody_takes_it_up_lets_nobody_in(
    administrator, college, person, acting, monkeypatch
):
    invited, ben = services.invite(acting(administrator), college, "ben@example.org", [Role.TEACHER]), person("Ben")
    looked_at = services.invitation_of

    def taken_back_once_looked_at(secret):
        found = looked_at(secret)
        services.withdraw(acting(administrator), found)
        return found

    monkeypatch.setattr(services, "invitation_of", taken_back_once_looked_at)
    with pytest.raises(services.InvitationError, match="expired"):
        services.accept(acting(ben), invited.secret)
    assert roles_of(ben.id) == {}


@pytest.mark.parametrize("dismissed", ["Ada", "Sam"])
def test_an_invitation_goes_with_who_made_it_or_agreed_to_it(administrator, college, member, person, acting, dismissed):
    sam, last = member("Sam", college, Role.ADMINISTRATOR), member("Una", college, Role.ADMINISTRATOR)
    invited = services.invite(acting(administrator), college, "ben@example.org", [Role.ISSUING_OFFICER])
    services.confirm(acting(sam), invited.invitation)
    services.end_membership(acting(last), Membership.objects.get(user__name_latin=dismissed))
    with pytest.raises(services.InvitationError, match="expired"):
        services.accept(acting(person("Ben")), invited.secret)


def test_an_operator_stands_in_for_one_organisation_at_a_time(college, organisation, person):
    operator, studio = an_operator(person), organisation("studio")
    services.operate(operator, college, "the administrator lost their key", dt.timedelta(minutes=10))
    services.operate(operator, studio, "the administrator lost their key", dt.timedelta(minutes=10))
    assert [each.organisation for each in OperatorSession.running()] == [studio]


def test_an_operator_confirms_where_there_is_no_second_administrator(administrator, college, person, signed_in):
    invited = services.invite(acting_as(administrator), college, "ben@example.org", [Role.ISSUING_OFFICER])
    operator = an_operator(person)
    services.operate(operator, college, "there is no second administrator", dt.timedelta(minutes=10))
    address = f"/en/desk/college/members/invitations/{invited.invitation.id}/confirm/"
    assert signed_in(operator).post(address).status_code == 302
    services.accept(acting_as(person("Ben")), invited.secret)


def test_nothing_of_an_operator_lasts_longer_than_their_hour(college, person, signed_in):
    operator = an_operator(person)
    session = services.operate(operator, college, "the administrator lost their key", dt.timedelta(minutes=10))
    client, address = signed_in(operator), "/en/desk/college/members/"
    assert client.post(address, {"email": operator.email, "roles": ["administrator"]}).status_code == 403
    page = client.post(address, {"email": "accomplice@example.org", "roles": ["administrator"]}).content.decode()
    link = page.partition('<pre class="mono">')[2].partition("</pre>")[0]
    assert client.post(link.partition("example.org")[2] or link).status_code == 404
    OperatorSession.objects.filter(pk=session.pk).update(until=timezone.now())
    assert client.get(address).status_code == 404
    assert roles_of(operator.id) == {}


def test_a_role_that_ended_is_nobodys_last_one(administrator, college):
    former = Membership.objects.get(user=administrator, role=Role.ADMINISTRATOR)
    Membership.objects.filter(pk=former.pk).update(until=timezone.now())
    former.refresh_from_db()
    assert not services.is_last_administrator(former)


def test_the_last_administrator_stays(administrator, college, member, acting):
    other = member("Sam", college, Role.ADMINISTRATOR)
    first, second = acting(administrator), acting(other)
    services.end_membership(first, Membership.objects.get(user=other))
    with pytest.raises(Refused, match="last_administrator"):
        services.end_membership(second, Membership.objects.get(user=administrator))
    assert Membership.objects.get(user=administrator).until is None


def test_an_operator_stands_in_for_an_hour_at_most_and_on_record(person, college):
    operator = person("Otto")
    with pytest.raises(ValueError, match="operator"):
        services.operate(operator, college, "the administrator lost their key", dt.timedelta(minutes=10))
    operator.is_operator = True
    with pytest.raises(ValueError, match="hour"):
        services.operate(operator, college, "the administrator lost their key", dt.timedelta(hours=2))
    with pytest.raises(ValueError, match="why"):
        services.operate(operator, college, "help", dt.timedelta(minutes=10))
    services.operate(operator, college, "the administrator lost their key", dt.timedelta(minutes=10))
    assert AuditEvent.objects.get(action="operators.begin").organisation == college.id


def test_an_operator_is_appointed_and_dismissed_on_record_and_ends_early(person, college):
    otto = person("Otto")
    services.appoint_operator(otto, is_operator=True)
    services.operate(otto, college, "the administrator lost their key", dt.timedelta(minutes=10))
    assert services.end_operating(otto, college)
    assert not services.end_operating(otto, college)
    services.operate(otto, college, "the administrator lost their key", dt.timedelta(minutes=10))
    services.appoint_operator(otto, is_operator=False)
    assert not OperatorSession.running().exists()
    words = [f"operators.{word}" for word in ("appoint", "begin", "end", "begin", "dismiss", "end")]
    assert list(AuditEvent.objects.order_by("number").values_list("action", flat=True)) == words


class TestPages:
    def test_a_stranger_is_sent_to_sign_in_and_comes_back(self, client):
        answer = client.get("/zh-hans/desk/")
        assert answer.status_code == 302
        assert answer["Location"] == "/zh-hans/account/login/?next=%2Fzh-hans%2Fdesk%2F"

    @pytest.mark.parametrize("locale", ["zh-hans", "zh-hant-hk", "zh-hant-mo", "en", "pt"])
    def test_the_sign_in_page_speaks_the_language_of_its_address(self, client, locale):
        page = client.get(f"/{locale}/account/login/").content.decode()
        words = {"zh-hans": "登录", "zh-hant-hk": "登入", "zh-hant-mo": "登入", "en": "Sign In", "pt": "Iniciar sessão"}
        assert f"<h1>{words[locale]}" in "".join(page.split("\n")).replace("  ", "").replace("<h1> ", "<h1>")

    def test_members_come_in_pages_with_the_same_queries_however_many_they_are(
        self, administrator, college, member, signed_in, django_assert_num_queries
    ):
        client, address = signed_in(administrator), "/en/desk/college/members/"
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        for number in range(PAGE):
            member(f"Zhou{number:02}", college, Role.TEACHER, Role.ASSESSOR)
        with django_assert_num_queries(len(one)):
            first = client.get(address).content.decode()
        last = client.get(f"{address}?page=2").content.decode()
        for number in range(PAGE):
            assert (f"zhou{number:02}@" in first) != (f"zhou{number:02}@" in last)
        for odd in ("x", "0", "9" * 5_000):
            assert client.get(f"{address}?page={odd}").status_code == 200

    def test_an_administrator_invites_and_sees_the_link_once(self, administrator, college, signed_in):
        client = signed_in(administrator)
        answer = client.post("/en/desk/college/members/", {"email": "ben@example.org", "roles": ["teacher"]})
        assert "/en/desk/join/" in answer.content.decode()
        assert "/en/desk/join/" not in client.get("/en/desk/college/members/").content.decode()

    @pytest.mark.parametrize("locale", ["en", "zh-hans", "zh-hant-mo", "pt"])
    def test_the_end_of_a_role_is_asked_for_by_its_name(self, administrator, college, member, signed_in, locale):
        ben = member("Ben", college, Role.TEACHER, Role.MENTOR)
        held, client = Membership.objects.get(user=ben, role=Role.MENTOR), signed_in(administrator)
        address = f"/{locale}/desk/college/members/{held.id}/end/"
        assert address in client.get(f"/{locale}/desk/college/members/").content.decode()
        page = client.get(address).content.decode()
        assert plain_text("desk.role_mentor", BY_PATH[locale].tag) in page
        assert plain_text("desk.role_teacher", BY_PATH[locale].tag) not in page
        assert roles_of(ben.id) == {college.id: {Role.TEACHER, Role.MENTOR}}
        client.post(address)
        assert roles_of(ben.id) == {college.id: {Role.TEACHER}}

    def test_every_role_is_explained_where_it_is_given(self, administrator, college, signed_in):
        page = signed_in(administrator).get("/pt/desk/college/members/").content.decode()
        for role in Role:
            assert plain_text(f"desk.may_{role.value}", "pt") in page

    def test_a_letter_brings_a_link_of_its_own_and_no_secret_waits_in_the_queue(
        self, administrator, college, signed_in, person, settings, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_HOST = "mail.example"
        college.names = {"en": "The {of} college"}
        college.save()
        client, told = signed_in(administrator), {"email": "ben@example.org", "roles": ["teacher"]}
        with django_capture_on_commit_callbacks(execute=True):
            page = client.post("/en/desk/college/members/", told).content.decode()
        assert "letter on its way" in page
        queued = DBTaskResult.objects.get().args_kwargs["args"]
        letters.deliver(*queued)
        [letter] = mail.outbox
        assert "The {of} college" in letter.body
        secret = letter.body.partition("/en/desk/join/")[2].partition("/")[0]
        assert secret not in page + str(queued)
        assert "letter sent" in client.get("/en/desk/college/members/").content.decode()
        services.accept(acting_as(person("Ben")), secret)

    def test_a_mail_server_that_is_down_loses_no_invitation(self, administrator, college, signed_in, settings):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        client, told = signed_in(administrator), {"email": "ben@example.org", "roles": ["teacher"]}
        page = client.post("/en/desk/college/members/", told)
        assert page.status_code == 200
        assert "/en/desk/join/" in page.content.decode()
        letters.deliver(Invitation.objects.get().id, "en", "https://node.example")
        assert "could not be sent" in client.get("/en/desk/college/members/").content.decode()

    def test_a_form_without_roles_is_shown_again_with_what_is_wrong(self, administrator, college, signed_in):
        answer = signed_in(administrator).post("/en/desk/college/members/", {"email": "ben@example.org"})
        assert answer.status_code == 400
        assert "This field is required" in answer.content.decode()
        assert "ben@example.org" in answer.content.decode()

    def test_an_administrator_without_a_second_factor_is_told_how_to_get_one(self, administrator, college, signed_in):
        client = signed_in(administrator, strong=False)
        for locale in ("pt", "zh-hant-hk", "zh-hant-mo", "en"):
            answer = client.post(f"/{locale}/desk/college/members/", {"email": "ben@example.org", "roles": ["teacher"]})
            assert answer.status_code == 403
            assert f"/{locale}/account/2fa/" in answer.content.decode()

    def test_another_organisation_is_not_even_there(self, administrator, college, organisation, signed_in):
        organisation("studio")
        assert signed_in(administrator).get("/en/desk/studio/members/").status_code == 404

    def test_a_form_without_our_token_changes_nothing(self, administrator, college):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(administrator)
        answer = client.post("/en/desk/college/members/", {"email": "ben@example.org", "roles": ["teacher"]})
        assert answer.status_code == 403
        assert not Invitation.objects.exists()

    def test_whoever_makes_an_account_gives_a_name_as_on_their_document(self, client):
        form = {
            "email": "mei@example.org",
            "password1": "correct horse battery staple",
            "name_han": "",
            "name_latin": "",
        }
        assert "one of the two names" in client.post("/en/account/signup/", form).content.decode()
        told = client.post("/en/account/signup/", form | {"password1": "abc"}).text
        assert "one of the two names" in told
        assert "too short" in told, "all that is wrong is told at once"
        client.post("/en/account/signup/", form | {"name_han": "陳大文", "name_latin": "CHAN Tai Man"})
        assert User.objects.get().name == "CHAN Tai Man (陳大文)"
