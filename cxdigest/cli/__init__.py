"""The commands. Each body loads its module when it is called, so that ``--help`` starts fast.

Exit codes: 0 done, 1 something failed and is named, 2 wrong use or configuration.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cxdigest import __version__
from cxdigest.errors import ConfigError, CxdigestError, PackError, WrongUseError
from cxdigest.text import printable

app = typer.Typer(
    name="cxdigest",
    help="Read job alerts, judge what each job really is, mail one clean digest each morning.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rules = typer.Typer(help="Check and explain rule packs.", no_args_is_help=True)
app.add_typer(rules, name="rules")
feedback = typer.Typer(help="What readers said of postings.", no_args_is_help=True)
app.add_typer(feedback, name="feedback")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]
Profile = Annotated[str, typer.Option("--profile", "-p", metavar="NAME", help="Only this profile.")]
Packs = Annotated[
    list[Path] | None,
    typer.Option(
        "--pack", metavar="FILE", help="A rule pack beside the shipped ones; may be repeated."
    ),
]

Labels = Annotated[
    Path,
    typer.Argument(
        metavar="LABELS", help="JSON lines with id, kind, title, company and description."
    ),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cxdigest {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    config: Annotated[
        Path,
        typer.Option(
            "--config",
            "-c",
            envvar="CXDIGEST_CONFIG",
            metavar="FILE",
            help="The configuration file.",
        ),
    ] = Path("config.yaml"),
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    ctx.obj = config


def _command(name: str) -> Any:  # noqa: ANN401 - a module, loaded by name
    return importlib.import_module(f"cxdigest.cli.{name}")


@app.command()
def run(
    ctx: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="One full turn now, whatever the hour.")
    ] = False,
    due: Annotated[bool, typer.Option("--due", help="One turn of only what is due.")] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Fail too where a source is silent, overflowed or brought unreadable alerts.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Poll, judge, compose and deliver, then end."""
    raise typer.Exit(_command("run").run(ctx.obj, once=once, due=due, strict=strict, json=json))


@app.command()
def serve(ctx: typer.Context) -> None:
    """Stay and do what is due, until SIGTERM."""
    raise typer.Exit(_command("serve").serve(ctx.obj))


@app.command()
def health(ctx: typer.Context, json: Json = False) -> None:
    """Say whether the worker woke recently and nothing is overdue (exit 0), for containers."""
    raise typer.Exit(_command("health").health(ctx.obj, json=json))


@app.command()
def sources(ctx: typer.Context, json: Json = False) -> None:
    """Show how each source fares: its last poll, what it yields, and what to do about problems."""
    raise typer.Exit(_command("sources").sources(ctx.obj, json=json))


@app.command()
def reread(
    ctx: typer.Context,
    since: Annotated[
        str,
        typer.Option("--since", metavar="DATE", help="Only what is stored since, as 2026-11-21."),
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="NAME", help="Only what this source delivered.")
    ] = "",
    json: Json = False,
) -> None:
    """Read the stored alerts again after an update; nothing is fetched, and nothing sent twice."""
    raise typer.Exit(_command("reread").run(ctx.obj, since=since, source=source, json=json))


@app.command()
def preview(
    ctx: typer.Context,
    profile: Profile = "",
    day: Annotated[
        str, typer.Option("--day", metavar="DATE", help="The local day, as 2026-11-21.")
    ] = "",
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The folder to write to.")
    ] = Path("out"),
    json: Json = False,
) -> None:
    """Write the digest of today as it stands now, after a poll, and send nothing."""
    raise typer.Exit(
        _command("preview").preview(ctx.obj, profile=profile, day=day, out=out, json=json)
    )


@app.command()
def extract(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders, or - for standard input.")
    ],
    only: Annotated[
        str, typer.Option("--only", metavar="FORMAT", help="Read with this format alone.")
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how each alert was read, as text.")
    ] = False,
    json: Json = False,
) -> None:
    """Read alerts (mail, mbox, feed) and print their postings as JSON lines."""
    raise typer.Exit(_command("extract").extract(paths, only=only, explain=explain))


@app.command("report-format")
def report_format(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved mail or feed.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write; beside FILE unless said."),
    ] = None,
) -> None:
    """Write a copy of an alert without names, addresses and tokens, to send with a report."""
    raise typer.Exit(_command("report_format").report_format(file, out=out))


@app.command()
def judge(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="JSON lines, or - for standard input.")
    ],
    pack: Packs = None,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", min=1, metavar="N", help="Processes to use.")
    ] = 1,
    json: Json = False,
) -> None:
    """Judge postings given as JSON lines and print the verdicts as JSON lines."""
    raise typer.Exit(_command("judge").judge(file, packs=pack or [], jobs=jobs))


