"""Every page, message and letter of accounts speaks our words: Hong Kong's Chinese, Portugal's Portuguese, and no English beside them."""

from __future__ import annotations

import re
import time
from itertools import chain
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import trans_real

from tests.touchstone_server.test_terms import Read, broken
from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.accounts.models import User
from touchstone_server.accounts.wording import FILE, OurWords
from touchstone_server.language import BY_PATH, LOCALES, Locale
from touchstone_server.texts import all_texts

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "correct horse battery staple", "another horse, another staple"
PROVIDER = {
    "openid_connect": {
        "APPS": [{"provider_id": "university", "name": "大學", "client_id": "x", "secret": "y",
                  "settings": {"server_url": "https://university.example"}}]
    }
}  # fmt: skip
TAIWAN = ("電子郵件", "金鑰", "帳號", "二階", "收件匣", "透過", "令牌", "您", "使用者名稱", "復原代碼", "恢復碼")
BRAZIL = (
    "você",
    "senha",
    "cadastr",
    "arquivo",
    "usuário",
    "habilit",
    "login",
    "token",
    "email",
    "fator",
    "atual",
    "ativar",
    "e-mail",
)
MAINLAND = ("您", "Email", "Passkey", "token", "令牌")
ENGLISH = re.compile(r"\b(the|you|your|this|that|please|have|has|not|with|account|password)\b", re.IGNORECASE)
LATIN_WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
OURS = re.compile(r"\S*@\S+|https?://\S+|CHAN Tai Man|HO Pui")


