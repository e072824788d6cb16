"""What a call is told of the business's queues as it begins: those that its flow brings callers to."""

from ivr.calls.routing.state import Plan
from ivr.flows.schema import Script, Transfer
from ivr.vocabulary.transfers import QueuesSeen


def queues_seen(script: Script, plan: Plan) -> QueuesSeen | None:
    """Their names in the flow's languages, and what they offer; None when nobody is brought to agents."""
    named = {node.queue for node in script.flow.nodes.values() if isinstance(node, Transfer)}
    if not named:
        return None
    spoken = {tag for language in script.flow.languages for tag in (str(language), language.partition("-")[0])}
    queues = {name: plan.queue(name) for name in sorted(named)}
    return QueuesSeen(
        {name: {tag: said for tag, said in queue.names.items() if tag in spoken} for name, queue in queues.items()},
        {name: list(queue.after_hours) for name, queue in queues.items()},
    )
