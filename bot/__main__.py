"""The command line: `sandbox-bot COMMAND`."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot import app
from bot.core.crds import build_crds
from bot.logs import configure_logs
from bot.settings import Settings


def main() -> None:
    """Entry point of the console script; exits with 2 when it was called or configured wrongly."""
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox-bot", description="A sandbox for everyone, from Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="listen to Slack, and tell there what becomes of sandboxes")
    serve.set_defaults(run=lambda _: _run_part(app.serve))
    operator = commands.add_parser("operator", help="turn Sandbox resources into Helm releases")
    operator.set_defaults(run=lambda _: _run_part(app.operate))
    everything = commands.add_parser("all", help="serve and operator in one process")
    everything.set_defaults(run=lambda _: _run_part(app.run_all))

    crds = commands.add_parser("crds", help="print the CustomResourceDefinitions")
    crds.set_defaults(run=lambda _: print(yaml.safe_dump_all(build_crds(), sort_keys=False), end=""))

    playground = commands.add_parser("playground", help="everything on this machine, with a local Slack workspace")
    playground.add_argument("--context", help="use this cluster of your kubeconfig instead of a local control plane")
    playground.add_argument("--port", type=int, default=8480, help="port of the page; 0 for any free one")
    playground.add_argument("--dir", type=Path, default=Path(".playground"), help="where its files go")
    playground.set_defaults(run=_run_playground)

    workspace = commands.add_parser("workspace", help="only the local Slack workspace, for any Slack app")
    workspace.add_argument("--port", type=int, default=8480, help="port of the page and the Web API")
    workspace.add_argument("--config", type=Path, help="people, channels and tokens; left out: the sample company")
    workspace.set_defaults(run=_run_workspace)
    return parser


def _run_part(part: Any) -> None:
    settings = _read_settings()
    configure_logs(settings.log_level, settings.log_format)
    coroutine: Coroutine[Any, Any, None] = part(settings)
    asyncio.run(coroutine)


def _read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "SANDBOX_BOT_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"sandbox-bot: {name}: {problem['msg']}", file=sys.stderr)
        sys.exit(2)


def _run_playground(arguments: argparse.Namespace) -> None:
    # Imported here: the playground isn't part of the production image.
    from bot.playground.run import Options, run_playground  # noqa: PLC0415

    sys.exit(asyncio.run(run_playground(Options(arguments.dir, arguments.port, arguments.context))))


def _run_workspace(arguments: argparse.Namespace) -> None:
    from bot.playground.workspace.server import run_workspace  # noqa: PLC0415

    sys.exit(asyncio.run(run_workspace(arguments.config, arguments.port)))


if __name__ == "__main__":
    main()
