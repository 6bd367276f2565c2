"""The journeys of each role, walked from one page to the next on a node of the demonstration: half on a phone, half at a desk.

Each person has a browser context of their own. A journey ends with what somebody else sees of it. Every page of people who have signed in
is looked at by axe once; test_every_page.py looks at the others.
"""

from __future__ import annotations

import base64
import hmac
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.test_walks import enter, tab_to
from touchstone.library.samples import samples
from touchstone.standards.exchange.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Node
    from tests.browser.provider import Provider

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LEARNER = "CHAN Tai Man"
SCALE = """kind: LevelScale
id: https://association.example/scales/filigree
version: "1"
title: {en: Levels of filigree}
publisher: did:web:mo-association.example
status: in_force
levels: [{code: "1"}, {code: "2"}]
"""
PASSWORD = "a ring of fine gold"
EVERY_RULE = {"resultTypes": ["violations"]}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def opened(browser: Browser, node: Node) -> Iterator[Callable[..., Page]]:
    """Open a page of somebody's own: ``opened(PHONE)`` a stranger's, ``opened(DESK, "teacher")`` of one of the cast, at their desk.

    Whatever asked another host than the node, and one that is named, or complained, is told at the end.
    """
    made, strange = [], []

    def open_for(screen: dict[str, int], key: str = "", *, also: str = "nowhere") -> Page:
        context = browser.new_context(viewport=screen, reduced_motion="reduce")
        context.set_default_timeout(8_000)
        made.append(context)
        page = context.new_page()
        page.on("request", lambda asked: asked.url.startswith((node.address, also)) or strange.append(asked.url))
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.goto(f"{node.address}/en/demo/" if key else f"{node.address}/en/")
        if key:
            with page.expect_navigation():  # a click alone does not wait until the page is there
                page.locator(f"form[action$='/as/{key}/'] button").click()
            assert page.url.endswith("/en/desk/")
        return page

    yield open_for
    for context in made:
        context.close()
    assert not strange


def press(page: Page, name: str) -> None:
    """Follow a link or send a form by the words on it, and wait for the page that it leads to: a click alone does not."""
    with page.expect_navigation():
        named(page, name).click()


def named(page: Page, name: str) -> Locator:
    """Return the button or link that says something."""
    main = page.get_by_role("main")
    return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first


