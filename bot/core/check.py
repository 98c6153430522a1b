"""What a sandbox asks for, held against what its template offers; each problem a sentence that names the field."""

from bot.core.sandbox import AppOverride, Sandbox
from bot.core.template import Parameter, ParameterType, SandboxTemplate, TemplateApp
from bot.core.values import processes_of


def check_sandbox(sandbox: Sandbox, template: SandboxTemplate) -> list[str]:
    """Empty if everything that is asked for can be had."""
    problems = []
    for override in sandbox.spec.apps:
        app = template.app(override.name)
        if app is None:
            problems.append(f"spec.apps: the template {template.name} has no app {override.name!r}")
        else:
            problems += _check_app(app, override)
    return [*problems, *_check_scenario(sandbox, template)]


def _check_app(app: TemplateApp, override: AppOverride) -> list[str]:
    where = f"spec.apps[{app.name}]"
    problems = [
        f"{where}.secrets: the template does not allow {secret!r}"
        for secret in override.secrets
        if secret not in app.secrets
    ]
    if override.values and not app.allow_values:
        problems.append(f"{where}.values: the template does not allow raw values")
    known = app.value_paths.replicas.keys() if not app.chart.builtin else processes_of(app, AppOverride(name=app.name))
    problems += [f"{where}.processes: there is no process {name!r}" for name in override.processes if name not in known]
    return problems


def _check_scenario(sandbox: Sandbox, template: SandboxTemplate) -> list[str]:
    choice = sandbox.spec.scenario
    if choice is None:
        return []
    scenario = template.scenario(choice.name)
    if scenario is None:
        return [f"spec.scenario: the template {template.name} has no scenario {choice.name!r}"]
    known = {parameter.name: parameter for parameter in scenario.parameters}
    problems = []
    for name, value in choice.parameters.items():
        if name not in known:
            problems.append(f"spec.scenario.parameters: there is no parameter {name!r}")
        elif sentence := check_parameter(known[name], value):
            problems.append(f"spec.scenario.parameters.{name}: {sentence}")
    return problems


def check_parameter(parameter: Parameter, value: str) -> str:
    """A sentence about what is wrong with the value; "" if nothing is."""
    if parameter.choices and value not in parameter.choices:
        return f"choose one of {', '.join(parameter.choices)}"
    if parameter.type is ParameterType.INTEGER and not value.removeprefix("-").isdecimal():
        return "must be a whole number"
    if parameter.type is ParameterType.BOOLEAN and value not in ("true", "false"):
        return "must be true or false"
    return ""
