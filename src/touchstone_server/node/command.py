# SPDX-License-Identifier: Apache-2.0
"""``touchstone-node``: serve, look after, and people a node."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from touchstone_server import clock

if TYPE_CHECKING:
    from touchstone_server.accounts.models import User

# What a command needs is imported in it: Django must be set up first (``main``), and  --help  waits for none of it.
app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Run and look after a node."
)
Known = Annotated[
    bool, typer.Option("--known", help="The account of that address is theirs, though nobody has proven it.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def serve() -> None:
    """Serve the pages."""
    from touchstone_server.node.serving import serve as run

    raise typer.Exit(run())


@app.command()
def demo(
    *, fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was done in the demonstration before.")] = False
) -> None:
    """Start the demonstration: the nodes of three regions on this machine, with made-up people."""
    from touchstone_server.demo.running import run

    raise typer.Exit(run(fresh=fresh))


@app.command()
def check(*, as_json: Json = False) -> None:
    """Say what is unsafe or not well; exit 1 if anything is, 0 if there is advice at most."""
    import orjson

    from touchstone_server.node.findings import findings

    found = findings()
    if as_json:
        typer.echo(orjson.dumps([finding._asdict() for finding in found]).decode())
    for finding in () if as_json else found:
        typer.echo(f"{finding.severity:7} {finding.sentence} ({finding.code})")
    if not found and not as_json:
        typer.echo("Nothing is unsafe, and all is well.")
    raise typer.Exit(int(any(finding.severity != "advice" for finding in found)))


@app.command()
def audit(
    *,
    known: Annotated[
        str, typer.Option(help="what this command printed before: exit 1 if the log no longer holds it")
    ] = "",
) -> None:
    """Print how far the audit log goes, as NUMBER:DIGEST, to be kept elsewhere; exit 1 if it is not what it was."""
    from touchstone_server.audit.services import BEGINNING, Mark, newest, still_holds

    number, _, digest = known.strip().partition(":")
    if known and not (number.isdecimal() and len(digest) == len(BEGINNING)):
        _fail(f"{known!r} is no mark of the log: it reads NUMBER:DIGEST, as this command prints it.")
    mark = Mark(int(number), digest) if known else newest()
    if not still_holds(mark):
        typer.echo("The audit log is not what it was: compare it with a copy from before.", err=True)
        raise typer.Exit(1)
    typer.echo("{}:{}".format(*newest()))


@app.command()
def migrate() -> None:
    """Bring the database into the shape that this version needs."""
    from django.core.management import call_command

    call_command("migrate", verbosity=1, interactive=False)


@app.command()
def worker() -> None:
    """Do the long work, and look after the node: issue the groups that were approved, sign status lists in time, let go of what is due.

    Stop it with Ctrl-C; it finishes what it is doing.
    """
    from django.core.management import call_command

    from touchstone_server.issuing import services
    from touchstone_server.node import looking_after

    looking_after.begin()
    services.resume_all()
    call_command("db_worker", verbosity=1)


@app.command()
def pull(
    *,
    save: Annotated[
        Path | None,
        typer.Option(
            help="a folder into which what came and what was published here is written, where it is official and signed"
        ),
    ] = None,
    unproved: Annotated[
        bool, typer.Option("--all", help="with --save: what nobody who speaks for it has signed, too")
    ] = False,
    as_json: Json = False,
) -> None:
    """Pull public documents from the peers that TOUCHSTONE_PEERS names; exit 1 if one did not answer or something was refused."""
    import orjson
    from django.conf import settings

    from touchstone_server.exchange.saving import save_all
    from touchstone_server.exchange.services import pull_all

    if not settings.TOUCHSTONE_PEERS:
        _fail("No peers are named: set TOUCHSTONE_PEERS, for example  TOUCHSTONE_PEERS=https://node.example")
    told = pull_all()
    if as_json:
        typer.echo(orjson.dumps([each._asdict() for each in told]).decode())
    for each in () if as_json else told:
        came = (
            "nothing has changed" if each.unchanged else f"{each.taken} new, {each.known} known, {each.refused} refused"
        )
        typer.echo(f"{each.peer}: {each.problem or came}")
    saved = save_all(save, unproved=unproved) if save else None
    if saved and not as_json:
        typer.echo(f"{saved.written} documents are in {save}. Name it in TOUCHSTONE_DOCUMENTS to decide by them.")
    if saved and saved.unproved and not as_json:
        typer.echo(f"{saved.unproved} more are signed by nobody who speaks for them; --all writes those, too.")
    raise typer.Exit(int(any(each.problem or each.refused for each in told)))


@app.command()
def backup(file: Path) -> None:
    """Copy all that the node keeps into one file, while it runs."""
    from django.conf import settings

    from touchstone_server.node.backup import BackupError, back_up

    try:
        size = back_up(settings.TOUCHSTONE_DATA, file)
    except BackupError as error:
        _fail(str(error))
    typer.echo(f"{file}: {size / 2**20:.1f} MiB. It holds the node's secrets: keep it as safe as the node.")


@app.command()
def restore(file: Path) -> None:
    """Make a node from such a file, in an empty data folder and an empty database."""
    from django.conf import settings

    from touchstone_server.node import backup

    try:
        named = backup.restore(file, settings.TOUCHSTONE_DATA)
    except backup.BackupError as error:
        _fail(str(error))
    typer.echo(f"All that {file} holds is in {settings.TOUCHSTONE_DATA}. Now run  touchstone-node check")
    for each in named:
        typer.echo(f"It relied on this, so set  {each}")
    typer.echo(
        "What happened after the copy was taken is forgotten: what was revoked since would count again, consents that were withdrawn run\n"
        "again, and whoever was dismissed has their role again, with the password of that day.\n"
        "So the node signs nothing and hands out no status list until you run  touchstone-node resume  with the lists published last, and\n"
        "until then nobody signs in but its operators: end the roles again that were ended since. All sessions, share links, claim codes\n"
        "and invitations have ended. What  touchstone-node audit  prints here, beside the line it printed last, tells how many entries\n"
        "of the log are missing."
    )
    _erase_again()


def _erase_again() -> None:
    """Erase those anew who are back with a copy, and say so; the database gets the shape that this needs."""
    from django.conf import settings
    from django.core.management import call_command

    from touchstone_server.node.findings import pending_migrations
    from touchstone_server.passport import erasing, erasures

    if not erasures.listed():
        typer.echo(
            f"Who was erased since is back: put the  {erasures.FILE}  of the node as it was into {settings.TOUCHSTONE_DATA} before  resume."
        )
        return
    if pending_migrations():
        call_command("migrate", verbosity=0)
    again = erasing.erase_again()
    typer.echo(f"By  {erasures.FILE}  {again} {'person was' if again == 1 else 'people were'} erased anew.")
    erasing.note_erasures()


@app.command()
def resume(
    lists: Annotated[
        list[Path] | None, typer.Argument(help="the status lists as they were published last, a file each")
    ] = None,
    *,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="go on without the lists that nobody has any more")
    ] = False,
) -> None:
    """After a restore: take over what the status lists said last, so that what was revoked stays revoked, and let the node sign again.

    Who was erased since is erased anew, as far as the list of erasures in the data folder tells.
    """
    from touchstone_server.issuing import resuming, waiting

    if not waiting.taken():
        _fail("There is nothing to take up: this node was not put back from a copy, or went on already.")
    try:
        done = resuming.resume([each.read_bytes() for each in lists or ()], incomplete=incomplete)
    except OSError as error:
        _fail(f"A list cannot be read ({error.strerror}): {error.filename}")
    except resuming.ResumeError as error:
        _fail(f"{error} Fetch them from a proxy or a peer, or say  --incomplete  if nobody has them.")
    _erase_again()
    typer.echo(f"{done.changed} of the certificates have another status than in the copy. The node signs again.")
    for url, signed in done.spoke.items():
        typer.echo(
            f"{url} spoke as of {signed:%Y-%m-%d %H:%M} UTC. What was revoked in it later counts again; revoke it anew."
        )
    for slug in done.renewed:
        typer.echo(
            f"The lists of {slug} were signed by a newer key than the copy holds, and verifiers count nothing that the old one signs now:"
            f" put the newest key file back into the data folder (keys/{slug}), or run  touchstone-node key {slug}"
        )
    for each in done.missing:
        typer.echo(f"Not compared: {each}. What was revoked in it after the copy counts again; revoke it anew.")
    typer.echo(
        "Certificates that were issued after the copy are unknown here. Of groups that were being prepared by then they come back when the"
        " group is issued again; others can neither be revoked nor found, so tell whoever relies on them."
    )


@app.command()
def purge() -> None:
    """Let go, as the worker does every hour, of what is no longer to be kept: codes that nobody claimed, old records of erased people."""
    from touchstone_server.passport.erasing import purge as let_go

    gone = let_go()
    typer.echo(f"{gone} {'row' if gone == 1 else 'rows'} let go.")


@app.command("found")
def found_organisation(
    slug: str,
    *,
    kind: Annotated[str, typer.Option(help="school, enterprise, park, association, certification_body or authority")],
    region: Annotated[str, typer.Option(help="GD, HK, MO or another code")],
    name: Annotated[list[str], typer.Option(help="LANGUAGE=NAME, once a language")],
    administrator: Annotated[str, typer.Option(help="the e-mail address of its first administrator")],
    known: Known = False,
) -> None:
    """Bring an organisation onto the node, with its first administrator; a person who is not here yet is made."""
    from touchstone_server.accounts.models import User
    from touchstone_server.accounts.whose import first_password, is_nobodys
    from touchstone_server.organisations import services
    from touchstone_server.organisations.models import Organisation

    names = dict(each.partition("=")[::2] for each in name)
    if kind not in Organisation.Kind.values:
        _fail(f"{kind!r} is no kind of organisation: choose one of {', '.join(Organisation.Kind.values)}.")
    if not all(names.values()):
        _fail("A name is LANGUAGE=NAME, for example  --name 'en=Illustrative college'")
    if Organisation.objects.filter(slug=slug).exists():
        _fail(f"An organisation {slug!r} is here already.")
    user = _somebody(administrator, known=known) or User.objects.create_user(administrator)
    services.found_organisation(slug, kind, region, names, user)
    if not is_nobodys(user):
        typer.echo(f"{slug} is here, and {user.called('en')} ({administrator}) administers it.")
        return
    link, life = first_password(user)
    typer.echo(
        f"{slug} is here. Give {administrator} this address, and nobody else; it sets a password, once, within {life.days} days:"
    )
    typer.echo(link)


@app.command()
def key(
    organisation: Annotated[str, typer.Argument(help="its slug")],
    *,
    controller: Annotated[str, typer.Option(help="the DID under which it issues; without one, the key's own")] = "",
) -> None:
    """Give an organisation a key to issue with, or a new one in place of the one in use, under TOUCHSTONE_PASSPHRASE."""
    from touchstone.errors import InputError
    from touchstone_server.issuing.keys import KeysUnavailableError, make_key
    from touchstone_server.organisations.models import Organisation
    from touchstone_server.texts import plain_text

    found = Organisation.objects.filter(slug=organisation).first()
    if found is None:
        _fail(f"There is no organisation {organisation} here.")
    try:
        made = make_key(found, clock.second(), controller)
    except KeysUnavailableError as error:
        _fail(plain_text(f"issuing.key_{error.code}", "en"))
    except InputError as error:
        _fail(str(error))
    typer.echo(f"{organisation} signs with {made.id} from now on. List it in the trust registry:")
    typer.echo(f"{made.controller}  {made.publicKeyMultibase}")


@app.command()
def operator(
    email: Annotated[str, typer.Argument(help="the e-mail address of somebody who has an account")],
    *,
    remove: Annotated[
        bool, typer.Option("--remove", help="They are one no longer; what they operate ends now.")
    ] = False,
    known: Known = False,
) -> None:
    """Make somebody an operator of this node, who can stand in for administrators by  operate."""
    from touchstone_server.organisations import services

    user = _somebody(email, known=known or remove)
    if user is None:
        _fail(f"There is no person {email} here.")
    services.appoint_operator(user, is_operator=not remove)
    typer.echo(
        f"{email} is {'no operator any longer' if remove else 'an operator of this node'}; the audit log says so."
    )


@app.command()
def operate(
    operator: Annotated[str, typer.Argument(help="your e-mail address")],
    organisation: Annotated[str, typer.Argument(help="its slug")],
    *,
    reason: Annotated[str, typer.Option(help="why, in a sentence; it goes on record")] = "",
    minutes: Annotated[int, typer.Option(help="for how long, 60 at most")] = 30,
    end: Annotated[bool, typer.Option("--end", help="End it now, before its time.")] = False,
) -> None:
    """Stand in for an organisation's administrator for a while; the audit log says so."""
    from touchstone_server.accounts.models import User
    from touchstone_server.organisations import services
    from touchstone_server.organisations.models import Organisation

    user = User.objects.filter(email=operator.lower()).first()
    found = Organisation.objects.filter(slug=organisation).first()
    if user is None or found is None:
        _fail(f"There is no {'organisation ' + organisation if user else 'person ' + operator} here.")
    if end:
        ended = services.end_operating(user, found)
        typer.echo(f"{operator} {'stands in no longer' if ended else 'did not stand in'} at {organisation}.")
        return
    try:
        session = services.operate(user, found, reason, dt.timedelta(minutes=minutes))
    except ValueError as error:
        _fail(f"Not begun: {error}.")
    until = session.until.astimezone(clock.HERE)
    typer.echo(f"Until {until:%H:%M} (UTC+8) {operator} stands in at {organisation}; the audit log says so.")


