"""The project: settings, addresses and what surrounds every page. Nothing of the domain."""
