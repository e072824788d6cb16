"""What must hold of a flow before a caller meets it. Each fault says where it is and what to do."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from ivr.flows.faults import FlowFault, did_you_mean
from ivr.flows.graph import (
    VERIFIED,
    WAITS_FOR_NOBODY,
    closure,
    entrances,
    in_silence,
    kept,
    known,
    passes,
    rounds,
    targets,
)
from ivr.flows.phrases import RESERVED, disclosure, spoken
from ivr.flows.schema import (
    Branch,
    Callback,
    Collect,
    Flow,
    Goodbye,
    Lookup,
    Menu,
    Message,
    Question,
    Script,
    Transfer,
    Verify,
    Voicemail,
)
from ivr.vocabulary.ids import NodeId

YES_OR_NO = frozenset("12")
"Keys that answer an offer of a person, which every question makes."


def check(
    script: Script, schedules: Collection[str] | None = None, queues: Mapping[str, Collection[str]] | None = None
) -> list[FlowFault]:
    """Every fault of a flow; [] means that it may be published.

    schedules  names of the business's; None when they are not known, and not checked.
    queues     the business's, and what each offers when nobody can be had: callback, voicemail; None likewise.
    """
    flow = script.flow
    return [
        *_targets_exist(flow),
        *_reachable(flow),
        *_ends(flow),
        *_rounds(flow),
        *_person(flow),
        *_options(flow),
        *_results(flow),
        *_collects(flow),
        *_personal(flow),
        *_transfers(flow),
        *_messages(flow),
        *_queues(flow, queues),
        *_branches(flow, schedules),
        *spoken(script),
        *disclosure(script),
    ]


# ── the ways through it ──────────────────────────────────────────────────────────────────────────────────────────


def _targets_exist(flow: Flow) -> list[FlowFault]:
    named = {f"nodes.{name}.{field}": to for name, node in flow.nodes.items() for field, to in targets(node).items()}
    named |= {"start": flow.start, "person": flow.person} | {f"keys.{key}": to for key, to in flow.keys.items()}
    return [
        FlowFault(f"leads to {to!r}, which is no node", where, did_you_mean(to, flow.nodes))
        for where, to in named.items()
        if to not in flow.nodes
    ]


def _reachable(flow: Flow) -> list[FlowFault]:
    reached = closure(flow, entrances(flow))
    return [
        FlowFault("no caller can reach this node", f"nodes.{name}", "lead to it from another node, or remove it")
        for name in flow.nodes
        if name not in reached
    ]


def _ends(flow: Flow) -> list[FlowFault]:
    endings = {name for name, node in flow.nodes.items() if isinstance(node, Goodbye)}
    return [
        FlowFault("from here the call can never end", f"nodes.{name}", "lead on to a goodbye node")
        for name in flow.nodes
        if not closure(flow, [name]) & endings
    ]


def _rounds(flow: Flow) -> list[FlowFault]:
    hasty = rounds(flow, passes)
    silent = [
        way for way in rounds(flow, in_silence) if not all(isinstance(flow.nodes[n], WAITS_FOR_NOBODY) for n in way)
    ]
    return [
        FlowFault(
            f"goes round without ever waiting for the caller: {' → '.join(way)}",
            f"nodes.{way[0]}",
            "let a question, a menu or a goodbye stand on the way",
        )
        for way in hasty
    ] + [
        FlowFault(
            f"asks a caller who says nothing for ever: {' → '.join(way)}",
            f"nodes.{way[0]}",
            "let `silent` lead to a goodbye",
        )
        for way in silent
    ]


# ── a person ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _person(flow: Flow) -> list[FlowFault]:
    faults = []
    person = flow.nodes.get(flow.person)
    if person is not None and not _reaches_person(flow, flow.person):
        fix = "name a callback or a transfer node, or branches and messages that all lead to one"
        faults.append(FlowFault("this node reaches no person", "person", fix))
    if flow.person not in flow.keys.values():
        faults.append(FlowFault("no key leads to a person", "keys", f'add "0": {flow.person}'))
    for name, node in flow.nodes.items():
        if isinstance(node, Question) and node.person != flow.person:
            what = f"a wish for a person leads to {flow.person!r} from everywhere, not to {node.person!r}"
            faults.append(FlowFault(what, f"nodes.{name}.person", f"write {flow.person}, or change the flow's person"))
    return faults


def _reaches_person(flow: Flow, name: NodeId, passed: frozenset[NodeId] = frozenset()) -> bool:
    """Whether every way from here leads to a person, now or by a call back, and none asks anything before."""
    node = flow.nodes.get(name)
    if isinstance(node, Transfer):
        return _reaches_callback(flow, node.callback)
    if isinstance(node, Branch | Message) and name not in passed:
        return all(_reaches_person(flow, to, passed | {name}) for to in targets(node).values())
    return isinstance(node, Callback)


def _reaches_callback(flow: Flow, name: NodeId, passed: frozenset[NodeId] = frozenset()) -> bool:
    """The same, without another transfer on the way: whoever could not be transferred is not queued again."""
    node = flow.nodes.get(name)
    if isinstance(node, Branch | Message) and name not in passed:
        return all(_reaches_callback(flow, to, passed | {name}) for to in targets(node).values())
    return isinstance(node, Callback)


def _messages(flow: Flow) -> Iterable[FlowFault]:
    for name, node in flow.nodes.items():
        if isinstance(node, Voicemail) and node.callback is not None and not _reaches_callback(flow, node.callback):
            what = "whose message could not be recorded is offered no call back here"
            yield FlowFault(what, f"nodes.{name}.callback", "name a callback node, or a message that leads to one")


def _transfers(flow: Flow) -> Iterable[FlowFault]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Transfer):
            continue
        if not _reaches_callback(flow, node.callback):
            what = "who cannot be transferred is offered no call back here"
            yield FlowFault(what, f"nodes.{name}.callback", "name a callback node, or a message that leads to one")
        if node.voicemail in flow.nodes and not isinstance(flow.nodes[node.voicemail], Voicemail):
            what = "who would rather leave a message can leave none here"
            yield FlowFault(what, f"nodes.{name}.voicemail", "name a voicemail node")
        if not isinstance(flow.nodes.get(node.next), Question | Menu):
            what = "who is back with the assistant is asked nothing here"
            yield FlowFault(what, f"nodes.{name}.next", "name a question or a menu")


# ── what may be chosen ───────────────────────────────────────────────────────────────────────────────────────────


def _options(flow: Flow) -> list[FlowFault]:
    faults: list[FlowFault] = []
    for name, node in flow.nodes.items():
        if isinstance(node, Menu | Question):
            faults += _keys(flow, name, node)
            faults += _words(flow, name, node)
    return faults


def _keys(flow: Flow, name: NodeId, node: Menu | Question) -> list[FlowFault]:
    faults = []
    used = Counter(option.key for option in node.options if option.key is not None)
    to_person = {key for key, to in flow.keys.items() if to == flow.person}
    for i, option in enumerate(node.options):
        where, key = f"nodes.{name}.options[{i}].key", option.key
        if key is None and isinstance(node, Menu):
            what = "this cannot be chosen by key, when nobody is understood"
            faults.append(FlowFault(what, f"nodes.{name}.options[{i}]", "give it a `key:`"))
        elif key is None:
            continue
        elif used[key] > 1:
            faults.append(FlowFault(f"key {key} is used twice in this node", where, "give each its own key"))
        elif key in to_person and option.next != flow.person:
            what = f"key {key} leads to a person from everywhere, and would not from here"
            faults.append(FlowFault(what, where, "choose another key"))
        elif isinstance(node, Question) and key in YES_OR_NO:
            what = f"key {key} answers the offer of a person in this node"
            faults.append(FlowFault(what, where, "choose another key than 1 and 2"))
    return faults


def _words(flow: Flow, name: NodeId, node: Menu | Question) -> list[FlowFault]:
    faults = []
    for language in flow.languages:
        listed = Counter(each.casefold() for option in node.options for each in set(option.words.get(language, ())))
        for i, option in enumerate(node.options):
            where = f"nodes.{name}.options[{i}].words"
            if not option.words.get(language):
                faults.append(
                    FlowFault(f"this cannot be chosen by voice in {language}", where, f"add `{language}: […]`")
                )
            for each in option.words.get(language, ()):
                if listed[each.casefold()] > 1:
                    what = f"{each!r} means two options of this node"
                    faults.append(FlowFault(what, f"{where}.{language}", "keep it for one of them"))
    return faults


# ── what is known, and where that leads ──────────────────────────────────────────────────────────────────────────


def _results(flow: Flow) -> list[FlowFault]:
    faults, kinds = [], dict[str, str]()
    for name, node in flow.nodes.items():
        for result, kind in kept(node).items():
            where = f"nodes.{name}.facts" if isinstance(node, Lookup) else f"nodes.{name}.result"
            if result in RESERVED:
                faults.append(FlowFault(f"{result!r} already means something", where, "name it otherwise"))
            if kinds.setdefault(result, kind) != kind:
                what = f"{result!r} is kept as {kinds[result]} elsewhere, and as {kind} here"
                faults.append(FlowFault(what, where, "name one of the two otherwise"))
    return faults


def _collects(flow: Flow) -> Iterable[FlowFault]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Collect):
            continue
        where = f"nodes.{name}"
        limits = (node.shortest, node.longest)
        if node.what == "digits" and (None in limits or (node.shortest or 0) > (node.longest or 0)):
            fix = "give `shortest:` and `longest:`, the first no larger than the second"
            yield FlowFault("it is not said how many digits there may be", where, fix)
        if node.what != "digits" and limits != (None, None):
            yield FlowFault(f"a {node.what} has no number of digits", where, "remove `shortest:` and `longest:`")
        if node.secret and node.readback is not None:
            yield FlowFault("a secret is not read back aloud", f"{where}.readback", "remove it, or `secret:`")
        if node.secret and node.what == "yes_no":
            yield FlowFault("a yes or a no is no secret", f"{where}.secret", "remove it")
        if not node.secret and node.readback is None and node.what != "yes_no":
            yield FlowFault(f"the {node.what} is kept without being read back", where, "add `readback: …`")


def _personal(flow: Flow) -> Iterable[FlowFault]:
    """Nothing of a customer's is told on a way that does not prove that it is them."""
    certain = known(flow)
    for name, node in flow.nodes.items():
        if isinstance(node, Lookup) and VERIFIED not in certain[name]:
            what = "a customer's own facts would be told here to a caller who may not be verified"
            fix = "lead here only by the `next` of a verify node, or by the case `verified` of a branch by customer"
            yield FlowFault(what, f"nodes.{name}", fix)
        if not isinstance(node, Verify):
            continue
        for i, result in enumerate(node.by):
            if result not in certain[name]:
                what = f"{result!r} is not known on every way that leads here"
                yield FlowFault(what, f"nodes.{name}.by[{i}]", "collect it before on every way, or leave it out")
        first = flow.nodes.get(node.again)
        if first is not None and not (isinstance(first, Collect) and first.result in node.by):
            what = f"what was wrong is not asked for again at {node.again!r}"
            yield FlowFault(what, f"nodes.{name}.again", f"name the node that collects {node.by[0]!r}")


