"""Workers: model engines in processes of their own, so that a native crash never touches a live socket.

`server`      one process: loads one engine and serves it on a Unix socket.
`client`      what the web process holds: requests with deadlines over links that mend themselves.
`supervisor`  starts the processes, watches them and starts them again.
`wire`        the messages between them.
"""
