"""The queue's tasks: what a worker does with each kind of job."""
