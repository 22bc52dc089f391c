"""Running ELMS: the `elms` command, the local stack, the topology, what keeps a deployment true to the code."""
