"""What every command shares with the person at the terminal.

Which language is spoken, what is given on the command line, where log lines go, the bar, the lines
of a report, what a shell offers behind Tab. Imports no other room of the command line.
"""
