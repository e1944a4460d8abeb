"""An example of a plugin for cxdigest: one format, source, channel, pack and page."""
