"""users.* and auth.*: who is who."""

from bot.playground.workspace.config import PersonConfig
from bot.playground.workspace.state import Json, SlackError
from bot.playground.workspace.web_api.call import Call


def describe(call: Call, person: PersonConfig) -> Json:
    """As users.info gives it."""
    config = call.state.config
    described: Json = {
        "id": person.id,
        "team_id": config.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "profile": {
            "real_name": person.real_name,
            "display_name": person.name,
            "title": person.title,
            "email": person.email,
            "team": config.team_id,
        },
        "is_bot": person.is_bot,
        "is_app_user": False,
    }
    if not person.deleted:
        described |= {
            "tz": person.tz,
            "is_admin": person.is_admin,
            "is_owner": False,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": False,
        }
    return described


async def info(call: Call) -> Json:
    person = call.state.people.get(call.required("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": describe(call, person)}


async def list_(call: Call) -> Json:
    page, cursor = call.page(list(call.state.people.values()))
    members = [describe(call, person) for person in page]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


async def lookup_by_email(call: Call) -> Json:
    email = call.required("email").lower()
    for person in call.state.people.values():
        if person.email.lower() == email and not person.deleted:
            return {"user": describe(call, person)}
    raise SlackError("users_not_found")


async def auth_test(call: Call) -> Json:
    config = call.state.config
    return {
        "url": f"https://{config.domain}.slack.com/",
        "team": config.name,
        "user": config.app.name.lower(),
        "team_id": config.team_id,
        "user_id": config.app.bot_user_id,
        "bot_id": config.app.bot_id,
        "is_enterprise_install": False,
    }


async def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise SlackError(error)
    return {"args": {key: str(value) for key, value in call.arguments.items() if key != "token"}}
