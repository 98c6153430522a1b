"""Which Block Kit content Slack accepts: tables of what each thing consists of, and one small checker."""

from bot.playground.workspace.block_kit.check import Problem, check_blocks, check_view

__all__ = ["Problem", "check_blocks", "check_view"]
