"""A local Slack workspace, as stock slack_sdk and slack_bolt see Slack, with a page for people to play in."""
