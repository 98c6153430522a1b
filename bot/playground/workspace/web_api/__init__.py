"""The methods of the Web API; each family of them is a module whose functions are named as the methods are."""
