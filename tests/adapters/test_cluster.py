"""The Kubernetes adapter on the real apiserver: what each call promises in `bot.ports`."""

import asyncio
from typing import Any

import pytest

from bot.adapters.cluster import ApiCluster
from bot.core.kinds import SANDBOX, SECRET
from bot.ports import AlreadyExists, Conflict, NotFound, Refused, WatchType


def sandbox(namespace: str, name: str = "demo", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "sandbox-bot.dev/v1alpha1",
        "kind": "Sandbox",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": "shop", "owner": {"slackUser": "U02ENGINEER"}, **spec},
    }


async def test_creates_once_and_reads_back(cluster: ApiCluster, namespace: str) -> None:
    created = await cluster.create(SANDBOX, sandbox(namespace))
    assert created["spec"]["replicas"] == 1
    with pytest.raises(AlreadyExists):
        await cluster.create(SANDBOX, sandbox(namespace))
    found = await cluster.get(SANDBOX, "demo", namespace)
    assert found is not None
    assert found["metadata"]["uid"] == created["metadata"]["uid"]
    assert [item["kind"] for item in await cluster.list(SANDBOX, namespace)] == ["Sandbox"]
    assert await cluster.get(SANDBOX, "other", namespace) is None


async def test_patch_with_an_old_version_is_a_conflict(cluster: ApiCluster, namespace: str) -> None:
    created = await cluster.create(SANDBOX, sandbox(namespace))
    version = created["metadata"]["resourceVersion"]
    await cluster.patch(SANDBOX, "demo", {"spec": {"title": "one"}}, namespace=namespace)
    patch = {"metadata": {"resourceVersion": version}, "spec": {"title": "two"}}
    with pytest.raises(Conflict):
        await cluster.patch(SANDBOX, "demo", patch, namespace=namespace)
    with pytest.raises(NotFound):
        await cluster.patch(SANDBOX, "other", {"spec": {}}, namespace=namespace)


async def test_status_is_written_apart_from_the_spec(cluster: ApiCluster, namespace: str) -> None:
    await cluster.create(SANDBOX, sandbox(namespace))
    patch = {"spec": {"title": "not this"}, "status": {"phase": "Ready"}}
    changed = await cluster.patch(SANDBOX, "demo", patch, namespace=namespace, subresource="status")
    assert changed["status"] == {"phase": "Ready"}
    assert "title" not in changed["spec"]


async def test_deletes_only_the_object_that_is_meant(cluster: ApiCluster, namespace: str) -> None:
    created = await cluster.create(SANDBOX, sandbox(namespace))
    await cluster.delete(SANDBOX, "demo", namespace=namespace, uid="another")
    assert await cluster.get(SANDBOX, "demo", namespace)
    await cluster.delete(SANDBOX, "demo", namespace=namespace, uid=created["metadata"]["uid"])
    assert await cluster.get(SANDBOX, "demo", namespace) is None
    await cluster.delete(SANDBOX, "demo", namespace=namespace)


async def test_watch_tells_what_is_there_then_what_changes(cluster: ApiCluster, namespace: str) -> None:
    await cluster.create(SANDBOX, sandbox(namespace, "first"))
    seen: list[tuple[WatchType, str]] = []
    wanted = [
        (WatchType.SET, "first"),
        (WatchType.SYNCED, ""),
        (WatchType.SET, "second"),
        (WatchType.GONE, "first"),
    ]
    async with asyncio.timeout(20):
        async for event in cluster.watch(SANDBOX, namespace=namespace):
            seen.append((event.type, event.object.get("metadata", {}).get("name", "")))
            if event.type is WatchType.SYNCED:
                await cluster.create(SANDBOX, sandbox(namespace, "second"))
                await cluster.delete(SANDBOX, "first", namespace=namespace)
            if len(seen) == len(wanted):
                break
    assert seen == wanted


async def test_metadata_watch_never_carries_a_secret(cluster: ApiCluster, namespace: str) -> None:
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": namespace}}
    await cluster.create(SECRET, {**manifest, "stringData": {"password": "canary"}})
    async with asyncio.timeout(20):
        async for event in cluster.watch(SECRET, namespace=namespace, metadata_only=True):
            assert event.type is WatchType.SET
            assert event.object["metadata"]["name"] == "s"
            assert "data" not in event.object
            return


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "a--b"}, "lowercase letters, digits and single dashes"),
        ({"name": "x" * 31}, "at most 30"),
        ({"sleep": {"idleAfter": "soon"}}, "idleAfter"),
        ({"follow": {}}, "follow either a branch or a pullRequest"),
        ({"apps": [{"name": "web", "env": {"1BAD": "x"}}]}, "each name must match"),
        ({"owner": {"slackUser": "somebody"}}, "slackUser"),
        ({"replicas": 2}, "replicas"),
        ({"apps": [{"name": "web", "image": {"tag": "bad tag"}}]}, "tag"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
async def test_apiserver_itself_refuses_what_is_malformed(
    cluster: ApiCluster, namespace: str, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await cluster.create(SANDBOX, sandbox(namespace, **change))
    assert words in refusal.value.sentence


async def test_template_cannot_be_changed(cluster: ApiCluster, namespace: str) -> None:
    await cluster.create(SANDBOX, sandbox(namespace))
    with pytest.raises(Refused) as refusal:
        await cluster.patch(SANDBOX, "demo", {"spec": {"template": "other"}}, namespace=namespace)
    assert "template is immutable" in refusal.value.sentence
