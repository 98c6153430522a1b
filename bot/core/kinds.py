"""The Kubernetes kinds that this program touches: how each is written in manifests and in the API's paths."""

from dataclasses import dataclass

from bot.core.names import API_VERSION


@dataclass(frozen=True)
class Kind:
    """A kind of object: its API version, its name in manifests and in paths."""

    api_version: str
    name: str
    plural: str
    namespaced: bool = True


SANDBOX = Kind(API_VERSION, "Sandbox", "sandboxes")
TEMPLATE = Kind(API_VERSION, "SandboxTemplate", "sandboxtemplates")
USER = Kind(API_VERSION, "SandboxUser", "sandboxusers")
CRD = Kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False)

NAMESPACE = Kind("v1", "Namespace", "namespaces", namespaced=False)
SECRET = Kind("v1", "Secret", "secrets")
POD = Kind("v1", "Pod", "pods")
SERVICE = Kind("v1", "Service", "services")
EVENT = Kind("v1", "Event", "events")
DEPLOYMENT = Kind("apps/v1", "Deployment", "deployments")
STATEFUL_SET = Kind("apps/v1", "StatefulSet", "statefulsets")
JOB = Kind("batch/v1", "Job", "jobs")