@app.command()
def explain(
    ctx: typer.Context,
    posting: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-|POSTING", help="A file, - or a stored posting's link or id."
        ),
    ],
    pack: Packs = None,
    duties: Annotated[
        str,
        typer.Option(
            "--duties", metavar="FILE|-", help="Keep the duties in this file with the posting."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Say in plain words what one posting is, which words say so, and where it was seen."""
    raise typer.Exit(
        _command("explain").explain(ctx.obj, posting, packs=pack or [], json=json, duties=duties)
    )


@app.command()
def unmerge(
    ctx: typer.Context,
    posting: Annotated[
        str, typer.Argument(metavar="POSTING", help="A stored posting's link or id.")
    ],
    key: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]", help="Which sightings: the id that explain shows beside them."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Part sightings that were merged but are two openings; they are never merged again."""
    raise typer.Exit(_command("unmerge").unmerge(ctx.obj, posting, key, json=json))


@rules.command("check")
def rules_check(
    packs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PACK", help="Packs; the shipped ones unless named."),
    ] = None,
    json: Json = False,
) -> None:
    """Lint rule packs and run every rule's own examples."""
    raise typer.Exit(_command("rules").check(packs or [], json=json))


@rules.command("diff")
def rules_diff(
    ctx: typer.Context,
    packs: Annotated[list[Path], typer.Argument(metavar="PACK", help="Packs to try.")],
    json: Json = False,
) -> None:
    """Judge the stored postings with and without packs, and list what would change."""
    raise typer.Exit(_command("rules_diff").diff(ctx.obj, packs, json=json))


@rules.command("fit")
def rules_fit(  # noqa: PLR0917 - Typer's way to declare options
    labels: Labels,
    price_hidden: Annotated[
        float,
        typer.Option(
            "--price-hidden", min=1, metavar="N",
            help="What a hidden genuine role costs, in other mistakes.",
        ),
    ] = 5,
    pull: Annotated[
        float,
        typer.Option("--pull", min=0.01, metavar="N", help="How much holds points where they are."),
    ] = 2,
    folds: Annotated[
        int, typer.Option("--folds", min=2, metavar="N", help="Parts of the cross-validation.")
    ] = 5,
    pack: Annotated[
        list[Path] | None,
        typer.Option(
            "--pack", metavar="FILE", help="A pack, or a folder of packs, beside the shipped ones."
        ),
    ] = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Write: the packs named in place, over shipped ones a new pack."
        ),
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The new pack that --write makes.")
    ] = Path("fitted.yaml"),
    json: Json = False,
) -> None:  # fmt: skip
    """Fit the points of rules to labelled postings, and print what would change in the packs."""
    raise typer.Exit(
        _command("rules_fit").fit(
            labels, packs=pack or [], price=price_hidden, pull=pull, folds=folds,
            write=write, out=out, json=json,
        )
    )  # fmt: skip


@rules.command("stats")
def rules_stats(labels: Labels, pack: Packs = None, json: Json = False) -> None:
    """Count how often each rule fires and is right, and how right the verdicts are, by labels."""
    raise typer.Exit(_command("rules_stats").stats(labels, packs=pack or [], json=json))


profile = typer.Typer(
    help="List, show, add, change, pause and erase people who get digests.", no_args_is_help=True
)
app.add_typer(profile, name="profile")

Person = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]
Definition = Annotated[
    str, typer.Argument(metavar="[FILE]", help="A file with its keys, or - for standard input.")
]


@profile.command("list")
def profile_list(ctx: typer.Context, json: Json = False) -> None:
    """List everybody: where their settings are, who is paused, and when the next digest is due."""
    raise typer.Exit(_command("profile").listed(ctx.obj, json=json))


@profile.command("show")
def profile_show(ctx: typer.Context, name: Person, json: Json = False) -> None:
    """Show one person's settings, as they stand in the configuration or the store."""
    raise typer.Exit(_command("profile").show(ctx.obj, name, json=json))


@profile.command("add")
def profile_add(
    ctx: typer.Context, name: Person, file: Definition = "-", json: Json = False
) -> None:
    """Add a person to the store, from YAML with the keys of a profile."""
    raise typer.Exit(_command("profile_edit").add(ctx.obj, name, file, json=json))


@profile.command("edit")
def profile_edit(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    name: Person,
    file: Definition = "",
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change one key, as wishes.places=[Berlin]; repeats."
        ),
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option("--unset", metavar="KEY", help="Remove one key; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Change a stored person: some keys, or all of them from a file."""
    raise typer.Exit(
        _command("profile_edit").edit(
            ctx.obj, name, file, change=change or [], unset=unset or [], json=json
        )
    )


@profile.command("import")
def profile_import(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="YAML; - for standard input.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace those that are in the store already.")
    ] = False,
    json: Json = False,
) -> None:
    """Add many people at once, all of them or none."""
    raise typer.Exit(_command("profile_edit").take_in(ctx.obj, file, replace=replace, json=json))


