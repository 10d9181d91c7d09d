"""What the grader left to a person: the queue, the decisions, and two places to make them.

`queue` puts equal answers together and is pure; `deciding` is the only module that writes;
`terminal` and `web` show the same groups and ask for points.
"""
