"""sandbox-bot: a Slack bot that gives everyone in a company their own sandbox on Kubernetes."""
