"""Alert -> sightings: one file a format, one registry line each. Pure."""
