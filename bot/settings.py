"""Settings: everything that differs between installations, read once, in `bot.__main__`.

From environment variables that begin with SANDBOX_BOT_, e.g. SANDBOX_BOT_SLACK_BOT_TOKEN.
"""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SANDBOX_BOT_", use_attribute_docstrings=True)

    slack_bot_token: SecretStr = SecretStr("")
    """Bot token, xoxb-…"""
    slack_app_token: SecretStr = SecretStr("")
    """App-level token for Socket Mode, xapp-…"""
    slack_api_url: str = "https://slack.com/api/"
    """Base URL of the Slack Web API."""
    admins: list[str] = []
    """Slack user ids of the platform admins, as JSON: ["U01ADMIN"]."""
    redis_url: str = "redis://127.0.0.1:6379/0"
    """Redis, for what can be lost."""

    kubeconfig: Path | None = None
    """Left out: the in-cluster configuration, else kubectl's default."""
    context: str | None = None
    """Context of the kubeconfig; left out: its current one."""
    home_namespace: str = "sandboxes"
    """Where the Sandbox and SandboxTemplate resources live."""
    base_domain: str = "sandbox.localhost"
    """Sandboxes are reached at {app}--{sandbox}.{base domain}."""
    url_scheme: str = "https"
    """http or https."""
    url_port: int | None = None
    """Port in the links, where it isn't the scheme's own."""

    helm: str = "helm"
    """The Helm 4 executable."""
    chart_folder: Path = Path("charts")
    """Where the built-in charts lie."""
    extra_chart_folders: list[Path] = []
    """More folders whose charts templates may name by path, as JSON."""
    allowed_charts: list[str] = []
    """Prefixes of chart repositories and oci:// references that templates may name, as JSON."""
    helm_concurrency: int = 4
    """How many helm processes may run at once."""
    helm_deadline_seconds: float = 60.0
    """After that a helm process is ended."""

    log_level: str = "INFO"
    log_format: str = "json"
    """json, or console for people."""
