"""What blocks, elements and composition objects consist of, and their limits, as Slack's reference gives them.

A field is `Text`, `String`, `Items`, … ; a field whose name ends in `!` is required.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class String:
    longest: int
    shortest: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """A text object."""

    longest: int
    plain: bool = False
    shortest: int = 1


@dataclass(frozen=True)
class Items:
    of: Any
    most: int
    least: int = 1


@dataclass(frozen=True)
class One:
    """An object described by another table, by name."""

    table: str


@dataclass(frozen=True)
class Flag:
    pass


@dataclass(frozen=True)
class Number:
    least: int = 0
    most: int = 2**53


@dataclass(frozen=True)
class Anything:
    """An object or list that is taken as it is."""


@dataclass(frozen=True)
class ElementIn:
    """One of these element types."""

    types: tuple[str, ...]


Fields = dict[str, Any]
ID = String(255, 1)
PLACEHOLDER = Text(150, plain=True)
CONFIRM = One("confirm")
OPTION = One("option")
OPTIONS = Items(OPTION, 100)
GROUPS = Items(One("option_group"), 100)

OBJECTS: dict[str, Fields] = {
    "confirm": {
        "title!": Text(100, plain=True),
        "text!": Text(300),
        "confirm!": Text(30, plain=True),
        "deny!": Text(30, plain=True),
        "style": String(10, choices=("primary", "danger")),
    },
    "option": {
        "text!": Text(75),
        "value!": String(150, 1),
        "description": Text(75),
        "url": String(3000, 1),
    },
    "option_group": {"label!": Text(75, plain=True), "options!": OPTIONS},
    "dispatch": {
        "trigger_actions_on": Items(String(30, choices=("on_enter_pressed", "on_character_entered")), 2),
    },
    "filter": {
        "include": Items(String(10, choices=("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
}

_COMMON: Fields = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Flag()}
_SELECT: Fields = {**_COMMON, "placeholder": PLACEHOLDER}
_MANY: Fields = {**_SELECT, "max_selected_items": Number(1)}
_TYPED: Fields = {
    "action_id": ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": Flag(),
    "dispatch_action_config": One("dispatch"),
    "initial_value": String(3000),
}

ELEMENTS: dict[str, Fields] = {
    "button": {
        "action_id": ID,
        "text!": Text(75, plain=True),
        "value": String(2000),
        "url": String(3000),
        "style": String(10, choices=("primary", "danger")),
        "confirm": CONFIRM,
        "accessibility_label": String(75),
    },
    "overflow": {"action_id": ID, "options!": Items(OPTION, 5), "confirm": CONFIRM},
    "image": {"image_url": String(3000, 1), "slack_file": Anything(), "alt_text!": String(2000, 1)},
    "static_select": {**_SELECT, "options": OPTIONS, "option_groups": GROUPS, "initial_option": OPTION},
    "external_select": {**_SELECT, "min_query_length": Number(0, 150), "initial_option": OPTION},
    "users_select": {**_SELECT, "initial_user": ID},
    "conversations_select": {
        **_SELECT,
        "initial_conversation": ID,
        "default_to_current_conversation": Flag(),
        "response_url_enabled": Flag(),
        "filter": One("filter"),
    },
    "channels_select": {**_SELECT, "initial_channel": ID, "response_url_enabled": Flag()},
    "multi_static_select": {
        **_MANY,
        "options": OPTIONS,
        "option_groups": GROUPS,
        "initial_options": Items(OPTION, 100),
    },
    "multi_external_select": {
        **_MANY,
        "min_query_length": Number(0, 150),
        "initial_options": Items(OPTION, 100),
    },
    "multi_users_select": {**_MANY, "initial_users": Items(ID, 100)},
    "multi_conversations_select": {
        **_MANY,
        "initial_conversations": Items(ID, 100),
        "default_to_current_conversation": Flag(),
        "filter": One("filter"),
    },
    "multi_channels_select": {**_MANY, "initial_channels": Items(ID, 100)},
    "radio_buttons": {**_COMMON, "options!": Items(OPTION, 10), "initial_option": OPTION},
    "checkboxes": {**_COMMON, "options!": Items(OPTION, 10), "initial_options": Items(OPTION, 10)},
    "datepicker": {**_SELECT, "initial_date": String(10)},
    "timepicker": {**_SELECT, "initial_time": String(5), "timezone": String(100)},
    "datetimepicker": {**_COMMON, "initial_date_time": Number()},
    "plain_text_input": {
        **_TYPED,
        "multiline": Flag(),
        "min_length": Number(0, 3000),
        "max_length": Number(1, 3000),
    },
    "number_input": {
        **_TYPED,
        "is_decimal_allowed!": Flag(),
        "min_value": String(50),
        "max_value": String(50),
    },
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "file_input": {"action_id": ID, "filetypes": Items(String(20), 100), "max_files": Number(1, 10)},
}

_SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
_CLICKED = ("button", "overflow", "radio_buttons", "checkboxes", "datepicker", "timepicker", *_SELECTS)
_INPUTS = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "file_input",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
    "datetimepicker",
    *_SELECTS,
)

BLOCKS: dict[str, Fields] = {
    "section": {
        "text": Text(3000),
        "fields": Items(Text(2000), 10),
        "accessory": ElementIn((*_CLICKED, "image")),
        "expand": Flag(),
    },
    "divider": {},
    "header": {"text!": Text(150, plain=True)},
    "image": {
        "image_url": String(3000, 1),
        "slack_file": Anything(),
        "alt_text!": String(2000, 1),
        "title": Text(2000, plain=True),
    },
    "context": {"elements!": Items(ElementIn(("image", "plain_text", "mrkdwn")), 10)},
    "actions": {"elements!": Items(ElementIn((*_CLICKED, "datetimepicker")), 25)},
    "input": {
        "label!": Text(2000, plain=True),
        "element!": ElementIn(_INPUTS),
        "hint": Text(2000, plain=True),
        "optional": Flag(),
        "dispatch_action": Flag(),
    },
    "rich_text": {"elements!": Anything()},
    "markdown": {"text!": String(12000, 1)},
    "table": {"rows!": Items(Anything(), 100), "column_settings": Anything()},
    "video": {
        "title!": Text(200, plain=True),
        "video_url!": String(3000, 1),
        "thumbnail_url!": String(3000, 1),
        "alt_text!": String(2000, 1),
    },
}

SURFACES: dict[str, frozenset[str]] = {
    "message": frozenset(BLOCKS),
    "modal": frozenset(BLOCKS) - {"markdown", "table"},
    "home": frozenset(BLOCKS) - {"markdown", "table"},
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}

VIEW: Fields = {
    "blocks!": Anything(),
    "private_metadata": String(3000),
    "callback_id": String(255),
    "external_id": String(255),
}
MODAL: Fields = {
    **VIEW,
    "title!": Text(24, plain=True),
    "submit": Text(24, plain=True),
    "close": Text(24, plain=True),
    "clear_on_close": Flag(),
    "notify_on_close": Flag(),
    "submit_disabled": Flag(),
}