@profile.command("export")
def profile_export(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Whom; everybody in the store unless named."),
    ] = None,
) -> None:
    """Write people as YAML that import takes and that may stand in the configuration."""
    raise typer.Exit(_command("profile_edit").export(ctx.obj, names or []))


@profile.command("pause")
def profile_pause(ctx: typer.Context, name: Person, json: Json = False) -> None:
    """Make no digests for a person until resumed; alerts are still read."""
    raise typer.Exit(_command("profile").pause(ctx.obj, name, json=json))


@profile.command("resume")
def profile_resume(ctx: typer.Context, name: Person, json: Json = False) -> None:
    """Make digests for a paused person again."""
    raise typer.Exit(_command("profile").resume(ctx.obj, name, json=json))


@profile.command("remove")
def profile_remove(ctx: typer.Context, name: Person, json: Json = False) -> None:
    """Remove a person's settings from the store; what was read and sent stays."""
    raise typer.Exit(_command("profile").remove(ctx.obj, name, json=json))


@profile.command("erase")
def profile_erase(
    ctx: typer.Context,
    name: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove all that is kept of a person: mails, sightings, feedback, digests, settings."""
    raise typer.Exit(_command("profile_erase").erase(ctx.obj, name, yes=yes, json=json))


# -- what waits for a coach

review = typer.Typer(
    help="What waits for a coach: approve it, hold it, write a note, leave postings out.",
    no_args_is_help=True,
)
app.add_typer(review, name="review")

ReviewOf = Annotated[str, typer.Argument(metavar="PROFILE", help="Whose digest.")]
ReviewDay = Annotated[
    str,
    typer.Option("--day", metavar="DATE", help="Of which day, as 2026-11-21, if several wait."),
]
ReviewPostings = Annotated[
    list[str],
    typer.Argument(metavar="POSTING...", help="Numbers as `review show` lists them, or links."),
]


@review.command("list")
def review_list(
    ctx: typer.Context,
    coach: Annotated[
        str, typer.Option("--coach", metavar="NAME", help="Only clients of this coach.")
    ] = "",
    json: Json = False,
) -> None:
    """List the digests that wait for their coach, the nearest deadline first."""
    raise typer.Exit(_command("review").waiting(ctx.obj, coach=coach, json=json))


@review.command("show")
def review_show(
    ctx: typer.Context, profile: ReviewOf, day: ReviewDay = "", json: Json = False
) -> None:
    """Show one digest that waits, with the numbers of its postings."""
    raise typer.Exit(_command("review").show(ctx.obj, profile, day=day, json=json))


@review.command("approve")
def review_approve(
    ctx: typer.Context, profile: ReviewOf, day: ReviewDay = "", json: Json = False
) -> None:
    """Approve a digest: it is sent now."""
    raise typer.Exit(_command("review").approve(ctx.obj, profile, day=day, json=json))


@review.command("hold")
def review_hold(
    ctx: typer.Context, profile: ReviewOf, day: ReviewDay = "", json: Json = False
) -> None:
    """Keep a digest back until it is approved, or the next one takes its place."""
    raise typer.Exit(_command("review").hold(ctx.obj, profile, day=day, json=json))


@review.command("note")
def review_note(
    ctx: typer.Context,
    profile: ReviewOf,
    text: Annotated[
        str, typer.Argument(metavar="TEXT|-", help="The note, or - for standard input.")
    ],
    day: ReviewDay = "",
    json: Json = False,
) -> None:
    """Put a note on top of a digest in place of the one that is there; "" takes it away."""
    raise typer.Exit(_command("review").note(ctx.obj, profile, text, day=day, json=json))


@review.command("drop")
def review_drop(
    ctx: typer.Context,
    profile: ReviewOf,
    postings: ReviewPostings,
    day: ReviewDay = "",
    json: Json = False,
) -> None:
    """Leave postings out of a digest; they never come again to this person."""
    raise typer.Exit(_command("review").drop(ctx.obj, profile, postings, day=day, json=json))


@review.command("keep")
def review_keep(
    ctx: typer.Context,
    profile: ReviewOf,
    postings: ReviewPostings,
    day: ReviewDay = "",
    json: Json = False,
) -> None:
    """Take back that postings were left out, until the digest is approved."""
    raise typer.Exit(_command("review").keep(ctx.obj, profile, postings, day=day, json=json))


@app.command()
def export(
    ctx: typer.Context,
    profile: Annotated[
        str,
        typer.Option(
            "--profile", "-p", metavar="NAME", help="Only what this person's own sources showed."
        ),
    ] = "",
    since: Annotated[
        str,
        typer.Option("--since", metavar="DATE", help="Only what was seen since, as 2026-11-21."),
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only this kind; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Print the postings and their verdicts as a table (CSV) for a spreadsheet."""
    raise typer.Exit(
        _command("export").export(
            ctx.obj, profile=profile, since=since, kinds=kind or [], json=json
        )
    )


feed = typer.Typer(help="The cleaned results of a person for a feed reader.", no_args_is_help=True)
app.add_typer(feed, name="feed")
Whose = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]


