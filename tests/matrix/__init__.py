"""Who is answered what, at every address: a module of rows for each app, with what they need.

`TABLE` says it for reading (GET) and for sending (POST), by the address's name: "in" is to be sent
to sign-in, "on" to be sent on to another page, done or with a reason; else it is the status.
`places` says what an address leads to, `sent` what is sent there, where that is more than nothing.
"""