def look(page: Page) -> None:
    """See that the page is accessible and no wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe(axe_script="0") if page.evaluate("'axe' in window") else Axe()
    found = axe.run(page, options=EVERY_RULE)
    assert not found.violations_count, f"{page.url}\n{found.generate_report()}"
    assert not page.evaluate(WIDER), f"{page.url} is wider than the screen"


class Issued(NamedTuple):
    """A certificate that came out of the desk."""

    public: str
    code: str


@pytest.fixture(scope="module")
def issued(opened: Callable[..., Page], node: Node) -> Issued:
    """A certificate that a teacher prepared, an officer approved and a worker issued; the journey on which the others rest."""
    teacher = opened(DESK, "teacher")
    look(teacher)
    press(teacher, "Issuing desk")
    look(teacher)
    press(teacher, "New group")
    look(teacher)
    teacher.get_by_label("Name of the group").fill("Evening class")
    teacher.get_by_label("Qualification").select_option("Jewellery maker (Guangdong, level three)")
    teacher.get_by_label("Or type the learners").fill(f"{LEARNER}\nLEI Sut Fan")
    teacher.get_by_label("units and levels").check()
    press(teacher, "Check the table")
    assert "2 certificates can be issued" in teacher.locator("main").inner_text()
    look(teacher)
    press(teacher, "Send for approval")
    assert not teacher.get_by_role("button", name="Approve", exact=True).count(), "nobody approves their own"

    officer = opened(PHONE, "certification-officer-gd")
    press(officer, "Issuing desk")
    press(officer, "Evening class")
    press(officer, "Approve")
    assert officer.locator("progress").is_visible()
    look(officer)

    turn = [sys.executable, str(Path(__file__).parent / "one_turn.py"), "gd-college", LEARNER]
    code = subprocess.run(turn, env=node.environment, check=True, capture_output=True, text=True, timeout=60).stdout
    officer.reload()
    assert officer.get_by_role("link", name="Save all as one file").is_visible()
    look(officer)
    press(officer, LEARNER)
    look(officer)
    press(officer, "Public page")
    return Issued(officer.url, code.strip())


def test_what_a_group_was_issued_is_read_by_anybody_who_scans_it(opened, issued: Issued, node: Node):
    reader = opened(PHONE)
    reader.goto(f"{node.address}/C/{issued.public.rstrip('/').rsplit('/', 1)[1]}")

    assert reader.locator(".verdict.ok h1").inner_text() == "Valid"
    assert LEARNER in reader.locator("main").inner_text()
    assert not reader.context.cookies()


def test_a_learner_claims_by_code_and_shares_what_a_verifier_sees(opened, issued: Issued):
    learner = opened(PHONE, "learner")
    press(learner, "My passport")
    look(learner)
    press(learner, "Take in a certificate by its code")
    look(learner)
    learner.get_by_label("Code", exact=True).fill(issued.code.lower())
    learner.get_by_label("I agree that this node keeps").check()
    press(learner, "Take it in")
    look(learner)
    learner.get_by_label("It is mine, though it bears another name").check()  # the group was of people of other names
    press(learner, "Take it in")
    look(learner)
    press(learner, "Share by a link")
    learner.get_by_label("For whom").fill("the workshop")
    learner.get_by_label("I agree that whoever has a link").check()
    look(learner)
    press(learner, "Make the link")
    look(learner)

    verifier = opened(DESK)
    verifier.goto(learner.get_by_label("address").first.input_value())
    assert verifier.locator(".verdict.ok h1").inner_text() == "Valid"
    look(verifier)

    learner.reload()
    assert "opened 1 time" in learner.locator("main").inner_text()
    press(learner, "End this link now")
    verifier.reload()
    assert verifier.locator("h1").inner_text() == "Nothing is shown here"


def test_what_the_rules_leave_open_is_decided_by_an_officer_and_on_appeal_by_another(opened, node: Node):
    holder = opened(DESK, "learner")
    holder.goto(f"{node.address}/en/passport/bring/")
    wallet = {"name": "wallet.json", "mimeType": "application/json", "buffer": wallet_of(node)}
    holder.locator("input[type=file]").set_input_files(wallet)
    if (agree := holder.get_by_label("I agree that this node keeps")).count():
        agree.check()
    with holder.expect_navigation():  # going on at once would leave the form unsent
        holder.locator("main form button").click()
    holder.goto(f"{node.address}/en/explorer/file/?sample=wallet")
    press(holder, "Continue")
    press(holder, "Continue")
    press(holder, "Certificate in stone setting")
    press(holder, "Ask a recognition body")
    look(holder)
    holder.get_by_label("Illustrative recognition body, Hong Kong").check()
    press(holder, "File the case")
    look(holder)
    assert "/cases/file/" not in holder.url, holder.locator("main").inner_text()

    officer = opened(PHONE, "certification-officer-hk")
    press(officer, "Recognition cases")
    look(officer)
    decide(officer, found=False, seen=True)
    assert "decided" in officer.locator("main").inner_text()

    holder.reload()
    press(holder, "Appeal")
    look(holder)
    holder.get_by_label("What is not right?").fill("The trial piece was mine.")
    press(holder, "Send the appeal")

    officer.reload()
    assert "another officer decides the appeal" in officer.locator("main").inner_text()
    assert not officer.get_by_role("link", name="Decide this case").count()
    second = opened(DESK, "second-officer-hk")
    press(second, "Recognition cases")
    decide(second, found=True)
    holder.reload()
    assert "decided on appeal" in holder.locator("main").inner_text()
    assert not holder.get_by_role("link", name="Appeal").count()


def wallet_of(node: Node) -> bytes:
    """Return the sample wallet as the node has it, whatever the tests of this process did to theirs."""
    code = (
        "import sys, datetime; from {0} import samples; sys.stdout.buffer.write(samples(datetime.date.today()).wallet)"
    )
    made = subprocess.run(
        [sys.executable, "-c", code.format(samples.__module__)], env=node.environment, capture_output=True, check=True
    )
    return made.stdout


def decide(officer: Page, *, found: bool, seen: bool = False) -> None:
    """Decide the only case in a queue: settle each fact, see what the rules say, sign."""
    press(officer, "Certificate in stone setting")
    press(officer, "Decide this case")
    if seen:
        look(officer)
    for field in officer.get_by_label("It is met" if found else "It is not met, or not shown", exact=True).all():
        field.check()
    for field in officer.get_by_label("On what grounds?").all():
        field.fill("Seen at the bench.")
    officer.get_by_label("Reasons of the decision").fill("A trial piece was set.")
    press(officer, "See what the rules say with this")
    assert "Nothing is decided yet" in officer.locator("main").inner_text()
    press(officer, "Make the decision")


def test_what_a_secretary_puts_up_is_published_by_the_committee_and_pulled_by_anybody(opened, node: Node):
    secretary = opened(PHONE, "certification-officer-mo")
    press(secretary, "Publishing documents")
    look(secretary)
    press(secretary, "Put up a document")
    look(secretary)
    secretary.get_by_label("Or its text").fill(SCALE.replace("in_force", "draft"))
    secretary.get_by_label("Why it should be published").fill("Asked for by the trade.")
    press(secretary, "Check and put up")
    assert "says that it is a draft" in secretary.locator("main").inner_text()
    look(secretary)
    secretary.get_by_label("Or its text").fill(SCALE)
    press(secretary, "Check and put up")
    assert not secretary.get_by_role("button", name="Publish").count(), "nobody publishes their own"

    member = opened(DESK, "committee-member")
    press(member, "Publishing documents")
    press(member, "Levels of filigree")
    assert "0 of 9 answers change" in member.locator("main").inner_text()
    look(member)
    member.get_by_label("Reasons of the decision").fill("As agreed in the committee.")
    with member.expect_navigation():
        member.get_by_role("button", name="Publish", exact=True).click()
    look(member)
    press(member, "Where others pull it")
    assert '"Levels of filigree"' in member.content()


def test_an_administrator_invites_and_who_is_invited_signs_in_by_keyboard_and_is_asked_for_a_second_factor(
    opened, node: Node
):
    administrator = opened(DESK, "certification-officer-gd")
    press(administrator, "Members and roles")
    look(administrator)
    administrator.get_by_label("E-mail address").fill("ada@example.org")
    administrator.get_by_role("checkbox", name="Teacher Prepares").check()
    press(administrator, "Invite")
    letter = administrator.locator("pre.mono").inner_text().strip()

    guest = opened(PHONE)
    guest.goto(letter)
    look(guest)
    press(guest, "Make an account")
    look(guest)
    guest.get_by_label("Email").fill("ada@example.org")
    guest.get_by_label("Name in Latin letters").fill("LAM Ada")
    guest.get_by_label("Password").fill(PASSWORD)
    press(guest, "Sign Up")
    press(guest, "Accept")
    assert "Illustrative college, Guangdong" in guest.locator("main").inner_text()

    returning = opened(DESK)
    tab_to(returning, "Desk")
    enter(returning)
    look(returning)
    tab_to(returning, "Email")
    returning.keyboard.type("ada@example.org")
    tab_to(returning, "Password")
    returning.keyboard.type(PASSWORD)
    returning.keyboard.press("Enter")
    returning.wait_for_url("**/en/desk/")
    tab_to(returning, "Issuing desk")
    enter(returning)
    assert "passkey or a second factor" in returning.locator("main").inner_text()
    tab_to(returning, "Set one up")


def test_a_group_is_prepared_by_keyboard_alone(opened):
    returning = opened(DESK, "certification-officer-gd")
    tab_to(returning, "Issuing desk")
    enter(returning)
    tab_to(returning, "New group")
    enter(returning)
    tab_to(returning, "Name of the group")
    returning.keyboard.type("By keyboard")
    tab_to(returning, "Or type the learners")
    returning.keyboard.type("WONG Mei")
    tab_to(returning, "Check the table")
    enter(returning)
    tab_to(returning, "Send for approval")
    enter(returning)
    assert "to be approved" in returning.locator("main").inner_text()


def test_a_table_of_people_is_looked_at_then_invites_and_its_links_are_saved(opened):
    administrator = opened(PHONE, "park-secretary")
    press(administrator, "Members and roles")
    press(administrator, "Invite by a table")
    look(administrator)
    rows = "name\temail\troles\nLEI Sut Fan\tfan@example.org\tmentor\nHO\tnobody\tmentor"
    administrator.get_by_label("Or paste the rows").fill(rows)
    press(administrator, "Look at each row")
    assert "1 row is not used" in administrator.locator("main").inner_text()
    look(administrator)
    press(administrator, "Invite 1 person")
    look(administrator)
    with administrator.expect_download() as saved:
        named(administrator, "Save as a table").click()
    (_, invited) = read_table(Path(saved.value.path()).read_bytes(), "saved.xlsx").sheet.rows

    guest = opened(DESK)
    guest.goto(invited.cells[3])
    assert "jewellery park" in guest.locator("main").inner_text()


def test_a_certificate_is_revoked_by_two_officers_and_only_once_its_number_was_typed(opened, issued: Issued):
    officer = opened(DESK, "certification-officer-gd")
    press(officer, "Issuing desk")
    press(officer, "Evening class")
    press(officer, "LEI Sut Fan")
    officer.get_by_text("Revoke, suspend or issue anew").click()
    officer.get_by_label("Revoke", exact=True).check()
    officer.get_by_label("Reason").fill("The marks were mixed up.")
    press(officer, "Propose")

    second = opened(PHONE, "programme-leader")
    second.goto(officer.url)
    look(second)
    number = second.locator("dd.mono").first.inner_text()
    second.get_by_label("To confirm").fill("yes")
    press(second, "Approve")
    assert "Nothing was done" in second.locator("main").inner_text()
    look(second)
    second.get_by_label("To confirm").fill(number.lower())
    press(second, "Approve")
    press(second, "Public page")
    assert second.locator(".verdict.no h1").inner_text() == "Revoked"


@pytest.mark.parametrize(
    ("key", "path", "screen"),
    [
        ("committee-member", "desk/mo-association/exchange/", DESK),
        ("certification-officer-gd", "desk/gd-college/transfers/", PHONE),
        ("certification-officer-gd", "desk/sign-ins/", PHONE),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value["width"]),
)
def test_a_page_beside_the_journeys_is_accessible(opened, node: Node, key: str, path: str, screen: dict[str, int]):
    page = opened(screen, key)
    answer = page.goto(f"{node.address}/en/{path}")

    assert answer.status == 200
    look(page)


def sign_up(page: Page, node: Node, email: str) -> None:
    """Make an account of one's own."""
    page.goto(f"{node.address}/en/account/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Name in Latin letters").fill("LAM Ada")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign Up")
    assert "by password alone" in page.locator("main").inner_text()


