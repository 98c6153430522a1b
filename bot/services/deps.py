"""What the use cases and Slack's listeners work with; put together once, in `bot.app`."""

from dataclasses import dataclass

from bot.core.links import Site
from bot.ports import Clock, Cluster, Messenger, Store
from bot.services.view import View


@dataclass(frozen=True)
class Deps:
    view: View
    cluster: Cluster
    messenger: Messenger
    store: Store
    clock: Clock
    site: Site
    """Under which addresses sandboxes are reached."""
    admins: frozenset[str]
    """Slack user ids of the platform admins."""
