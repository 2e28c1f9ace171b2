"""`griddesk figures`: how the towns of a district stand, or the villages of a town."""

import click

from desktop.cli.common import json_option, open_store, person, print_json, user_option


@click.command("figures", help="统计：区级按镇街、镇街按村社，每处一行，末行合计。")
@user_option
@json_option
def figures_command(user: str | None, as_json: bool) -> int:
    """Print the figures of every part, and of all together."""
    from db.store.queries.figures import figures
    from desktop.figure_words import TITLES, cells

    with open_store(read_only=True) as store:
        actor, scope = person(store, user)
        found = store.read(lambda c: figures(c, scope, actor.name, store.clock()))
    if as_json:
        print_json({"level": found.level, "parts": list(found.parts), "total": found.total})
        return 0
    click.echo("\t".join(("", *TITLES.written.values())))
    for line in (*found.parts, found.total._replace(name="合计")):
        click.echo("\t".join(cells(line)))
    return 0
