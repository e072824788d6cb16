"""The `ivr` command and its parts."""

import typer

from ivr.cli import (
    agents,
    ask,
    bench,
    calls,
    customers,
    doctor,
    escalating,
    evaluate,
    flows,
    knowledge,
    models,
    place,
    serving,
    users,
)

app = typer.Typer(
    no_args_is_help=True,
    help="A voice contact-center agent: answers routine calls from approved words, hands the rest to a person.",
    pretty_exceptions_enable=False,
)
serving.add_to(app)
doctor.add_to(app)
place.add_to(app)
ask.add_to(app)
bench.add_to(app)
app.add_typer(evaluate.app, name="eval")
app.add_typer(calls.app, name="calls")
app.add_typer(models.app, name="models")
app.add_typer(flows.app, name="flows")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(customers.app, name="customers")
app.add_typer(users.app, name="users")
app.add_typer(agents.app, name="agents")
app.add_typer(escalating.app, name="escalation")
