"""The `SandboxTemplate` resource: an entry of the catalog, kept in git by the platform team.

A template says which apps a sandbox has and how each is deployed; people only ever choose among what
it offers. `check_template` refuses what the schema alone cannot, naming the field.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from bot.core.model import Duration, Model, ObjectMeta
from bot.core.names import API_VERSION, APP_NAME_MAX, BASE_RELEASE, NAME_PATTERN
from bot.core.sandbox import (
    OPEN,
    SET,
    AppName,
    Env,
    ProcessName,
    SlackChannel,
    SleepPolicy,
    Tag,
    list_map,
)

Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://.+")]
Title = Annotated[str, Field(min_length=1, max_length=100)]
Description = Annotated[str, Field(max_length=1000)]


class ChartSource(Model):
    """Where an app's chart comes from: exactly one of builtin, path, repository and oci."""

    model_config = {
        "json_schema_extra": {
            "x-kubernetes-validations": [
                {
                    "rule": "[has(self.builtin), has(self.path), has(self.repository), has(self.oci)]"
                    ".filter(x, x).size() == 1",
                    "message": "name exactly one of builtin, path, repository and oci",
                },
                {
                    "rule": "!has(self.repository) || (has(self.name) && has(self.version))",
                    "message": "a chart from a repository needs name and version",
                },
                {
                    "rule": "!has(self.oci) || has(self.version)",
                    "message": "a chart from a registry needs version",
                },
            ]
        }
    }

    builtin: Annotated[str, Field(pattern="^app$")] | None = None
    """`app`: the application chart of this product, for any Procfile app."""
    path: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[A-Za-z0-9]")] | None = None
    """A folder below the operator's chart folder."""
    repository: Url | None = None
    """URL of a Helm repository that the operator allows."""
    oci: Annotated[str, Field(max_length=500, pattern=r"^oci://.+")] | None = None
    """OCI reference of a chart that the operator allows."""
    name: Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9][a-z0-9._-]*$")] | None = None
    """Name of the chart in its repository."""
    version: Annotated[str, Field(max_length=50, pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]*$")] | None = None
    """Exact chart version."""


class ValuePaths(Model):
    """Where in the values of a chart that isn't built in the things belong that a sandbox sets; dotted paths."""

    repository: Annotated[str, Field(max_length=200)] | None = None
    """Of the image repository, e.g. image.repository."""
    tag: Annotated[str, Field(max_length=200)] | None = None
    """Of the image tag, e.g. image.tag."""
    digest: Annotated[str, Field(max_length=200)] | None = None
    """Of the image digest."""
    replicas: Annotated[dict[ProcessName, str], Field(max_length=20)] = {}
    """Of the replica count, by process type."""
    env: Annotated[str, Field(max_length=200)] | None = None
    """Of a map of environment variables."""


class Image(Model):
    """The image an app runs when nothing else is chosen."""

    repository: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[a-z0-9][a-z0-9._/:-]*$")]
    """Without tag, e.g. registry.acme.example/storefront."""
    tag: Tag = "latest"
    """The default tag."""


class Source(Model):
    """The repository that an app is built from."""

    repository: Annotated[str, Field(max_length=300)]
    """E.g. acme/storefront."""
    default_branch: Annotated[str, Field(max_length=244)] = "main"
    """The branch that apps follow when nothing else is chosen."""


class Process(Model):
    """One process type of an app with the built-in chart."""

    command: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    """Command line, as in a Procfile; left out: the image's own."""
    replicas: Annotated[int, Field(ge=0, le=20)] = 1
    """How many pods."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """The port that `web` listens on."""
    resources: Annotated[dict[str, Any], Field(json_schema_extra=OPEN)] = {}
    """Requests and limits, as in a container."""
    probes: Annotated[dict[str, Any], Field(json_schema_extra=OPEN)] = {}
    """As in the built-in chart's values."""


class Expose(Model):
    """How people reach an app over HTTP."""

    service: Annotated[str, Field(max_length=63)] | None = None
    """Name of the Service; left out: the app's name."""
    port: Annotated[int, Field(ge=1, le=65535)] = 80
    """Port of the Service."""
    path: Annotated[str, Field(max_length=500, pattern="^/")] = "/"
    """Where people start."""


class ConnectCommand(Model):
    """A command with which people who like terminals get in."""

    title: Title
    """E.g. Console."""
    command: Annotated[str, Field(min_length=1, max_length=1000)]
    """May name {namespace}, {sandbox}, {app}, {owner}, {host}, {url}."""


class Link(Model):
    """A link that is shown with a sandbox or an app."""

    title: Title
    """E.g. Logs."""
    url: Url
    """May name {namespace}, {sandbox}, {app}, {owner}, {host}, {url}; values are escaped."""


class TemplateApp(Model):
    """One app of a template."""

    name: AppName
    """Name of the app; also of its Helm release."""
    title: Annotated[str, Field(max_length=100)] = ""
    """What people call it."""
    chart: ChartSource = ChartSource(builtin="app")
    """Left out: the built-in application chart."""
    image: Image | None = None
    """What it runs; required with the built-in chart."""
    source: Source | None = None
    """Where its code is."""
    procfile: Annotated[str, Field(max_length=8192)] = ""
    """Process types as Procfile text; `processes` is put on top."""
    processes: Annotated[dict[ProcessName, Process], Field(max_length=20)] = {}
    """By process type; `release` runs as a Job before each new image."""
    expose: Expose | None = None
    """Left out: not reached by people; an app with the built-in chart and a `web` process is exposed anyway."""
    depends_on: Annotated[list[AppName], Field(max_length=30, json_schema_extra=SET)] = []
    """Apps that must be ready first."""
    env: Env = {}
    """Default configuration."""
    secrets: Annotated[list[str], Field(max_length=20, json_schema_extra=SET)] = []
    """Secret sets that a sandbox may ask for."""
    image_pull_secrets: Annotated[list[str], Field(max_length=5, json_schema_extra=SET)] = []
    """Names of Secrets to pull with."""
    values: Annotated[dict[str, Any], Field(json_schema_extra=OPEN)] = {}
    """Raw Helm values."""
    allow_values: bool = False
    """Whether a sandbox may add raw Helm values of its own."""
    value_paths: ValuePaths = ValuePaths()
    """For charts that aren't built in."""
    connect: Annotated[list[ConnectCommand], Field(max_length=10)] = []
    """Commands to get in."""
    links: Annotated[list[Link], Field(max_length=10)] = []
    """E.g. pre-filtered logs."""

    @property
    def display_title(self) -> str:
        return self.title or self.name


class ParameterType(StrEnum):
    STRING = "String"
    INTEGER = "Integer"
    BOOLEAN = "Boolean"


class Parameter(Model):
    """A value that a person may choose for a scenario."""

    name: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    """Becomes the environment variable PARAM_<NAME>."""
    title: Annotated[str, Field(max_length=100)] = ""
    """What people call it."""
    type: ParameterType = ParameterType.STRING
    """String, Integer or Boolean."""
    default: Annotated[str, Field(max_length=1000)] = ""
    """Used where nothing is chosen."""
    choices: Annotated[list[str], Field(max_length=50)] = []
    """If given, only these."""


class Scenario(Model):
    """A named state of the data, made by a Job."""

    name: Annotated[str, Field(max_length=APP_NAME_MAX, pattern=NAME_PATTERN)]
    """Name, as the sandbox's spec gives it."""
    title: Title
    """What people call it."""
    description: Description = ""
    """What one finds after it is loaded."""
    app: AppName | None = None
    """The app whose image, configuration and secrets the Job has."""
    image: Annotated[str, Field(max_length=500)] | None = None
    """An image of its own; wins over `app`."""
    command: Annotated[str, Field(min_length=1, max_length=4096)]
    """Command line."""
    parameters: Annotated[list[Parameter], Field(max_length=20, json_schema_extra=list_map("name"))] = []
    """What people may choose."""
    requires: Annotated[list[AppName], Field(max_length=30, json_schema_extra=SET)] = []
    """Apps that must be ready first; left out: all."""
    timeout: Duration | None = None
    """After that the Job has failed; left out: 10m."""


class Dataset(Model):
    """The data that a new sandbox starts with."""

    name: Title
    """E.g. storefront-demo."""
    version: Annotated[str, Field(max_length=50)] = ""
    """E.g. 2026-11."""


class Lifetime(Model):
    """How long a sandbox exists."""

    default: Duration | None = None
    """What the form proposes; left out: 7d."""
    max: Duration | None = None
    """The longest that may be chosen; left out: no limit."""


class Limits(Model):
    """How many sandboxes of this template there may be."""

    per_owner: Annotated[int, Field(ge=1)] | None = None
    """Per person."""
    per_team: Annotated[int, Field(ge=1)] | None = None
    """Per team."""


class Rates(Model):
    """What resources cost, in one currency of the company's choice."""

    cpu_hour: Annotated[float, Field(ge=0)] = 0.0
    """One requested core for an hour."""
    memory_gib_hour: Annotated[float, Field(ge=0)] = 0.0
    """One requested GiB of memory for an hour."""
    storage_gib_month: Annotated[float, Field(ge=0)] = 0.0
    """One requested GiB of storage for 30 days."""


class PodSecurity(StrEnum):
    RESTRICTED = "restricted"
    BASELINE = "baseline"
    PRIVILEGED = "privileged"


class TemplateSpec(Model):
    """What a sandbox made from this template has."""

    title: Title
    """What people choose by."""
    description: Description = ""
    """What it is for."""
    icon: Annotated[str, Field(max_length=50, pattern=r"^:[a-z0-9_+-]+:$")] | None = None
    """Slack emoji, e.g. :shopping_trolley:."""
    channel: SlackChannel | None = None
    """Slack channel for cards where the sandbox names none."""
    apps: Annotated[list[TemplateApp], Field(min_length=1, max_length=30, json_schema_extra=list_map("name"))]
    """Its apps."""
    scenarios: Annotated[list[Scenario], Field(max_length=50, json_schema_extra=list_map("name"))] = []
    """Named states of the data."""
    dataset: Dataset | None = None
    """What the data starts as."""
    sleep: SleepPolicy | None = None
    """Default sleep policy."""
    quota: Annotated[dict[str, str], Field(max_length=50)] = {}
    """ResourceQuota of the sandbox's namespace, e.g. requests.cpu: "4"."""
    pod_security: PodSecurity = PodSecurity.RESTRICTED
    """Pod Security Standard that the namespace enforces."""
    base_values: Annotated[dict[str, Any], Field(json_schema_extra=OPEN)] = {}
    """Values for the chart around the apps: network, limits."""
    lifetime: Lifetime = Lifetime()
    """How long a sandbox exists."""
    limits: Limits = Limits()
    """How many there may be."""
    rates: Rates = Rates()
    """What resources cost."""
    links: Annotated[list[Link], Field(max_length=10)] = []
    """Links for the whole sandbox."""


class SandboxTemplate(Model):
    """An entry of the catalog: which apps a sandbox has and how each is deployed."""

    api_version: str = API_VERSION
    kind: str = "SandboxTemplate"
    metadata: ObjectMeta
    spec: TemplateSpec
    """What a sandbox made from this template has."""

    @property
    def name(self) -> str:
        return self.metadata.name

    def app(self, name: str) -> TemplateApp | None:
        return next((app for app in self.spec.apps if app.name == name), None)

    def scenario(self, name: str) -> Scenario | None:
        return next((scenario for scenario in self.spec.scenarios if scenario.name == name), None)


def check_template(template: SandboxTemplate) -> list[str]:
    """What is wrong with a template beyond its schema, each as `field: sentence`; empty if nothing is."""
    names = {app.name for app in template.spec.apps}
    problems = []
    for index, app in enumerate(template.spec.apps):
        where = f"spec.apps[{index}]"
        if app.name == BASE_RELEASE:
            problems.append(f"{where}.name: {BASE_RELEASE!r} is reserved")
        if app.chart.builtin and app.image is None:
            problems.append(f"{where}.image: the built-in chart needs an image")
        if app.chart.path and ".." in app.chart.path.split("/"):
            problems.append(f"{where}.chart.path: must stay below the chart folder")
        problems += [
            f"{where}.dependsOn: there is no app {other!r} in this template"
            for other in app.depends_on
            if other not in names
        ]
    problems += _cycles({app.name: set(app.depends_on) & names for app in template.spec.apps})
    for index, scenario in enumerate(template.spec.scenarios):
        where = f"spec.scenarios[{index}]"
        if scenario.app is None and scenario.image is None:
            problems.append(f"{where}: name an app or an image to run in")
        wanted = [*scenario.requires, *([scenario.app] if scenario.app else [])]
        problems += [f"{where}: there is no app {app!r} in this template" for app in wanted if app not in names]
    return problems


def _cycles(depends_on: dict[str, set[str]]) -> list[str]:
    left = dict(depends_on)
    while free := [app for app, others in left.items() if not others & left.keys()]:
        for app in free:
            del left[app]
    return [f"spec.apps: {', '.join(sorted(left))} depend on each other"] if left else []


def parse_procfile(text: str) -> dict[str, str]:
    """Procfile text → command by process type; lines that are no `type: command` are left out."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line and not line.lstrip().startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs if name.strip() and command.strip()}