def confirm(page: Page) -> None:
    """Show once more who it is, before something changes by which one signs in."""
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Confirm")


def sign_out(page: Page, node: Node) -> None:
    """Leave, and stand before the door again."""
    page.goto(f"{node.address}/en/account/logout/")
    press(page, "Sign Out")
    page.goto(f"{node.address}/en/account/login/")


def sign_in(page: Page, email: str, code: str) -> None:
    """Sign in by password, and then by a code."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(code)
    press(page, "Sign In")
    assert page.url.endswith("/en/desk/")
    assert "by password alone" not in page.locator("main").inner_text()


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238, RFC 4226)."""
    tag = hmac.digest(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), "sha1")
    return f"{int.from_bytes(tag[(at := tag[-1] & 15) : at + 4], 'big') % (1 << 31) % 10**6:06}"


def test_a_second_factor_signs_in_by_code_by_recovery_code_and_as_a_passkey_alone(opened, node: Node):
    page, email = opened(PHONE), "two@example.org"
    sign_up(page, node, email)
    press(page, "Passkeys and second factor")
    look(page)
    press(page, "Activate")
    look(page)
    confirm(page)
    look(page)
    assert page.evaluate("document.querySelector('img.qr').naturalWidth > 0"), "the policy lets the QR code be seen"
    secret = page.get_by_label("Authenticator secret").input_value().replace(" ", "")
    page.get_by_label("Authenticator code").fill(code_of(secret))
    press(page, "Activate")
    look(page)
    recovery = page.get_by_label("Unused codes").input_value().split()
    sign_out(page, node)
    sign_in(page, email, code_of(secret))
    sign_out(page, node)
    sign_in(page, email, recovery[0])

    page.set_viewport_size(DESK)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    page.goto(f"{node.address}/en/account/2fa/webauthn/add/")  # who has just signed in is not asked anew
    look(page)
    press(page, "Add")
    page.wait_for_url("**/account/2fa/")
    press(page, "Manage")
    look(page)
    sign_out(page, node)
    tab_to(page, "Sign in with a passkey")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/desk/")
    assert "by password alone" not in page.locator("main").inner_text()


def test_an_institution_signs_its_people_in(opened, node: Node, university: Provider):
    page = opened(PHONE, also=university.address)
    page.goto(f"{node.address}/en/account/login/")
    press(page, "Illustrative university")
    look(page)
    press(page, "Continue")
    page.get_by_role("link", name="Yes, it is me").click()
    look(page)
    page.get_by_label("Name in Latin letters").fill("HO Wai Yin")
    press(page, "Sign Up")
    assert page.url.endswith("/en/desk/")

    again = opened(DESK, also=university.address)
    again.goto(f"{node.address}/en/account/login/")
    press(again, "Illustrative university")
    press(again, "Continue")
    again.get_by_role("link", name="Yes, it is me").click()
    assert again.url.endswith("/en/desk/")
    assert "HO Wai Yin" in again.locator("header.bar").inner_text()
