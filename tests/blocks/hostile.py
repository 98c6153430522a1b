"""Sandboxes and templates with the worst words that their schema lets through."""

from typing import Any

from hypothesis import strategies as st

from bot.core.sandbox import AppState, Phase, Sandbox
from bot.core.template import ParameterType, SandboxTemplate

Json = dict[str, Any]
HOSTILE = [
    "<!channel>",
    "<!here> <@U02ENGINEER> <#C0SANDBOX>",
    "*_~`" * 25,
    "👩‍👩‍👧‍👦" * 10,
    ":tada:" * 16,
    " ",
    "\n\n",
    "x" * 100,
    "<https://evil.example|click>",
    "&" * 100,
    ">" * 100,
    "\u202etxt",
    '"}]}',
]
words = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=100))
lines = words.flatmap(lambda text: st.sampled_from([text, (text * 1000)[:1000]]))
SIZES = st.sampled_from([1, 2, 30])
LIFETIMES = [{}, {"max": "1d"}, {"default": "90d", "max": "400d"}, {"default": "36h"}]


@st.composite
def templates(draw: st.DrawFn, name: str = "a" * 63) -> SandboxTemplate:
    title, line = draw(words), draw(lines)
    types = draw(st.permutations(list(ParameterType)))
    parameters = [
        {
            "name": f"P{number}".ljust(40, "x"),
            "title": draw(st.sampled_from(["", title])),
            "type": types[number % 3],
            "default": draw(st.sampled_from(["", "12", "true", line])),
            "choices": draw(st.sampled_from([[], [line, title, line], ["a", "b"]])),
        }
        for number in range(draw(st.sampled_from([0, 3, 20])))
    ]
    scenarios = [
        {"name": f"s-{number}", "title": title, "description": line, "command": "x", "parameters": parameters}
        for number in range(draw(st.sampled_from([0, 1, 50])))
    ]
    apps = [
        {"name": f"app-{number}", "title": title, "image": {"repository": "r", "tag": "t" * 128}}
        for number in range(draw(SIZES))
    ]
    spec: Json = {
        "title": title,
        "description": draw(st.sampled_from(["", line])),
        "channel": draw(st.sampled_from([None, "C0SANDBOX"])),
        "apps": apps,
        "scenarios": scenarios,
        "lifetime": draw(st.sampled_from(LIFETIMES)),
    }
    return SandboxTemplate.from_json({"metadata": {"name": name}, "spec": spec})


@st.composite
def sandboxes(draw: st.DrawFn) -> Sandbox:
    title, line = draw(words), draw(lines)
    condition = {
        "type": "Reconciled",
        "status": draw(st.sampled_from(["True", "False"])),
        "reason": "TemplateInvalid",
        "message": line,
        "lastTransitionTime": "2026-11-24T10:00:00Z",
    }
    state = draw(st.sampled_from(list(AppState)))
    status = {
        "phase": draw(st.sampled_from([None, *Phase])),
        "observedGeneration": 1,
        "url": draw(st.sampled_from([None, "http://web--x.example/" + "a" * 1900])),
        "conditions": [condition],
        "apps": [{"name": f"app-{n}", "state": state, "message": line} for n in range(draw(SIZES))],
    }
    deleted = draw(st.sampled_from([{}, {"deletionTimestamp": "2026-11-24T10:00:00Z"}]))
    metadata = {"name": "a" * 30, "uid": "6f1e2d3c-0000-4000-8000-123456789abc", "generation": 1, **deleted}
    spec = {
        "title": draw(st.sampled_from(["", title])),
        "template": "storefront",
        "owner": {"slackUser": "U02ENGINEER"},
        "collaborators": draw(st.sampled_from([[], ["U09SOMEBODY"]])),
        "expiresAt": draw(st.sampled_from([None, "2026-11-24T12:00:00Z", "2026-11-20T12:00:00Z"])),
    }
    return Sandbox.from_json({"metadata": metadata, "spec": spec, "status": status})
