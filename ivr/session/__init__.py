"""Session: the shell around a live call.

Room       One TaskGroup per call: gathers what is perceived, feeds events to the call machine, performs its effects.
May enter  ivr.answers, ivr.ports and below. It decides nothing about the conversation.
"""
