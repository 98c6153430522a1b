"""The sample company: Acme, with a shop to make sandboxes of."""