def _queues(flow: Flow, queues: Mapping[str, Collection[str]] | None) -> Iterable[FlowFault]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Transfer) or queues is None:
            continue
        if node.queue not in queues:
            what = f"there is no queue {node.queue!r}"
            yield FlowFault(what, f"nodes.{name}.queue", did_you_mean(node.queue, queues))
        elif "voicemail" in queues[node.queue] and node.voicemail is None:
            what = f"the queue {node.queue!r} offers to take a message, and none can be left here"
            fix = "add `voicemail:` with the name of a voicemail node, or take voicemail out of the queue's after_hours"
            yield FlowFault(what, f"nodes.{name}", fix)


def _branches(flow: Flow, schedules: Collection[str] | None) -> list[FlowFault]:
    faults: list[FlowFault] = []
    for name, node in flow.nodes.items():
        if isinstance(node, Branch):
            faults += _fields(name, node)
            faults += _cases(flow, name, node)
            if node.schedule is not None and schedules is not None and node.schedule not in schedules:
                what = f"there is no schedule {node.schedule!r}"
                faults.append(FlowFault(what, f"nodes.{name}.schedule", did_you_mean(node.schedule, schedules)))
    return faults


def _fields(name: NodeId, node: Branch) -> Iterable[FlowFault]:
    for field, by in (("schedule", "hours"), ("result", "result")):
        given = getattr(node, field) is not None
        if given and node.by != by:
            yield FlowFault(f"by {node.by} needs no {field}", f"nodes.{name}.{field}", f"remove it, or write by: {by}")
        if not given and node.by == by:
            yield FlowFault(f"by {by} needs a {field}", f"nodes.{name}", f"add `{field}: …`")


