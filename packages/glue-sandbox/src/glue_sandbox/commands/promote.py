"""`glue-sandbox plan`, `promote`, `releases` and `rollback`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from glue_sandbox.command import Command
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.terminal.console import out, print_hanging, working

if TYPE_CHECKING:
    from glue_sandbox.promote.environment import Environment
    from glue_sandbox.promote.plan import Plan

TargetName = Annotated[
    str | None, typer.Option("--target", envvar="TARGET", help="The environment: a file in environments/.")
]
PLANS = "plans"
_INDENTED = re.compile(r"(\s*(?:[!+~?→-] )?)(.*)")


def plan(context: typer.Context, target: TargetName = None) -> None:
    """Show what promoting the checkout would change in an environment of AWS, and keep it as a file."""
    from glue_sandbox.promote.content import content_of
    from glue_sandbox.promote.environment import load_environment
    from glue_sandbox.promote.plan import make_plan, save
    from glue_sandbox.promote.target import target_of
    from glue_sandbox.promote.view import plan_lines

    settings = load_settings()
    environment = load_environment(settings.project, _named(target, "plan"))
    content = content_of(settings.project)
    with (
        target_of(environment, context.obj) as account,
        working(f"Asking {environment.name} what would change"),
    ):
        made = make_plan(settings, account, content, _commit(settings))
    file = save(made, settings.home / PLANS)
    _print_lines(plan_lines(made))
    _print_next(made, file)


def promote(
    context: typer.Context,
    plan_file: Annotated[
        Path | None, typer.Option("--plan", envvar="PLAN", help="What make plan kept.")
    ] = None,
    accept_loss: Annotated[
        str, typer.Option(envvar="ACCEPT_LOSS", help="Resources whose data may be lost, with commas between.")
    ] = "",
    force: Annotated[
        str, typer.Option(envvar="FORCE", help="Why without a whole proof; the release keeps it.")
    ] = "",
    break_lock: Annotated[
        bool, typer.Option(envvar="BREAK_LOCK", help="Take the lock of a promotion that was killed.")
    ] = False,
    confirm: Annotated[
        str, typer.Option(envvar="CONFIRM", help="The account's id, where nobody can be asked.")
    ] = "",
    smoke_minutes: Annotated[
        float, typer.Option(envvar="SMOKE_WAIT", help="How long the smoke test may wait; 0: none.", min=0)
    ] = 30,
) -> None:
    """Do exactly what a plan says, if the environment is still as it was, and the tests have proven it."""
    from glue_sandbox.promote.content import content_of
    from glue_sandbox.promote.environment import load_environment
    from glue_sandbox.promote.gate import require_proof
    from glue_sandbox.promote.lock import locked
    from glue_sandbox.promote.plan import load
    from glue_sandbox.promote.promotion import promote as execute
    from glue_sandbox.promote.releases import Manifest, content_of_release, read_manifest, release_id
    from glue_sandbox.promote.smoke import run_smoke_test
    from glue_sandbox.promote.target import target_of
    from glue_sandbox.promote.view import proof_words

    if plan_file is None:
        raise SandboxError("the plan to execute", "none", "make plan TARGET=…, which names the file")
    settings = load_settings()
    chosen = load(plan_file)
    environment = load_environment(settings.project, chosen.environment)
    _refuse_losses((each.logical_id for each in chosen.losses), accept_loss, plan_file)

    with target_of(environment, context.obj) as account:
        if chosen.release:
            manifest = read_manifest(account, chosen.release)
            content = content_of_release(account, manifest)
        else:
            content = content_of(settings.project)
            proof = require_proof(settings.home, content, force)
            now = datetime.now(UTC)
            manifest = Manifest(
                id=release_id(content, datetime.fromisoformat(chosen.created_at)),
                digest=content.digest,
                commit=_commit(settings),
                created_at=now.isoformat(timespec="seconds"),
                created_by=account.caller,
                note=force,
                proof=proof,
                names=dict(content.names),
                hashes=content.hashes(),
            )
        if content.digest != chosen.digest:
            raise SandboxError(
                f"the content that the plan is of: {chosen.digest}",
                f"{content.digest}: files have changed since",
                f"make plan TARGET={environment.name}",
            )
        _confirm(environment, account.caller, f"{manifest.id}, {proof_words(manifest)}", confirm)
        with locked(account, is_broken_first=break_lock) as lock:
            execute(settings, account, chosen, content, manifest, _say, lock)
        out.print(f"✓ release {manifest.id} is there", style="green")
        run_smoke_test(settings.project, account, smoke_minutes, _say)
    out.print(f"Back          make rollback TARGET={environment.name}", markup=False)


def releases(context: typer.Context, target: TargetName = None) -> None:
    """List what was promoted to an environment: when, by whom; the first line is what is there."""
    from glue_sandbox.promote.begun import release_to_go_back_to, unfinished
    from glue_sandbox.promote.environment import load_environment
    from glue_sandbox.promote.releases import history, read_manifest
    from glue_sandbox.promote.target import target_of
    from glue_sandbox.promote.view import release_lines, unfinished_words

    settings = load_settings()
    environment = load_environment(settings.project, _named(target, "releases"))
    with target_of(environment, context.obj) as account, working("Reading the history"):
        entries = history(account)
        manifests = {name: read_manifest(account, name) for name in {entry.release for entry in entries}}
        begun = unfinished(account, entries)
    _print_lines(release_lines(entries, manifests))
    name = environment.name
    if begun:
        _print_lines([f"! {unfinished_words(begun)}"])
        goal = release_to_go_back_to(entries, begun)
        file = settings.home / PLANS / f"{name}-{begun.plan}.json"
        ways = [f"make promote PLAN={_shown(file)}, which goes on with it"] if file.is_file() else []
        ways.append(f"make rollback TARGET={name}, back to {goal}" if goal else f"make plan TARGET={name}")
        _print_lines(f"{'or' if number else 'Next':<14}{way}" for number, way in enumerate(ways))
    elif not entries:
        out.print(f"nothing was promoted to {name} yet; next: make plan TARGET={name}", markup=False)


def rollback(
    context: typer.Context,
    target: TargetName = None,
    release: Annotated[
        str | None, typer.Option(envvar="RELEASE", help="Where to go back to; else the one before.")
    ] = None,
) -> None:
    """Plan the way back to an earlier release: code, templates, DAGs; data is never touched."""
    from glue_sandbox.promote.begun import release_to_go_back_to, unfinished
    from glue_sandbox.promote.environment import load_environment
    from glue_sandbox.promote.plan import make_plan, save
    from glue_sandbox.promote.releases import content_of_release, history, read_manifest
    from glue_sandbox.promote.target import target_of
    from glue_sandbox.promote.view import plan_lines

    settings = load_settings()
    environment = load_environment(settings.project, _named(target, "rollback"))
    with target_of(environment, context.obj) as account, working("Asking what would change"):
        entries = history(account)
        goal = release or release_to_go_back_to(entries, unfinished(account, entries))
        if goal is None:
            raise SandboxError(
                f"a release of {environment.name} to go back to",
                "one, which is there" if entries else "no promotion that has come to its end",
                f"make releases TARGET={environment.name}",
            )
        manifest = read_manifest(account, goal)
        content = content_of_release(account, manifest)
        made = make_plan(settings, account, content, manifest.commit, goal)
    file = save(made, settings.home / PLANS)
    _print_lines(plan_lines(made))
    _print_next(made, file)


def _named(target: str | None, command: str) -> str:
    if target is None:
        raise SandboxError(
            "an environment of AWS: a file in environments/", "none", f"make {command} TARGET=dev"
        )
    return target


def _print_next(made: Plan, file: Path) -> None:
    """Say how to do what a plan says; nothing for one with nothing to do."""
    out.print()
    if not made.is_empty:
        losses = ",".join(loss.logical_id for loss in made.losses)
        accept = f" ACCEPT_LOSS={losses}" if losses else ""
        out.print(f"Next          make promote PLAN={_shown(file)}{accept}", markup=False, soft_wrap=True)


def _refuse_losses(lost: Iterable[str], accepted: str, file: Path) -> None:
    open_ones = sorted({*lost} - {name.strip() for name in accepted.split(",")})
    if open_ones:
        raise SandboxError(
            "no data to be lost, or each loss accepted by its name",
            f"lost: {', '.join(open_ones)}",
            f"make promote PLAN={_shown(file)} ACCEPT_LOSS={','.join(open_ones)}",
        )


def _confirm(environment: Environment, caller: str, release: str, given: str) -> None:
    """Say where what goes and how proven it is; ask the person, or the variable, whether this is meant."""
    account_id = environment.account_id
    out.print(f"Environment {environment.name}: account {account_id}, {environment.region}", markup=False)
    out.print(f"as            {caller}", markup=False, soft_wrap=True)
    out.print(f"Release       {release}", markup=False, soft_wrap=True)
    if not given and sys.stdin.isatty():
        given = input("Type the account's id to go on: ").strip()
    if given != account_id:
        raise SandboxError(
            f"the id of account {account_id}, in which environment {environment.name} is",
            given or "nothing",
            f"the same command with CONFIRM={account_id}, or type the id when asked",
        )


def _commit(settings: Settings) -> str:
    """The checkout's commit, marked when files differ from it; empty outside of git."""
    command = ["git", "-C", str(settings.root), "describe", "--always", "--dirty", "--abbrev=40"]
    env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(settings.root)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _say(line: str) -> None:
    out.print(f"✓ {line}", markup=False, soft_wrap=True)


def _print_lines(lines: Iterable[str]) -> None:
    """Print them; what does not fit a terminal's line goes on below its first word."""
    for line in lines:
        label, text = _INDENTED.fullmatch(line).groups()  # type: ignore[union-attr]
        print_hanging(out, Text(label), text)


def _shown(file: Path) -> str:
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)


COMMANDS = {
    "plan": Command(plan, example="make plan TARGET=dev"),
    "promote": Command(promote, example="make promote PLAN=.sandbox/plans/dev-0123456789ab.json"),
    "releases": Command(releases, example="make releases TARGET=dev"),
    "rollback": Command(rollback, example="make rollback TARGET=dev"),
}
