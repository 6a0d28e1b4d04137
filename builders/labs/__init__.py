"""Labs: files that learners fill in, checked on the public variants against digests of the solutions.

Nothing a learner hands in runs outside a limited process, and nothing that is shown holds an answer.
"""