def _cases(flow: Flow, name: NodeId, node: Branch) -> Iterable[FlowFault]:
    possible: set[str] | None = None
    if node.by == "hours":
        possible = {"open", "closed"}
    elif node.by == "customer":
        possible = {"verified", "known", "unknown"}
    elif node.by == "language":
        possible = {tag for language in flow.languages for tag in (str(language), language.partition("-")[0])}
    elif node.result is not None:
        makers = [each for each in flow.nodes.values() if node.result in kept(each)]
        if not makers:
            names = {result for each in flow.nodes.values() for result in kept(each)}
            yield FlowFault(
                f"nothing is kept as {node.result!r}", f"nodes.{name}.result", did_you_mean(node.result, names)
            )
            return
        possible = _values(makers)
    for case in node.cases:
        if possible is not None and case not in possible:
            yield FlowFault(f"{case!r} is never the case", f"nodes.{name}.cases.{case}", did_you_mean(case, possible))


def _values(makers: Iterable[object]) -> set[str] | None:
    """Everything that a result can be; None when it can be anything."""
    values: set[str] = set()
    for maker in makers:
        if isinstance(maker, Collect) and maker.what == "yes_no":
            values |= {"yes", "no"}
            continue
        if not isinstance(maker, Menu):
            return None
        values |= {option.value or option.next for option in maker.options}
    return values
