"""What people typed and chose in a view, in the shape of Slack's `state.values`."""

from typing import Any

Json = dict[str, Any]

# Under which key each kind of element keeps what was chosen, and from which key it starts.
_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    found = block.get("elements", []) if block["type"] in ("actions", "context") else []
    candidates = [*found, block.get("accessory"), block.get("element")]
    return [item for item in candidates if isinstance(item, dict) and "action_id" in item]


def find_element(surface: Json, block_id: str, action_id: str) -> Json | None:
    """An element of a message or view."""
    for block in surface.get("blocks") or []:
        if block.get("block_id") == block_id:
            return next((item for item in elements_of(block) if item["action_id"] == action_id), None)
    return None


def initial_values(view: Json, before: Json) -> Json:
    """`state.values` of a view: what was there before under the same ids and kind, else what the view proposes."""
    values: Json = {}
    for block in view["blocks"]:
        for element in elements_of(block):
            if element["type"] not in _KEYS:
                continue
            key, initial = _KEYS[element["type"]]
            kept = before.get(block["block_id"], {}).get(element["action_id"])
            if kept is None or kept["type"] != element["type"]:
                kept = {"type": element["type"], key: element.get(initial, [] if key.endswith("options") else None)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = kept
    return values


def set_value(view: Json, block_id: str, action_id: str, given: Any) -> bool:
    """Keeps what a person chose: Slack's object or, short, the bare value. False if there is no such input."""
    element = find_element(view, block_id, action_id)
    if element is None or element["type"] not in _KEYS:
        return False
    key = _KEYS[element["type"]][0]
    if isinstance(given, dict) and (key in given or "type" in given):
        value = given.get(key)
    elif key == "selected_option" and isinstance(given, str):
        value = _option(element, given)
        if value is None:
            return False
    else:
        value = given
    if value == "" and key == "value":
        value = None
    kept = {"type": element["type"], key: value}
    view["state"]["values"].setdefault(block_id, {})[action_id] = kept
    return True


def _option(element: Json, value: str) -> Json | None:
    groups = [group["options"] for group in element.get("option_groups", [])]
    options = [*element.get("options", []), *(option for group in groups for option in group)]
    return next((option for option in options if option["value"] == value), None)


def check_inputs(view: Json) -> dict[str, str]:
    """What Slack's client itself finds wrong before it sends anything, by block id."""
    errors = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        kept = view["state"]["values"].get(block["block_id"], {}).get(element.get("action_id"), {})
        value = kept.get(_KEYS.get(element["type"], ("value", ""))[0])
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str):
            if len(value) < element.get("min_length", 0):
                errors[block["block_id"]] = f"This needs at least {element['min_length']} characters."
            elif len(value) > element.get("max_length", 3000):
                errors[block["block_id"]] = f"This may have at most {element.get('max_length', 3000)} characters."
    return errors
