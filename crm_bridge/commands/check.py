"""`usher check`: is everything that people edit whole and sound?"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crm_bridge.commands import data_faults
from crm_bridge.commands.work import AsJson, operator_settings, show_json
from playbook.fault import Fault

app = typer.Typer()

# What is checked, in this order: name -> the faults in a data folder.
PARTS: dict[str, Callable[[Path], list[Fault]]] = {
    "playbooks": lambda data: data_faults.playbook_faults(data / "playbooks"),
    "texts": lambda data: data_faults.text_faults(data / "texts", every_placeholder=True),
    # a mail may leave a name out where the grammar would have to decline it
    "mail": lambda data: data_faults.text_faults(data / "mail", every_placeholder=False),
    "faq": lambda data: data_faults.faq_faults(data / "faq"),
    "deals": lambda data: data_faults.pipeline_faults(data / "deals.yml"),
    "crm": lambda data: data_faults.mapping_faults(data / "crm", data / "deals.yml"),
    "examples": lambda data: data_faults.example_faults(data / "nlu"),
}


@app.command()
def check(
    data: Annotated[Path | None, typer.Option(help="folder to check instead of USHER_DATA")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove playbooks, texts, mails, FAQ, pipelines, mappings of CRMs and the bot's examples; every fault with its place.

    Exit code 1 when there is one.
    """
    folder = data or operator_settings().data
    found = {name: faults(folder) for name, faults in PARTS.items()}
    count = sum(len(faults) for faults in found.values())
    if as_json:
        rows = [{"part": part, **asdict(fault)} for part in found for fault in found[part]]
        show_json({"faults": rows, "count": count})
    else:
        for part, faults in found.items():
            typer.echo(f"{part}: {f'{len(faults)} faults' if faults else 'sound'}")
            for fault in faults:
                typer.echo(f"  {fault}")
    if count:
        raise typer.Exit(1)
