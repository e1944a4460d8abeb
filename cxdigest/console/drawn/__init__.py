"""How pages show things: a posting in a list, a text with its quotes, dates, plots, a sent mail.

Below all other rooms of the console, and imports none of them; opens nothing.
"""
