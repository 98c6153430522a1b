"""Jobs that the operator runs in a sandbox: an app's release process before a new image, and scenarios.

A Job's name stands for what it does, so that "it was run already" is something one can see in the cluster.
"""

from bot.core.model import Json, parse_duration
from bot.core.names import LABEL_APP, LABEL_SANDBOX, MANAGED_BY, namespace_of, short_hash
from bot.core.sandbox import Sandbox, ScenarioChoice
from bot.core.template import SandboxTemplate, Scenario, TemplateApp
from bot.core.values import RELEASE_PROCESS, image_of, processes_of

_DEFAULT_TIMEOUT = parse_duration("10m")


def release_job(sandbox: Sandbox, app: TemplateApp) -> Json | None:
    """The Job of the app's `release` process for its current image; None if it has no such process."""
    override = sandbox.spec.override_of(app.name)
    process = processes_of(app, override).get(RELEASE_PROCESS)
    if not app.chart.builtin or process is None or "command" not in process:
        return None
    image = image_of(app, override)
    name = f"{app.name}-release-{short_hash(sandbox.uid, image, process['command'])}"
    env = {**app.env, **override.env}
    return _job(sandbox, name, app, image, process["command"], env)


def scenario_job(sandbox: Sandbox, template: SandboxTemplate) -> Json | None:
    """The Job of the scenario that the sandbox asks for; None if it asks for none that the template has."""
    choice = sandbox.spec.scenario
    scenario = template.scenario(choice.name) if choice else None
    if choice is None or scenario is None:
        return None
    app = template.app(scenario.app) if scenario.app else None
    override = sandbox.spec.override_of(app.name) if app else None
    image = scenario.image or (image_of(app, override) if app and override else "")
    parameters = parameters_of(scenario, choice)
    told = sorted(f"{key}={value}" for key, value in parameters.items())
    name = f"scenario-{scenario.name}-{short_hash(sandbox.uid, *told)}"
    env = {**(app.env if app else {}), **(override.env if override else {}), **parameters}
    manifest = _job(sandbox, name, app, image, scenario.command, env)
    manifest["spec"]["activeDeadlineSeconds"] = int((scenario.timeout or _DEFAULT_TIMEOUT).total_seconds())
    return manifest


def parameters_of(scenario: Scenario, choice: ScenarioChoice) -> dict[str, str]:
    """Environment variables PARAM_<NAME> with the chosen values or their defaults."""
    return {
        f"PARAM_{parameter.name.upper()}": choice.parameters.get(parameter.name, parameter.default)
        for parameter in scenario.parameters
    }


def _job(sandbox: Sandbox, name: str, app: TemplateApp | None, image: str, command: str, env: dict[str, str]) -> Json:
    override = sandbox.spec.override_of(app.name) if app else None
    labels = {MANAGED_BY: "sandbox-bot", LABEL_SANDBOX: sandbox.name, **({LABEL_APP: app.name} if app else {})}
    container: Json = {
        "name": "job",
        "image": image,
        "command": ["/bin/sh", "-c", command],
        "env": [{"name": key, "value": value} for key, value in sorted(env.items())],
        "envFrom": [{"secretRef": {"name": secret}} for secret in (override.secrets if override else [])],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}},
    }
    pod: Json = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "imagePullSecrets": [{"name": secret} for secret in (app.image_pull_secrets if app else [])],
        "containers": [container],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace_of(sandbox.name), "labels": labels},
        "spec": {"backoffLimit": 1, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }
