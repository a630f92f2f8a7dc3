"""`atoll completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click

from atoll_server.cli import exits

_VARIABLE = "_ATOLL_COMPLETE"
"""By which the script asks `atoll` what could come next; click's convention."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print the script that completes atoll's commands and options.

    \b
    bash, in ~/.bashrc:    eval "$(atoll completion bash)"
    zsh, in ~/.zshrc:      eval "$(atoll completion zsh)"
    fish:                  atoll completion fish > ~/.config/fish/completions/atoll.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "atoll", _VARIABLE).source())
    return exits.OK
