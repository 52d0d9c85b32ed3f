"""For the tests of people's own projects: a sandbox for a test session, jobs and DAGs run to their ends."""
