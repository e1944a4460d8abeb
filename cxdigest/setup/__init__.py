"""The steps from nothing to the first digest: what is asked, how it is tried, what is written.

Shared by the console's first start and the command line; knows neither browser nor terminal.
"""
