"""Volumes for simulated pods: binds each pending claim to a volume that exists on paper only.

The control plane has no storage provisioner, and without one a pod with a claim stays Pending for ever.
"""

import asyncio
from typing import Any

import aiohttp

from bot.playground.control_plane import ControlPlane

PROVISIONER = "playground.sandbox-bot.dev/simulated"
_CLASS = "simulated"
_PAUSE = 0.5
"""Seconds between two looks; a person does not notice, and a restart of the apiserver does no harm."""


class VolumeProvisioner:
    """Run `run()` as a task."""

    def __init__(self, control_plane: ControlPlane) -> None:
        self._cluster = control_plane

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._create_class()
                while True:
                    await self._serve_claims()
                    await asyncio.sleep(_PAUSE)
            except (aiohttp.ClientError, OSError, KeyError):
                await asyncio.sleep(_PAUSE)

    async def _create_class(self) -> None:
        manifest = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": _CLASS,
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": PROVISIONER,
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
        }
        await self._cluster.request("POST", "/apis/storage.k8s.io/v1/storageclasses", manifest)

    async def _serve_claims(self) -> None:
        claims = (await self._cluster.read("/api/v1/persistentvolumeclaims"))["items"]
        for claim in claims:
            spec = claim["spec"]
            if claim["status"].get("phase") == "Pending" and spec.get("storageClassName") == _CLASS:
                status, answer = await self._cluster.request("POST", "/api/v1/persistentvolumes", _volume(claim))
                if status not in (201, 409):
                    raise RuntimeError(f"the apiserver refused a volume: {answer}")
        for volume in (await self._cluster.read("/api/v1/persistentvolumes"))["items"]:
            if volume["status"].get("phase") in ("Released", "Failed"):
                await self._cluster.request("DELETE", f"/api/v1/persistentvolumes/{volume['metadata']['name']}")


def _volume(claim: dict[str, Any]) -> dict[str, Any]:
    metadata, spec = claim["metadata"], claim["spec"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"pvc-{metadata['uid']}",
            "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER},
        },
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": _CLASS,
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "hostPath": {"path": f"/simulated/{metadata['uid']}"},  # no kubelet ever looks for it
        },
    }