@pytest.fixture(autouse=True)
def node(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(
        "allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: []
    )  # a browser's, which no test has
    cache.clear()


class Visitor:
    """Somebody who goes from page to page in one locale, and keeps all that they read."""

    def __init__(self, locale: Locale) -> None:
        self.locale, self.client = locale, Client()
        self.read: list[tuple[str, str]] = []

    def get(self, path: str, **told: str) -> HttpResponse:
        return self._keep(path, self.client.get(self._address(path), told, follow=True))

    def post(self, path: str, **told: str) -> HttpResponse:
        return self._keep(path, self.client.post(self._address(path), told, follow=True))

    def _address(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.locale.path}/account/{path}"

    def _keep(self, path: str, answer: HttpResponse) -> HttpResponse:
        assert answer.status_code < 500, path
        if answer["Content-Type"].startswith("text/html"):
            page = re.sub(
                r"<aside.*?</aside>|<header.*?</header>|<footer.*?</footer>", "", answer.content.decode(), flags=re.S
            )
            read = Read(
                re.sub(
                    r"<(script|style|textarea).*?</\1>|<input[^>]*type=\"text\"[^>]*readonly[^>]*>",
                    "",
                    page,
                    flags=re.S,
                )
            )
            self.read.append((path, "\n".join(read.by_language[self.locale.tag])))
        return answer

    def sign_in(self, user: User) -> None:
        user.refresh_from_db()
        self.client.force_login(user)
        session = self.client.session
        session[SESSION_METHODS] = [{"method": "password", "at": time.time()}]
        session[f"{SESSION_METHODS}_user"] = str(user.id)
        session.save()


def chan() -> User:
    user = User.objects.create_user("chan@example.org", PASSWORD, name_latin="CHAN Tai Man")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def walk(locale: Locale) -> Visitor:
    """Read every page of accounts, and what each says when something goes wrong or well."""
    visitor, user = Visitor(locale), chan()
    before_the_door(visitor, user)
    at_the_door(visitor, user)
    inside(visitor, user)
    factors(visitor, user)
    institutions(visitor, user)
    return visitor


def before_the_door(visitor: Visitor, user: User) -> None:
    for path in ("login/", "signup/", "password/reset/", "password/reset/done/", "inactive/", "confirm-email/"):
        visitor.get(path)
    visitor.post("signup/", email="x", password1="short")
    visitor.post("signup/", email="new@example.org", password1="passwordpassword", name_latin="HO Pui")
    visitor.post(
        "signup/", email="chan.tai.man@example.org", password1="chan.tai.man@example.org", name_latin="x" * 200
    )
    visitor.post("signup/", email="new@example.org", password1=OTHER, name_latin="HO Pui")
    visitor.post("logout/")
    visitor.post("signup/", email="chan@example.org", password1=OTHER, name_latin="CHAN Tai Man")
    visitor.post("password/reset/", email="x")
    visitor.post("password/reset/", email="nobody@example.org")
    visitor.post("password/reset/", email="chan@example.org")
    link = next(each for each in re.findall(r"http\S+", mail.outbox[-1].body))
    where = urlsplit(visitor.get(urlsplit(link).path).redirect_chain[-1][0]).path
    visitor.post(where, password1=OTHER, password2=PASSWORD)
    visitor.post(where, password1=PASSWORD, password2=PASSWORD)
    visitor.get("password/reset/key/1-set-password/")
    for address in (
        EmailAddress.objects.get(email="new@example.org"),
        EmailAddress.objects.get(email="chan@example.org"),
    ):
        confirm = f"confirm-email/{EmailConfirmationHMAC(address).key}/"
        visitor.get(confirm)
        visitor.post(confirm)
    visitor.get("confirm-email/nonsense/")


def at_the_door(visitor: Visitor, user: User) -> None:
    visitor.post("login/", login="", password="")
    visitor.post("login/", login="chan@example.org", password=OTHER)
    visitor.post("login/", login="chan@example.org", password=PASSWORD)
    visitor.get("logout/")
    visitor.post("logout/")


def inside(visitor: Visitor, user: User) -> None:
    visitor.sign_in(user)
    for path in ("email/", "password/change/", "reauthenticate/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/",
                 "2fa/webauthn/add/", "3rdparty/"):  # fmt: skip
        visitor.get(path)
    visitor.post("reauthenticate/", password=OTHER)
    visitor.post("password/change/", oldpassword=OTHER, password1="short", password2="other")
    visitor.post("password/change/", oldpassword=PASSWORD, password1=PASSWORD, password2=PASSWORD)
    visitor.sign_in(user)
    visitor.post("email/", action_add="", email="chan@example.org")
    visitor.post("email/", action_add="", email="second@example.org")
    visitor.post("email/", action_send="", email="second@example.org")
    visitor.post("email/", action_primary="", email="second@example.org")
    visitor.post("email/", action_primary="", email="chan@example.org")
    visitor.post("email/", action_remove="", email="chan@example.org")
    visitor.post("email/", action_remove="", email="second@example.org")
    visitor.get("password/reset/")
    user.set_unusable_password()
    user.save()
    visitor.sign_in(user)
    visitor.get("password/set/")
    visitor.post("password/set/", password1=OTHER, password2=PASSWORD)
    visitor.post("password/set/", password1=PASSWORD, password2=PASSWORD)


def factors(visitor: Visitor, user: User) -> None:
    visitor.sign_in(user)
    visitor.get("2fa/totp/activate/")
    visitor.post("2fa/totp/activate/", code="000")
    secret = visitor.client.session["mfa.totp.secret"]
    visitor.post("2fa/totp/activate/", code=code_of(secret))
    for path in (
        "2fa/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/totp/deactivate/",
        "2fa/reauthenticate/",
    ):
        visitor.get(path)
    visitor.post("2fa/recovery-codes/generate/")
    visitor.post("2fa/reauthenticate/", code="000")
    for name in ("one", "two"):
        key = Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": {}})
        visitor.get("2fa/")
    for path in ("2fa/webauthn/", f"2fa/webauthn/keys/{key.pk}/edit/", f"2fa/webauthn/keys/{key.pk}/remove/"):
        visitor.get(path)
    visitor.post(f"2fa/webauthn/keys/{key.pk}/edit/", name="")
    visitor.get("reauthenticate/")
    visitor.get("2fa/webauthn/reauthenticate/")
    visitor.post("2fa/webauthn/reauthenticate/", credential="{}")
    visitor.post(f"2fa/webauthn/keys/{key.pk}/remove/")
    visitor.post("logout/")
    visitor.post("login/", login="chan@example.org", password=PASSWORD)
    visitor.post("2fa/authenticate/", code="000")
    visitor.post("2fa/webauthn/login/", credential="{}")
    visitor.sign_in(user)
    visitor.post("2fa/totp/deactivate/")


def institutions(visitor: Visitor, user: User) -> None:
    visitor.get("oidc/university/login/", process="connect")
    visitor.client.logout()
    for path in ("oidc/university/login/", "3rdparty/login/cancelled/", "3rdparty/login/error/"):
        visitor.get(path)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def asked(monkeypatch) -> set[str]:
    """Every sentence that a page asked allauth's and Django's catalogues for."""
    found: set[str] = set()

    def noting(name: str):
        real = getattr(trans_real.DjangoTranslation, name)

        def note(self, message: str, *told: object) -> str:
            found.add(message)
            return real(self, message, *told)

        monkeypatch.setattr(trans_real.DjangoTranslation, name, note)

    for name in ("gettext", "ngettext"):
        noting(name)
    return found


NOT_SHOWN = {":", "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to "
             "authenticate using other backends, such as Single Sign-On or LDAP."}  # fmt: skip
IN_DAILY_USE = ("zh-hant-hk", "zh-hans", "pt")


def strange(locale: Locale, words: str) -> list[str]:
    """Return what of some words is not of the locale: English, and what another region says."""
    words = OURS.sub("", words)
    if locale.tag == "en":
        return re.findall(r"[\u4e00-\u9fff]{2,}", words.replace("大學", ""))
    if locale.tag == "pt":
        return ENGLISH.findall(words) + [each for each in BRAZIL if each in words.lower()]
    foreign = MAINLAND if locale.tag == "zh-Hans" else TAIWAN
    return LATIN_WORDS.findall(words) + [each for each in foreign if each in words] + broken({locale.tag: words})


@pytest.mark.parametrize(
    "path",
    [each if each in IN_DAILY_USE else pytest.param(each, marks=pytest.mark.soak) for each in BY_PATH],
)
def test_every_page_and_letter_of_accounts_speaks_as_its_region_does(path, asked):
    visitor = walk(BY_PATH[path])
    assert {where: found for where, words in visitor.read if (found := strange(visitor.locale, words))} == {}
    assert len(mail.outbox) >= 4
    assert not [each.subject for each in mail.outbox if strange(visitor.locale, f"{each.subject}\n{each.body}")]
    theirs = {texts["en"] for key, texts in all_texts().items() if key.startswith(FILE)}
    assert asked - theirs <= NOT_SHOWN, "a sentence of allauth or Django that has no words of ours"


def test_words_of_ours_are_found_by_a_sentence_that_is_still_theirs():
    catalogues = [trans_real.translation(code)._catalog.keys() for code in ("fr", "de", "ja", "ar")]
    known = {key if isinstance(key, str) else key[0] for key in chain.from_iterable(catalogues)}
    theirs = {texts["en"] for key, texts in all_texts().items() if key.startswith(FILE) and not key.endswith("_many")}
    assert theirs <= known


def test_one_and_several_are_told_apart_where_a_language_does():
    found = {locale.path: OurWords(locale.tag) for locale in LOCALES}
    sentence = "You have added %(count)s security key."
    assert [found["pt"]._catalog[sentence, each] for each in (0, 1)] == [
        "Tem %(count)s chave de segurança.", "Tem %(count)s chaves de segurança.",
    ]  # fmt: skip
    assert found["zh-hans"]._catalog[sentence, 1] == "已添加 %(count)s 个安全密钥。"


def test_words_of_another_region_are_found():
    assert strange(BY_PATH["zh-hant-hk"], "請輸入您的電子郵件 Please enter your address") != []
    assert strange(BY_PATH["pt"], "Faça o login com a sua senha") == ["senha", "login"]
    assert strange(BY_PATH["zh-hans"], "请输入密码 chan@example.org") == []


@pytest.mark.parametrize(("host", "said", "unsaid"), [
    ("", "This node sends no mail", "on its way"),
    ("mail.example", "on its way", "This node sends no mail"),
])  # fmt: skip
def test_a_letter_is_said_to_be_sent_only_where_one_is(settings, host, said, unsaid):
    settings.EMAIL_HOST = host
    visitor = Visitor(BY_PATH["en"])
    visitor.sign_in(chan())
    visitor.post("email/", action_add="", email="second@example.org")
    visitor.post("password/reset/", email="chan@example.org")
    visitor.get("confirm-email/")
    for path, words in visitor.read:
        assert said in words, path
        assert unsaid not in words, path


def test_a_link_in_a_letter_keeps_the_language_and_leads_where_it_says():
    visitor = Visitor(BY_PATH["pt"])
    chan()
    visitor.post("password/reset/", email="chan@example.org")
    [letter] = mail.outbox
    assert letter.subject == "Nova palavra-passe"
    assert "http://testserver/pt/account/password/reset/key/" in letter.body


def test_whoever_tries_too_often_is_told_so_in_their_language(settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    visitor = Visitor(BY_PATH["zh-hant-mo"])
    answer = [visitor.post("password/reset/", email="nobody@example.org") for _ in range(2)][-1]
    assert answer.status_code == 429
    assert "請求過於頻密" in answer.content.decode()
