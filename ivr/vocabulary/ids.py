"""Ids. Each is a plain string or number with a name, so that two kinds cannot be mixed up unnoticed."""

from typing import NewType

CallId = NewType("CallId", str)
"One call. It is the carrier's id of the caller's leg (Twilio: CallSid, `CA` and 32 hex digits)."

StreamId = NewType("StreamId", str)
"One media stream of a call (Twilio: streamSid, `MZ` and 32 hex digits). A call may have several, one after another."

PromptId = NewType("PromptId", str)
"One thing the assistant says in a call, `p1`, `p2`, … in the order decided."

UtteranceId = NewType("UtteranceId", str)
"One stretch of caller speech, `u1`, `u2`, … in the order heard."

RequestId = NewType("RequestId", str)
"One request for an answer, `a1`, `a2`, …; its result carries the same id."

AnswerId = NewType("AnswerId", str)
"One approved answer, as named in its front matter, or one passage of a document: the document's id, `#`, a number."

NodeId = NewType("NodeId", str)
"One node of a flow."

DigitsId = NewType("DigitsId", str)
"One digit group held back from the log, `d1`, `d2`, …; the digits themselves live only in the session's memory."

TransferId = NewType("TransferId", str)
"One attempt to bring a caller to an agent, `t1`, `t2`, … in a call."

AgentId = NewType("AgentId", str)
"One agent, as the directory names them."

LegId = NewType("LegId", str)
"One leg of an agent's telephone. Ours until the carrier has given it an id; then the carrier's (Twilio: CallSid)."

RecordingId = NewType("RecordingId", str)
"One recording that we keep, as the call's id and a number."

UserId = NewType("UserId", str)
"One person who signs in, `u` and 24 hex digits; stays the same when their name changes."

SessionId = NewType("SessionId", str)
"One sign-in of a person: the SHA-256 of the token that their browser holds, so it opens nothing by itself."

CallbackId = NewType("CallbackId", str)
"One promise to call somebody back, unique in the house."
