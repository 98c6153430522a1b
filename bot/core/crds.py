"""The CustomResourceDefinitions, generated from the pydantic models so that the two cannot differ.

Pydantic writes JSON Schema; the apiserver wants a *structural* schema: no references, no `anyOf` for
optional fields, no `title`, no `const`. `build_crds` translates the one into the other.
"""

from typing import Any

from bot.core.model import Json, Model
from bot.core.names import GROUP, VERSION
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate
from bot.core.user import SandboxUser

_DROPPED = {"title", "default", "const", "propertyNames", "discriminator"}


def build_crds() -> list[Json]:
    """All CRDs of this product, as manifests for apiextensions.k8s.io/v1."""
    return [
        _crd(
            Sandbox,
            plural="sandboxes",
            short="sbx",
            columns=[
                _column("Template", ".spec.template"),
                _column("Phase", ".status.phase"),
                _column("Ready", ".status.ready"),
                _column("Owner", ".spec.owner.slackUser"),
                _column("URL", ".status.url", priority=1),
                _column("Expires", ".spec.expiresAt", type_="date", priority=1),
                _column("Age", ".metadata.creationTimestamp", type_="date"),
            ],
            scale=True,
        ),
        _crd(
            SandboxTemplate,
            plural="sandboxtemplates",
            short="sbxt",
            columns=[
                _column("Title", ".spec.title"),
                _column("Age", ".metadata.creationTimestamp", type_="date"),
            ],
        ),
        _crd(
            SandboxUser,
            plural="sandboxusers",
            short="sbxu",
            columns=[
                _column("Slack User", ".spec.slackUser"),
                _column("Team", ".spec.team"),
                _column("Age", ".metadata.creationTimestamp", type_="date"),
            ],
        ),
    ]


def _column(name: str, path: str, *, type_: str = "string", priority: int = 0) -> Json:
    return {"name": name, "type": type_, "jsonPath": path, "priority": priority}


def _crd(model: type[Model], *, plural: str, short: str, columns: list[Json], scale: bool = False) -> Json:
    kind = model.__name__
    schema = build_structural_schema(model)
    subresources: Json = {}
    if "status" in model.model_fields:
        subresources["status"] = {}
    if scale:
        subresources["scale"] = {
            "specReplicasPath": ".spec.replicas",
            "statusReplicasPath": ".status.replicas",
        }
        schema["properties"]["spec"]["properties"]["replicas"]["default"] = 1
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
                "shortNames": [short],
                "categories": ["sandbox-bot"],
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                    "subresources": subresources,
                    "additionalPrinterColumns": columns,
                }
            ],
        },
    }


def build_structural_schema(model: type[Model]) -> Json:
    """The model as a structural OpenAPI schema; its metadata is left to the apiserver."""
    raw = model.model_json_schema(by_alias=True)
    schema: Json = _structural(raw, raw.get("$defs", {}))
    properties = schema["properties"]
    properties["apiVersion"] = {"type": "string"}
    properties["kind"] = {"type": "string"}
    properties["metadata"] = {"type": "object"}
    schema["required"] = ["spec"]
    return schema


def _structural(node: Any, definitions: Json) -> Any:
    if isinstance(node, list):
        return [_structural(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    node = _resolved(node, definitions)
    result: Json = {}
    for key, value in node.items():
        if key in _DROPPED or key == "$defs":
            continue
        if key == "properties":
            result[key] = {name: _structural(child, definitions) for name, child in value.items()}
        elif key == "patternProperties":
            result["additionalProperties"] = _structural(next(iter(value.values())), definitions)
        else:
            result[key] = _structural(value, definitions)
    result.update(_map_key_rule(node))
    if node.get("x-kubernetes-preserve-unknown-fields"):
        result.pop("additionalProperties", None)
    return result


def _resolved(node: Json, definitions: Json) -> Json:
    """The node with its reference and its `X | None` replaced; what stands beside them wins (descriptions)."""
    beside = {key: value for key, value in node.items() if key not in ("$ref", "anyOf", "allOf")}
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[1]]
        return _resolved({**target, **beside}, definitions)
    if "anyOf" in node:
        choices = [choice for choice in node["anyOf"] if choice.get("type") != "null"]
        if len(choices) == 1:
            return _resolved({**choices[0], **beside}, definitions)
    return node


def _map_key_rule(node: Json) -> Json:
    """A structural schema can't constrain the keys of a map, but a CEL rule can."""
    pattern = next(iter(node.get("patternProperties", {})), None)
    if pattern is None:
        return {}
    return {
        "x-kubernetes-validations": [
            {"rule": f"self.all(key, key.matches('{pattern}'))", "message": f"each name must match {pattern}"}
        ]
    }
