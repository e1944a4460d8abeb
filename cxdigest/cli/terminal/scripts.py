"""What ``--install-completion`` puts into a shell's own folder: how the shell asks cxdigest.

Typer has such scripts. Those of bash, zsh and fish are given here in their place, because they

* ask ``cxdigest`` on the path, or ``~/…`` to the letter, and not the command that is typed: who
  types ``.venv/bin/cxdigest`` is told "command not found" in the line, or is offered nothing;
* in zsh offer nothing at the first Tab of each terminal: zsh loads the file by running it, and it
  only defines what the second Tab then calls; and they drop apostrophes.

They hand over what Typer's classes read (``_TYPER_COMPLETE_ARGS`` and the like). Where a later
Typer keeps its scripts elsewhere, its own are installed, and tests/cli/test_shells.py fails.
"""

from __future__ import annotations

import importlib

_BASH = """
%(complete_func)s() {
    local IFS=$'\\n'
    COMPREPLY=( $( env COMP_WORDS="${COMP_WORDS[*]}" \\
                   COMP_CWORD=$COMP_CWORD \\
                   %(autocomplete_var)s=complete_bash "${1/#\\~\\//$HOME/}" 2>/dev/null ) )
    return 0
}

complete -o default -F %(complete_func)s %(prog_name)s
"""

_ZSH = """
#compdef %(prog_name)s

%(complete_func)s() {
  setopt localoptions rcquotes
  local program=${${(Q)words[1]}/#\\~\\//$HOME/}
  eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" \\
             %(autocomplete_var)s=complete_zsh $program 2>/dev/null)
}

if [[ $funcstack[1] = _%(prog_name)s ]]; then
  %(complete_func)s "$@"
else
  compdef %(complete_func)s %(prog_name)s
fi
"""

_FISH = """
function %(complete_func)s
    set -l program (string replace -r '^~/' "$HOME/" -- (commandline -opc)[1])
    env %(autocomplete_var)s=complete_fish _TYPER_COMPLETE_FISH_ACTION=$argv[1] \\
        _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) $program 2>/dev/null
end

complete --command %(prog_name)s --no-files --condition "%(complete_func)s is-args" \\
    --arguments "(%(complete_func)s get-args)"
"""


def put_in_place() -> None:
    """Let Typer install and show these in place of its own."""
    shared = importlib.import_module("typer._completion_shared")
    scripts = getattr(shared, "_completion_scripts", {})
    scripts.update(bash=_BASH, zsh=_ZSH, fish=_FISH)
