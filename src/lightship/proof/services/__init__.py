"""The services that an application needs, as a plan: nothing is started here."""