@feed.command("address")
def feed_address(
    ctx: typer.Context,
    name: Whose,
    renew: Annotated[
        bool, typer.Option("--renew", help="Make a new address; the old one ends.")
    ] = False,
) -> None:
    """Print the secret addresses of a person's feed, Atom and JSON."""
    raise typer.Exit(_command("feed").address(ctx.obj, name=name, renew=renew))


@feed.command("write")
def feed_write(
    ctx: typer.Context,
    name: Whose,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where NAME.atom and NAME.json go.")
    ] = Path("out"),
    flagged: Annotated[
        bool, typer.Option("--flagged", help="With roles whose title says more than the duties.")
    ] = False,
) -> None:
    """Write a person's feed as files, for a web server of your own or a reader of files."""
    raise typer.Exit(_command("feed").write(ctx.obj, name=name, out=out, flagged=flagged))


@feedback.command("list")
def feedback_list(ctx: typer.Context, profile: Profile = "", json: Json = False) -> None:
    """Show what was said, the newest first."""
    raise typer.Exit(_command("feedback").list_words(ctx.obj, profile=profile, json=json))


@feedback.command("add")
def feedback_add(
    ctx: typer.Context,
    posting: Annotated[
        str, typer.Argument(metavar="POSTING", help="A stored posting's link or id.")
    ],
    word: Annotated[
        str,
        typer.Argument(
            metavar="WORD", help="genuine, not-genuine, hide-employer, applied or not-for-me."
        ),
    ],
    profile: Annotated[
        str, typer.Option("--profile", "-p", metavar="NAME", help="Whose word it is.")
    ] = "",
    json: Json = False,
) -> None:
    """Say something of a posting for a reader."""
    raise typer.Exit(_command("feedback").add(ctx.obj, posting, word, profile=profile, json=json))


@feedback.command("undo")
def feedback_undo(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The id that list shows.")],
    json: Json = False,
) -> None:
    """Take one word back; what was said before it holds again."""
    raise typer.Exit(_command("feedback").undo(ctx.obj, number, json=json))


@feedback.command("propose")
def feedback_propose(
    ctx: typer.Context,
    profile: Annotated[
        str, typer.Option("--profile", "-p", metavar="NAME", help="Whose words to look at.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the pack to this file.")
    ] = None,
) -> None:
    """Print a pack of rules that repeated words ask for; it is never used by itself."""
    raise typer.Exit(_command("feedback_propose").run(ctx.obj, profile=profile, out=out))


@feedback.command("export")
def feedback_export(
    ctx: typer.Context,
    labels: Annotated[
        bool, typer.Option("--labels", help="As labelled postings for rules stats and rules fit.")
    ] = False,
    profile: Profile = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to this file.")
    ] = None,
) -> None:
    """Write what was said as labelled postings, without names, addresses and tokens."""
    raise typer.Exit(
        _command("feedback_export").export(ctx.obj, labels=labels, profile=profile, out=out)
    )


@feedback.command("renew-key")
def feedback_renew_key(ctx: typer.Context) -> None:
    """Sign links with a new key; those in mails that were sent before work no longer."""
    raise typer.Exit(_command("feedback").renew_key(ctx.obj))


def main() -> None:
    """Run the command line; every error of cxdigest becomes one message and an exit code."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except (ConfigError, PackError) as error:
        typer.echo(printable(str(error)), err=True)
        sys.exit(2)
    except WrongUseError as error:
        typer.echo(printable(f"cxdigest: {error}"), err=True)
        sys.exit(2)
    except CxdigestError as error:
        typer.echo(printable(f"cxdigest: {error}"), err=True)
        sys.exit(1)
    except OSError as error:
        # A full disk, or a reader of the output that went away: Python would try again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            where = f"{error.filename}: " if error.filename else ""
            typer.echo(printable(f"cxdigest: {where}{error.strerror or error}"), err=True)
        sys.exit(1)
