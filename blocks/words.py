"""The one table from states to plain words, so that the card, the Home and all sentences call a thing the same."""

from dataclasses import dataclass

from bot.core.conditions import Condition, ConditionStatus, ConditionType, Reason, find_condition
from bot.core.sandbox import AppState, Phase, Sandbox


@dataclass(frozen=True)
class Words:
    """How a state is shown: an emoji beside the word, never instead of it, and the end of a sentence."""

    marker: str
    word: str
    says: str
    """Follows a sandbox's name, e.g. `is ready`."""


PHASES: dict[Phase, Words] = {
    Phase.CREATING: Words(":hourglass_flowing_sand:", "Creating", "is being created"),
    Phase.READY: Words(":large_green_circle:", "Ready", "is ready"),
    Phase.UPDATING: Words(":arrows_counterclockwise:", "Updating", "is being updated"),
    Phase.FALLING_ASLEEP: Words(":crescent_moon:", "Falling asleep", "is falling asleep"),
    Phase.ASLEEP: Words(":zzz:", "Asleep", "is asleep"),
    Phase.WAKING: Words(":sunrise:", "Waking up", "is waking up"),
    Phase.DEGRADED: Words(":large_orange_circle:", "Partly working", "works only partly"),
    Phase.FAILED: Words(":red_circle:", "Failed", "failed"),
    Phase.DELETING: Words(":wastebasket:", "Deleting", "is being deleted"),
}
DELETED = Words(":white_circle:", "Deleted", "was deleted")

APPS: dict[AppState, Words] = {
    AppState.WAITING: Words(":white_circle:", "waiting", "is waiting"),
    AppState.RELEASING: Words(":hourglass_flowing_sand:", "running its release step", "runs its release step"),
    AppState.INSTALLING: Words(":hourglass_flowing_sand:", "installing", "is being installed"),
    AppState.STARTING: Words(":hourglass_flowing_sand:", "starting", "is starting"),
    AppState.READY: Words(":white_check_mark:", "ready", "is ready"),
    AppState.FAILED: Words(":x:", "failed", "failed"),
}

_NEEDS_A_PERSON = {
    Reason.APPLY_FAILED,
    Reason.TEMPLATE_NOT_FOUND,
    Reason.TEMPLATE_INVALID,
    Reason.SPEC_INVALID,
    Reason.NAMESPACE_TAKEN,
}


def phase_of(sandbox: Sandbox) -> Phase:
    """The phase as of now: what was asked for since the operator last looked counts already."""
    if sandbox.deleting:
        return Phase.DELETING
    phase = sandbox.status.phase or Phase.CREATING
    behind = sandbox.status.observed_generation != sandbox.metadata.generation
    return Phase.UPDATING if behind and phase is Phase.READY else phase


def words_of(sandbox: Sandbox) -> Words:
    """How the sandbox's state is shown."""
    return DELETED if sandbox.gone else PHASES[phase_of(sandbox)]


def problem_of(sandbox: Sandbox) -> Condition | None:
    """What keeps the whole sandbox from going on until a person changes something, if anything does."""
    applied = find_condition(sandbox.status.conditions, ConditionType.RECONCILED)
    if applied is None or applied.status is not ConditionStatus.FALSE or applied.reason not in _NEEDS_A_PERSON:
        return None
    return applied