def _somebody(email: str, *, known: bool) -> User | None:
    """Return the person of an address, if there is one; stop where anybody could be behind it, and that is not meant."""
    from touchstone_server.accounts.models import User
    from touchstone_server.accounts.whose import is_nobodys, is_proven

    user = User.objects.filter(email=email.strip().lower()).first()
    if user and not (known or is_proven(user) or is_nobodys(user)):
        _fail(
            f"There is an account of {email}, by the name {user.called('en')}, made on {user.created:%Y-%m-%d}, and nobody has proven that"
            " the address is theirs. If you know that it is whom you mean, say  --known"
        )
    return user


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command; a setting that makes no sense is told in a sentence."""
    import os

    import django

    from touchstone_server.environment import SettingError, text
    from touchstone_server.node.owners import current_user, not_the_owner

    user = current_user()
    if user is not None and (problem := not_the_owner(Path(text("TOUCHSTONE_DATA", ".touchstone")), user)):
        sys.exit(problem)
    os.umask(0o077)  # what the node keeps is nobody else's
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone_server.settings")
    try:
        django.setup()
    except SettingError as error:
        sys.exit(str(error))
    from django.db import DatabaseError

    try:
        app()
    except DatabaseError as error:
        sys.exit(_of_the_database(error))


def _of_the_database(error: Exception) -> str:
    """Return what is to be done about a database that does not answer as it should."""
    from django.db import DatabaseError

    from touchstone_server.node.findings import pending_migrations

    try:
        if pending_migrations():
            return "The database has not the shape that this version needs. Run  touchstone-node migrate"
    except DatabaseError:
        pass
    return f"The database cannot be used ({str(error).strip()}). Look at TOUCHSTONE_DATABASE and TOUCHSTONE_DATA."
